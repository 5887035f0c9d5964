#include "inference-server/engine/torch/fused/layout.h"

#include <sstream>

namespace prewarm::fused {
namespace {

void Dims(std::ostringstream* text, const char* title, int count,
          const dnnl_dim_t* dims) {
  *text << title;
  for (int i = 0; i < count; ++i) *text << (i > 0 ? "x" : "") << dims[i];
}

const char* TypeName(dnnl_data_type_t type) {
  switch (type) {
    case dnnl_f32:
      return "f32";
    case dnnl_bf16:
      return "bf16";
    default:
      return "other";
  }
}

}  // namespace

std::string LayoutName(const dnnl::memory::desc& desc) {
  const dnnl_memory_desc_t& d = desc.data;
  std::ostringstream text;
  text << TypeName(d.data_type);
  Dims(&text, " ", d.ndims, d.dims);
  Dims(&text, " pad ", d.ndims, d.padded_dims);
  if (d.format_kind == dnnl_blocked) {
    const dnnl_blocking_desc_t& b = d.format_desc.blocking;
    Dims(&text, " strides ", d.ndims, b.strides);
    text << " inner ";
    for (int i = 0; i < b.inner_nblks; ++i) {
      text << (i > 0 ? "," : "") << b.inner_idxs[i] << ":" << b.inner_blks[i];
    }
  } else if (d.format_kind == dnnl_format_kind_wino) {
    const dnnl_wino_desc_t& w = d.format_desc.wino_desc;
    text << " wino " << w.wino_format << "," << w.r << "," << w.alpha << ","
         << w.ic << "," << w.oc << "," << w.ic_block << "," << w.oc_block << ","
         << w.ic2_block << "," << w.oc2_block << "," << w.adj_scale;
  } else {
    text << " kind " << d.format_kind;
  }
  if (d.extra.flags != 0) text << " extra " << d.extra.flags;
  text << " bytes " << desc.get_size();
  return text.str();
}

}  // namespace prewarm::fused
