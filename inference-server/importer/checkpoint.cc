#include "inference-server/importer/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "inference-server/importer/pickle.h"
#include "inference-server/importer/zip_reader.h"

namespace prewarm {
namespace {

using Records = std::map<std::string, ZipRecord>;

constexpr char kPickle[] = "/data.pkl";

Error CorruptTensor(const std::string& name, const std::string& what) {
  return MakeError(ErrorCode::kCorrupt,
                   "the checkpoint's tensor \"" + name + "\" " + what, name);
}

std::int64_t BytesOf(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return 4;
    case DType::kF16:
    case DType::kBF16:
      return 2;
    case DType::kI64:
      return 8;
    case DType::kI8:
    case DType::kU8:
      return 1;
  }
  return 0;
}

// All records lie in one folder, named after the file when it was saved.
Result<std::string> FindFolder(const Records& records) {
  std::optional<std::string> folder;
  for (const auto& [name, record] : records) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos || name.substr(slash) != kPickle) continue;
    if (folder) {
      return MakeError(ErrorCode::kCorrupt,
                       "the zip archive holds two checkpoints", "file");
    }
    folder = name.substr(0, slash);
  }
  if (folder) return *folder;
  return MakeError(ErrorCode::kUnsupported,
                   "the zip archive has no data.pkl: it is no checkpoint of "
                   "torch.save (1.6 or later)",
                   "file");
}

Status CheckByteOrder(const Records& records, const std::string& folder) {
  const auto it = records.find(folder + "/byteorder");
  if (it == records.end() || it->second.data == "little") return Ok{};
  return MakeError(ErrorCode::kUnsupported,
                   "the checkpoint was saved by a big-endian machine; load and "
                   "save it on another",
                   "file");
}

// Elements of the tensor, where all of them lie inside the storage.
Result<std::int64_t> CountInside(const std::string& name,
                                 const PickledTensor& tensor) {
  std::int64_t count = 1;
  std::int64_t last = tensor.offset;
  bool fits = tensor.offset <= tensor.elements;
  for (std::size_t i = 0; fits && i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] == 0) return 0;
    std::int64_t reach = 0;
    // As many elements as the storage has at most: none is there twice.
    fits = !__builtin_mul_overflow(count, tensor.shape[i], &count) &&
           count <= tensor.elements &&
           !__builtin_mul_overflow(tensor.shape[i] - 1, tensor.strides[i],
                                   &reach) &&
           !__builtin_add_overflow(last, reach, &last) &&
           last < tensor.elements;
  }
  if (!fits || last >= tensor.elements) {
    return CorruptTensor(name, "reaches beyond its storage");
  }
  return count;
}

bool InOnePiece(const PickledTensor& tensor) {
  std::int64_t expected = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
    expected *= tensor.shape[i];
  }
  return true;
}

// Row by row, as torch's contiguous() does.
std::vector<std::uint8_t> Gather(const PickledTensor& tensor,
                                 std::string_view storage, std::int64_t count) {
  const std::int64_t size = BytesOf(tensor.dtype);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count * size));
  std::vector<std::int64_t> index(tensor.shape.size(), 0);
  std::int64_t from = tensor.offset;
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(bytes.data() + i * size, storage.data() + from * size,
                static_cast<std::size_t>(size));
    for (std::size_t axis = index.size(); axis-- > 0;) {
      from += tensor.strides[axis];
      if (++index[axis] < tensor.shape[axis]) break;
      from -= tensor.strides[axis] * tensor.shape[axis];
      index[axis] = 0;
    }
  }
  return bytes;
}

Result<std::string_view> StorageOf(const Records& records,
                                   const std::string& folder,
                                   const std::string& name,
                                   const PickledTensor& tensor,
                                   std::set<std::string>* checked) {
  const std::string record_name = folder + "/data/" + tensor.storage;
  const auto it = records.find(record_name);
  if (it == records.end()) {
    return CorruptTensor(
        name, "lies in record \"" + record_name + "\", which is not there");
  }
  const std::string_view data = it->second.data;
  if (data.size() / static_cast<std::uint64_t>(BytesOf(tensor.dtype)) <
      static_cast<std::uint64_t>(tensor.elements)) {
    return CorruptTensor(name, "lies in record \"" + record_name +
                                   "\", which is shorter than it says");
  }
  if (checked->insert(record_name).second) {
    PREWARM_RETURN_IF_ERROR(CheckCrc(record_name, it->second));
  }
  return data;
}

}  // namespace

Result<ImportedWeights> ReadCheckpoint(std::string_view file) {
  PREWARM_ASSIGN_OR_RETURN(const Records records, ReadZip(file));
  PREWARM_ASSIGN_OR_RETURN(const std::string folder, FindFolder(records));
  PREWARM_RETURN_IF_ERROR(CheckByteOrder(records, folder));
  const ZipRecord& pickle = records.at(folder + kPickle);
  PREWARM_RETURN_IF_ERROR(CheckCrc(folder + kPickle, pickle));
  PREWARM_ASSIGN_OR_RETURN(const auto pickled, ReadStateDict(pickle.data));
  ImportedWeights weights;
  std::set<std::string> checked;
  for (const auto& [name, tensor] : pickled) {
    PREWARM_ASSIGN_OR_RETURN(
        const std::string_view storage,
        StorageOf(records, folder, name, tensor, &checked));
    PREWARM_ASSIGN_OR_RETURN(const std::int64_t count,
                             CountInside(name, tensor));
    if (count > 0 && !InOnePiece(tensor)) {
      weights.tensors[name] = weights.Own(tensor.dtype, tensor.shape,
                                          Gather(tensor, storage, count));
      continue;
    }
    TensorView& view = weights.tensors[name];
    view.dtype = tensor.dtype;
    view.shape = tensor.shape;
    view.data = reinterpret_cast<const std::uint8_t*>(storage.data()) +
                tensor.offset * BytesOf(tensor.dtype);
    view.bytes = static_cast<std::size_t>(count * BytesOf(tensor.dtype));
  }
  return weights;
}

}  // namespace prewarm
