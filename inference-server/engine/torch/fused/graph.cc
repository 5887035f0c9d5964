#include "inference-server/engine/torch/fused/graph.h"

#include "inference-server/engine/torch/fused/graph_impl.h"
#include "inference-server/engine/torch/fused/layout.h"
#include "inference-server/engine/torch/fused/matte.h"

namespace prewarm::fused {

using dnnl::memory;
using dnnl::prop_kind;
using data_type = memory::data_type;
using format_tag = memory::format_tag;

namespace {

bool HasAvx512() {
  const auto isa = static_cast<int>(dnnl::get_effective_cpu_isa());
  const int want = static_cast<int>(dnnl::cpu_isa::avx512_core);
  return (isa & want) == want;
}

}  // namespace

Graph::Impl::Impl(Precision precision, const PreparedTensors* prepared)
    : type(precision == Precision::kBf16 ? data_type::bf16 : data_type::f32),
      block(HasAvx512() ? 16 : 8),
      tag(HasAvx512() ? format_tag::nChw16c : format_tag::nChw8c),
      given(prepared) {}

memory::desc Graph::Impl::Blocked(View v) const {
  return memory::desc({1, v.channels, v.height, v.width}, Type(v), tag);
}

memory::desc Graph::Impl::Plain(View v, data_type t) const {
  return memory::desc({1, v.channels, v.height, v.width}, t, format_tag::nchw);
}

std::size_t Graph::Impl::OffsetBytes(View v) const {
  return static_cast<std::size_t>(v.channel) * v.height * v.width *
         memory::data_type_size(Type(v));
}

View Graph::Impl::NewBuffer(View shape, int channels, data_type of) {
  shape.buffer = static_cast<int>(buffers.size());
  shape.channel = 0;
  buffers.push_back({static_cast<std::size_t>(channels) * shape.height *
                         shape.width * memory::data_type_size(of),
                     -1, -1});
  types.push_back(of);
  return shape;
}

void Graph::Impl::Add(const dnnl::primitive& primitive,
                      const memory::desc& scratch, std::vector<Arg> args,
                      std::vector<std::pair<int, memory>> fixed) {
  const int index = static_cast<int>(ops.size());
  for (const Arg& arg : args) {
    Lifetime& life = buffers[arg.view.buffer];
    if (life.first_op < 0) life.first_op = index;
    life.last_op = index;
  }
  // Scratch lives during its own operation only, in bytes that activations
  // use before and after.
  int scratch_buffer = -1;
  if (scratch.get_size() > 0) {
    scratch_buffer = static_cast<int>(buffers.size());
    buffers.push_back({scratch.get_size(), index, index});
    types.push_back(data_type::u8);
  }
  ops.push_back({primitive,
                 std::move(args),
                 std::move(fixed),
                 scratch,
                 scratch_buffer,
                 {}});
}

void Graph::Impl::Reorder(const Arg& from, const Arg& to) {
  dnnl::reorder::primitive_desc pd(engine, from.desc, engine, to.desc,
                                   Attributes({}));
  Add(dnnl::reorder(pd), pd.scratchpad_desc(), {from, to});
}

dnnl::primitive_attr Graph::Impl::Attributes(
    const dnnl::post_ops& post_ops) const {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attributes.set_post_ops(post_ops);
  return attributes;
}

memory Graph::Impl::Prepare(const std::string& name, const float* data,
                            const memory::desc& plain,
                            const memory::desc& wanted) {
  const std::string full_name = name + " " + LayoutName(wanted);
  if (given != nullptr) return FindPrepared(full_name, wanted);
  const std::size_t bytes = wanted.get_size();
  // oneDNN only reads the source of a reorder.
  memory from(plain, engine, const_cast<float*>(data));
  memory to(wanted, engine, weights.Take(bytes));
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  TensorView& view = made[full_name];
  view.dtype = DType::kU8;
  view.shape = {static_cast<std::int64_t>(bytes)};
  view.data = static_cast<const std::uint8_t*>(to.get_data_handle());
  view.bytes = bytes;
  return to;
}

memory Graph::Impl::FindPrepared(const std::string& name,
                                 const memory::desc& wanted) const {
  const auto it = given->find(name);
  if (it == given->end() || it->second.bytes != wanted.get_size()) {
    throw StaleState("the prepared state has no \"" + name + "\"");
  }
  // Weights are arguments that oneDNN only reads.
  return memory(wanted, engine, const_cast<std::uint8_t*>(it->second.data));
}

Graph::Graph(Precision precision, const PreparedTensors* prepared)
    : impl_(std::make_unique<Impl>(precision, prepared)) {}
Graph::~Graph() = default;

bool Graph::Supports(Precision precision) {
  if (precision != Precision::kBf16) return true;
  const auto isa = static_cast<int>(dnnl::get_effective_cpu_isa());
  const int want = static_cast<int>(dnnl::cpu_isa::avx512_core_bf16);
  return (isa & want) == want;
}

View Graph::Input(int channels, int height, int width) {
  const View shape{-1, 0, channels, height, width};
  impl_->input = impl_->NewBuffer(shape, channels, data_type::f32);
  impl_->buffers[impl_->input.buffer].first_op = 0;
  if (impl_->type == data_type::f32) return impl_->input;
  View narrow = impl_->NewBuffer(shape, channels, impl_->type);
  impl_->Reorder(
      {DNNL_ARG_FROM, impl_->input, impl_->Plain(impl_->input, data_type::f32)},
      {DNNL_ARG_TO, narrow, impl_->Plain(narrow, impl_->type)});
  return narrow;
}

View Graph::NewTensor(int channels, int height, int width) {
  return impl_->NewBuffer({-1, 0, channels, height, width},
                          impl_->Padded(channels), impl_->type);
}

View Graph::NewExactTensor(int channels, int height, int width) {
  return impl_->NewBuffer({-1, 0, channels, height, width},
                          impl_->Padded(channels), data_type::f32);
}

View Graph::MaxPool2(View x) {
  View y = NewTensor(x.channels, x.height / 2, x.width / 2);
  dnnl::pooling_forward::primitive_desc pd({prop_kind::forward_inference,
                                            dnnl::algorithm::pooling_max,
                                            impl_->Blocked(x),
                                            impl_->Blocked(y),
                                            {2, 2},
                                            {2, 2},
                                            {0, 0},
                                            {0, 0}},
                                           impl_->Attributes({}),
                                           impl_->engine);
  impl_->Add(
      dnnl::pooling_forward(pd), pd.scratchpad_desc(),
      {{DNNL_ARG_SRC, x, pd.src_desc()}, {DNNL_ARG_DST, y, pd.dst_desc()}});
  return y;
}

void Graph::Upsample(View x, View y) {
  dnnl::resampling_forward::primitive_desc pd(
      {prop_kind::forward_inference, dnnl::algorithm::resampling_linear,
       impl_->Blocked(x), impl_->Blocked(y)},
      impl_->Attributes({}), impl_->engine);
  impl_->Add(
      dnnl::resampling_forward(pd), pd.scratchpad_desc(),
      {{DNNL_ARG_SRC, x, pd.src_desc()}, {DNNL_ARG_DST, y, pd.dst_desc()}});
}

void Graph::Output(View logits) {
  impl_->logits = impl_->NewBuffer(logits, 1, data_type::f32);
  impl_->Reorder({DNNL_ARG_FROM, logits, impl_->Blocked(logits)},
                 {DNNL_ARG_TO, impl_->logits,
                  impl_->Plain(impl_->logits, data_type::f32)});
  impl_->output = impl_->NewBuffer(
      {-1, 0, 1, 2 * logits.height, 2 * logits.width}, 1, data_type::f32);
  // Written after the last operation.
  const int end = static_cast<int>(impl_->ops.size());
  impl_->buffers[impl_->logits.buffer].last_op = end;
  impl_->buffers[impl_->output.buffer] = {
      impl_->buffers[impl_->output.buffer].bytes, end, end};
}

void Graph::Finish() {
  Impl& g = *impl_;
  g.plan = PlanArena(g.buffers);
  g.arena = Pages(g.plan.total_bytes);
  for (Impl::Op& op : g.ops) {
    for (const Impl::Arg& arg : op.args) {
      char* at = g.arena.data() + g.plan.offsets[arg.view.buffer] +
                 g.OffsetBytes(arg.view);
      op.bound.emplace(arg.id, memory(arg.desc, g.engine, at));
    }
    for (const auto& [id, weights] : op.fixed) op.bound.emplace(id, weights);
    if (op.scratch_buffer >= 0) {
      op.bound.emplace(
          DNNL_ARG_SCRATCHPAD,
          memory(op.scratch, g.engine,
                 g.arena.data() + g.plan.offsets[op.scratch_buffer]));
    }
  }
}

void Graph::Run() {
  for (Impl::Op& op : impl_->ops) {
    op.primitive.execute(impl_->stream, op.bound);
  }
  impl_->stream.wait();
  const View& logits = impl_->logits;
  if (logits.buffer < 0) return;
  SigmoidOfDoubled(impl_->Floats(logits), logits.height, logits.width,
                   impl_->Floats(impl_->output));
}

float* Graph::InputData() { return impl_->Floats(impl_->input); }

const float* Graph::OutputData() const { return impl_->Floats(impl_->output); }

std::size_t Graph::ArenaBytes() const { return impl_->plan.total_bytes; }
std::size_t Graph::WeightBytes() const { return impl_->weights.taken(); }
const PreparedTensors& Graph::Prepared() const { return impl_->made; }

}  // namespace prewarm::fused
