// A name for how oneDNN lays a tensor out, so that bytes kept on disk are only
// ever used where the very same layout is asked for.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <string>

namespace prewarm::fused {

// E.g. "bf16 64x32x3x3 pad 64x32x3x3 strides 9216,9216,3072,1024 inner
// 1:8,0:16,1:2". Two descriptions of equal name are equal; opaque ones
// (Winograd's) are told by all of their fields.
std::string LayoutName(const dnnl::memory::desc& desc);

}  // namespace prewarm::fused
