// The weights of IS-Net, straight from the mapped safetensors file: checked
// against the table of the architecture before anything is computed, then
// converted one convolution at a time, so that the whole network in fp32 never
// lies in memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/mapped_file.h"
#include "common/store/safetensors.h"
#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/pages.h"

namespace prewarm::isnet {

// fp32, OIHW and O.
struct ConvValues {
  const char* name = "";  // of the table
  int out_channels = 0;
  int in_channels = 0;
  const float* weight = nullptr;
  const float* bias = nullptr;
};

// One thread at a time.
class Weights {
 public:
  // kCorrupt names the tensor that is missing, of another shape or type.
  static Result<std::unique_ptr<Weights>> Open(
      std::shared_ptr<const MappedFile> bytes);

  // Valid until the next call, which also gives back the pages of the file
  // that this one read. Precondition: `name` is in the table.
  ConvValues Read(const std::string& name);

  // kCorrupt with the first tensor read that holds values that are not finite.
  const Status& status() const { return status_; }

 private:
  struct Entry {
    ConvSpec spec;
    TensorView weight;
    TensorView bias;
  };

  Weights(std::shared_ptr<const MappedFile> bytes,
          std::shared_ptr<SafetensorsFile> file)
      : bytes_(std::move(bytes)), file_(std::move(file)) {}
  // Into `room` unless the file has them as they are needed.
  const float* Floats(const std::string& name, const TensorView& view,
                      float* room);
  void DropLastRead();

  const std::shared_ptr<const MappedFile> bytes_;
  const std::shared_ptr<SafetensorsFile> file_;
  std::map<std::string, Entry> entries_;
  Pages converted_;  // the convolution read last: its bias, then its weight
  const TensorView* last_ = nullptr;
  Status status_ = Ok{};
};

}  // namespace prewarm::isnet
