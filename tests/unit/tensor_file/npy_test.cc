#include "inference-server/tensor_file/npy.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace prewarm {
namespace {

std::string File(const std::string& header, std::size_t bytes,
                 char version = 1) {
  std::string file = "\x93NUMPY";
  file += {version, '\0', static_cast<char>(header.size() & 255),
           static_cast<char>(header.size() >> 8)};
  if (version == 2) file += std::string(2, '\0');
  return file + header + std::string(bytes, '\0');
}

constexpr char kHeader[] =
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

TEST(Npy, WhatIsWrittenIsReadBack) {
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{6}, {2, 3}, {1, 1, 6}, {0, 5}, {}}) {
    Array array;
    array.shape = shape;
    std::size_t values = 1;
    for (const auto n : shape) values *= static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < values; ++i) {
      array.values.push_back(static_cast<float>(i) - 0.5F);
    }
    const std::string file = FormatNpy(array);
    EXPECT_EQ((file.size() - values * sizeof(float)) % 64, 0U);
    const auto read = ParseNpy(file);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->shape, shape);
    EXPECT_EQ(read->values, array.values);
  }
}

TEST(Npy, BothVersionsAreRead) {
  for (const char version : {'\1', '\2'}) {
    const auto read = ParseNpy(File(kHeader, 24, version));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->shape, (std::vector<std::int64_t>{2, 3}));
  }
}

TEST(Npy, WhatIsNoArrayIsCorrupt) {
  const std::string good = File(kHeader, 24);
  for (const std::string& file :
       {std::string(), std::string("PK"), good.substr(0, 9), good.substr(0, 30),
        good.substr(0, good.size() - 1), good + "x", File("{}", 24),
        File("__import__('os')", 24),
        File("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }",
             24),
        File("{'descr': '<f4', 'fortran_order': False, 'shape': "
             "(9999999999, 9999999999), }",
             24),
        File("{'descr': '<f4', 'fortran_order': False, 'shape': "
             "(1, 1, 1, 1, 1, 1, 1, 1, 1), }",
             4)}) {
    const auto read = ParseNpy(file);
    ASSERT_FALSE(read.ok()) << file;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt) << file;
  }
}

TEST(Npy, OtherTypesAndOrdersAreNamedWithTheFix) {
  for (const char* header :
       {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"}) {
    const auto read = ParseNpy(File(header, 24));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(read.error().message.find("dtype='<f4'"), std::string::npos);
  }
  EXPECT_EQ(ParseNpy(File(kHeader, 24, 3)).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace prewarm
