#include "tests/unit/engine/torch/golden.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "inference-server/importer/zip_reader.h"
#include "inference-server/tensor_file/npy.h"

namespace prewarm::inspyrenet {

std::map<std::string, at::Tensor> ReadGolden(const std::string& name) {
  std::ifstream file(PREWARM_TESTDATA "/inspyrenet/" + name + ".npz",
                     std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const std::string archive = bytes.str();
  const auto records = ReadZip(archive);
  EXPECT_TRUE(records.ok()) << records.error().message;
  std::map<std::string, at::Tensor> stages;
  for (const auto& [record, stored] : *records) {
    const auto array = ParseNpy(stored.data);
    EXPECT_TRUE(array.ok()) << array.error().message;
    stages[record.substr(0, record.size() - 4)] =
        at::tensor(array->values).view(array->shape);
  }
  return stages;
}

}  // namespace prewarm::inspyrenet
