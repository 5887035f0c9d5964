#include "inference-server/importer/onnx.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/importer/wire.h"

namespace prewarm {
namespace {

using wire::Bytes;
using wire::Number;

void ExpectOnnxRefused(const std::string& file, const std::string& because,
                       ErrorCode code = ErrorCode::kCorrupt) {
  const auto graph = ReadOnnx(file);
  ASSERT_FALSE(graph.ok()) << because;
  EXPECT_EQ(graph.error().code, code);
  EXPECT_NE(graph.error().message.find(because), std::string::npos)
      << graph.error().message;
}

std::string ModelOfTensor(const std::string& tensor) {
  return wire::Model({}, {tensor});
}

TEST(Onnx, NodesAndTensorsAreRead) {
  const std::string file =
      wire::Model({wire::Node("Conv", "/a/Conv", {"x", "w"}, "y"),
                   wire::Node("BatchNormalization", "n", {"y"}, "z",
                              wire::FloatAttribute("epsilon", 0.25F))},
                  {wire::Tensor("w", {1, 2}, {1.5F, 2})});
  const auto graph = ReadOnnx(file);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  ASSERT_EQ(graph->nodes.size(), 2U);
  EXPECT_EQ(graph->nodes[0].op, "Conv");
  EXPECT_EQ(graph->nodes[0].name, "/a/Conv");
  EXPECT_EQ(graph->nodes[0].inputs, (std::vector<std::string>{"x", "w"}));
  EXPECT_EQ(graph->nodes[0].outputs, std::vector<std::string>{"y"});
  EXPECT_EQ(graph->nodes[1].epsilon, 0.25F);
  const OnnxTensor& tensor = graph->tensors.at("w");
  EXPECT_EQ(tensor.shape, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(tensor.data.size(), 8U);
}

TEST(Onnx, PackedDimensionsAreRead) {
  const std::string packed = wire::Varint(2) + wire::Varint(3);
  const std::string file =
      ModelOfTensor(Bytes(1, packed) + Number(2, 10) + Bytes(8, "h") +
                    Bytes(9, std::string(12, '\0')));
  const auto graph = ReadOnnx(file);
  ASSERT_TRUE(graph.ok()) << graph.error().message;
  EXPECT_TRUE(graph->tensors.at("h").half);
  EXPECT_EQ(graph->tensors.at("h").shape, (std::vector<std::int64_t>{2, 3}));
}

TEST(Onnx, IntegerConstantsAreNoWeights) {
  const std::string file = ModelOfTensor(Number(1, 1) + Number(2, 7) +
                                         Bytes(8, "i") + Bytes(9, "12345678"));
  ASSERT_TRUE(ReadOnnx(file).ok());
  EXPECT_TRUE(ReadOnnx(file)->tensors.empty());
}

TEST(Onnx, WhatIsNoModelIsRefused) {
  ExpectOnnxRefused("", "no graph");
  ExpectOnnxRefused(Number(1, 8), "no graph");
  ExpectOnnxRefused("hello there, this is text", "damaged");
  ExpectOnnxRefused(Bytes(7, "") + Bytes(7, ""), "two graphs");
}

TEST(Onnx, EveryTruncationIsHandled) {
  const std::string whole = wire::Model({wire::Node("Conv", "c", {"x"}, "y")},
                                        {wire::Tensor("w", {2}, {1, 2})});
  for (std::size_t n = 3; n < whole.size(); ++n) {
    EXPECT_FALSE(ReadOnnx(whole.substr(0, n)).ok()) << n;
  }
}

TEST(Onnx, ExternalDataIsRefused) {
  ExpectOnnxRefused(ModelOfTensor(Bytes(8, "w") + Bytes(13, "elsewhere")),
                    "another file", ErrorCode::kUnsupported);
}

TEST(Onnx, ShapeThatIsNotTheDatasIsRefused) {
  ExpectOnnxRefused(ModelOfTensor(wire::Tensor("w", {3}, {1, 2})),
                    "tensor w has 8 bytes, its shape needs 12");
  ExpectOnnxRefused(ModelOfTensor(wire::Tensor("w", {~std::uint64_t{0}}, {1})),
                    "impossible shape");
  ExpectOnnxRefused(
      ModelOfTensor(wire::Tensor("w", {1U << 31, 1U << 31, 4}, {1})),
      "impossible shape");
  ExpectOnnxRefused(
      ModelOfTensor(wire::Tensor("w", {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1})),
      "too many dimensions");
}

TEST(Onnx, TensorTwiceIsRefused) {
  const std::string tensor = wire::Tensor("w", {1}, {1});
  ExpectOnnxRefused(wire::Model({}, {tensor, tensor}), "appears twice");
}

TEST(Onnx, MoreNodesThanTheLimitAreRefused) {
  std::vector<std::string> nodes(100001, wire::Node("Relu", "r", {}, "y"));
  ExpectOnnxRefused(wire::Model(nodes, {}), "100,000");
}

}  // namespace
}  // namespace prewarm
