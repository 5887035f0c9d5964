#include "inference-server/engine/torch/inspyrenet/int8_matmul.h"

#include <ATen/ATen.h>

#ifdef PREWARM_ONEDNN
#include <new>
#include <oneapi/dnnl/dnnl.hpp>
#endif

namespace prewarm::inspyrenet {

#ifdef PREWARM_ONEDNN

namespace {

using dnnl::memory;

const dnnl::engine& Cpu() {
  static const auto* cpu = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *cpu;
}

// oneDNN keeps what it compiled for a shape, so that only the first product of
// that shape pays for it.
void Multiply(const std::uint8_t* codes, const std::int8_t* weight,
              std::int64_t m, std::int64_t k, std::int64_t n,
              std::int32_t* sums) {
  dnnl::primitive_attr attributes;
  // Ours, or two threads would share one.
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  // The weights stay as they lie: packed ones would be some percent faster, but
  // a copy in memory.
  const dnnl::matmul::primitive_desc product(
      {memory::desc({m, k}, memory::data_type::u8, memory::format_tag::ab),
       memory::desc({k, n}, memory::data_type::s8, memory::format_tag::ba),
       memory::desc({m, n}, memory::data_type::s32, memory::format_tag::ab)},
      attributes, Cpu());
  const at::Tensor scratch = at::empty(
      {static_cast<std::int64_t>(product.scratchpad_desc().get_size())},
      at::kByte);
  dnnl::stream stream(Cpu());
  dnnl::matmul(product).execute(
      stream, {{DNNL_ARG_SRC, memory(product.src_desc(), Cpu(),
                                     const_cast<std::uint8_t*>(codes))},
               {DNNL_ARG_WEIGHTS, memory(product.weights_desc(), Cpu(),
                                         const_cast<std::int8_t*>(weight))},
               {DNNL_ARG_DST, memory(product.dst_desc(), Cpu(), sums)},
               {DNNL_ARG_SCRATCHPAD,
                memory(product.scratchpad_desc(), Cpu(), scratch.data_ptr())}});
  stream.wait();
}

}  // namespace

bool MultipliesInt8() {
  const auto usable = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_vnni);
  return (usable & wanted) == wanted;
}

void MultiplyInt8(const std::uint8_t* codes, const std::int8_t* weight,
                  std::int64_t m, std::int64_t k, std::int64_t n,
                  std::int32_t* sums) {
  try {
    Multiply(codes, weight, m, k, n, sums);
  } catch (const dnnl::error& e) {
    if (e.status == dnnl_out_of_memory) throw std::bad_alloc();
    TORCH_CHECK(false, "oneDNN multiplies no int8 matrices of ", m, " x ", k,
                " and ", n, ": ", e.what());
  }
}

#else  // another LibTorch has a oneDNN of its own within

bool MultipliesInt8() { return false; }

void MultiplyInt8(const std::uint8_t*, const std::int8_t*, std::int64_t,
                  std::int64_t, std::int64_t, std::int32_t*) {
  TORCH_CHECK(false, "this build multiplies no bytes");
}

#endif

}  // namespace prewarm::inspyrenet
