// Inside of Graph: shared by graph.cc and graph_conv.cc, included by no one
// else.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "inference-server/engine/pages.h"
#include "inference-server/engine/torch/fused/arena.h"
#include "inference-server/engine/torch/fused/graph.h"

namespace prewarm::fused {

struct Graph::Impl {
  // One argument of a primitive: where it lies and how it is laid out.
  struct Arg {
    int id;
    View view;
    dnnl::memory::desc desc;
  };
  struct Op {
    dnnl::primitive primitive;
    std::vector<Arg> args;
    std::vector<std::pair<int, dnnl::memory>> fixed;  // weights
    dnnl::memory::desc scratch;
    int scratch_buffer;                           // -1: needs none
    std::unordered_map<int, dnnl::memory> bound;  // after Finish
  };

  Impl(Precision precision, const PreparedTensors* prepared);

  // Blocked at the vector width of the machine, of the buffer's type.
  dnnl::memory::desc Blocked(View v) const;
  dnnl::memory::desc Plain(View v, dnnl::memory::data_type type) const;
  std::size_t OffsetBytes(View v) const;
  int Padded(int channels) const {
    return (channels + block - 1) / block * block;
  }
  dnnl::memory::data_type Type(View v) const { return types[v.buffer]; }
  // `channels`: what the buffer holds, shape.channels and padding.
  View NewBuffer(View shape, int channels, dnnl::memory::data_type type);
  void Add(const dnnl::primitive& primitive, const dnnl::memory::desc& scratch,
           std::vector<Arg> args,
           std::vector<std::pair<int, dnnl::memory>> fixed = {});
  void Reorder(const Arg& from, const Arg& to);
  dnnl::primitive_attr Attributes(const dnnl::post_ops& post_ops) const;
  dnnl::memory Prepare(const std::string& name, const float* data,
                       const dnnl::memory::desc& plain,
                       const dnnl::memory::desc& wanted);
  dnnl::memory FindPrepared(const std::string& name,
                            const dnnl::memory::desc& wanted) const;

  // Of a planar fp32 buffer, after Finish.
  float* Floats(View v) {
    return reinterpret_cast<float*>(arena.data() + plan.offsets[v.buffer]);
  }

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::memory::data_type type;
  int block;  // channels a block
  dnnl::memory::format_tag tag;
  std::vector<Lifetime> buffers;
  std::vector<dnnl::memory::data_type> types;  // of each buffer
  std::vector<Op> ops;
  const PreparedTensors* given;  // null: prepare ourselves
  PiecePages weights;
  PreparedTensors made;  // views of `weights`
  ArenaPlan plan;
  Pages arena;
  View input;
  View logits;  // planar
  View output;
};

}  // namespace prewarm::fused
