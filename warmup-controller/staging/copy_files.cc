#include "warmup-controller/staging/copy_files.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "common/base/sha256.h"

namespace prewarm {
namespace {

constexpr std::uint64_t kBlock = BlockChecksums::kBlock;

struct Range {
  const FileTask* task = nullptr;
  FileWriter* writer = nullptr;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class Copying {
 public:
  Copying(const CopyOptions& options, Env* env, CopyProgress* progress)
      : options_(options), env_(env), progress_(progress) {}

  // Creates the file, and cuts what is to be read.
  Status Open(const FileTask& task) {
    PREWARM_ASSIGN_OR_RETURN(const auto reader, env_->OpenToRead(task.from));
    const std::uint64_t bytes = reader->size();
    if (task.bytes != 0 && bytes != task.bytes) {
      return MakeError(ErrorCode::kCorrupt,
                       task.from + " has " + std::to_string(bytes) +
                           " bytes, not " + std::to_string(task.bytes),
                       task.group);
    }
    PREWARM_ASSIGN_OR_RETURN(auto writer, env_->CreateToWrite(task.to, bytes));
    writers_.push_back(std::move(writer));
    progress_->total += bytes;
    for (std::uint64_t at = 0; at < bytes; at += options_.range_bytes) {
      ranges_.push_back({&task, writers_.back().get(), at,
                         std::min(bytes, at + options_.range_bytes)});
    }
    return Ok{};
  }

  Status Run() {
    const auto count = std::min<std::size_t>(
        ranges_.size(),
        static_cast<std::size_t>(std::max(1, options_.streams)));
    std::vector<std::thread> streams;
    streams.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      streams.emplace_back([this] { Stream(); });
    }
    for (std::thread& stream : streams) stream.join();
    if (error_) return *error_;
    if (!options_.sync) return Ok{};
    for (const auto& writer : writers_) {
      PREWARM_RETURN_IF_ERROR(writer->Sync());
    }
    return Ok{};
  }

 private:
  void Stream() {
    std::vector<std::uint8_t> block(kBlock);
    while (true) {
      const std::size_t next = next_++;
      if (next >= ranges_.size() || stopped_) return;
      const Status done = CopyRange(ranges_[next], &block);
      if (done.ok()) continue;
      stopped_ = true;
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = done.error();
      return;
    }
  }

  Status CopyRange(const Range& range, std::vector<std::uint8_t>* block) {
    PREWARM_ASSIGN_OR_RETURN(const auto reader,
                             env_->OpenToRead(range.task->from));
    for (std::uint64_t at = range.begin; at < range.end; at += kBlock) {
      if (progress_->cancelled) {
        return MakeError(ErrorCode::kCancelled, "copying was cancelled");
      }
      if (stopped_) return Ok{};
      const auto bytes =
          static_cast<std::size_t>(std::min(kBlock, range.end - at));
      PREWARM_RETURN_IF_ERROR(
          ReadBlock(*range.task, at, bytes, reader.get(), block));
      PREWARM_RETURN_IF_ERROR(range.writer->Write(at, block->data(), bytes));
      progress_->bytes += bytes;
    }
    return Ok{};
  }

  // The way may flip a bit that lies well at its place: so twice.
  static Status ReadBlock(const FileTask& task, std::uint64_t at,
                          std::size_t bytes, FileReader* reader,
                          std::vector<std::uint8_t>* block) {
    PREWARM_RETURN_IF_ERROR(reader->Read(at, block->data(), bytes));
    if (task.checksums == nullptr || Fits(task, at, bytes, *block)) return Ok{};
    PREWARM_RETURN_IF_ERROR(reader->Read(at, block->data(), bytes));
    if (Fits(task, at, bytes, *block)) return Ok{};
    return MakeError(ErrorCode::kCorrupt,
                     task.from + ": block " + std::to_string(at / kBlock) +
                         " of 1 MiB differs from its checksum",
                     task.group);
  }

  static bool Fits(const FileTask& task, std::uint64_t at, std::size_t bytes,
                   const std::vector<std::uint8_t>& block) {
    const std::size_t index = at / kBlock;
    if (index >= task.checksums->sums.size()) return false;
    return ChecksumBlocks({{block.data(), bytes}}).sums.front() ==
           task.checksums->sums[index];
  }

  const CopyOptions options_;
  Env* const env_;
  CopyProgress* const progress_;
  std::vector<std::unique_ptr<FileWriter>> writers_;
  std::vector<Range> ranges_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace

Status CopyFiles(const std::vector<FileTask>& tasks, const CopyOptions& options,
                 Env* env, CopyProgress* progress) {
  {
    Copying copying(options, env, progress);
    for (const FileTask& task : tasks) {
      PREWARM_RETURN_IF_ERROR(copying.Open(task));
    }
    PREWARM_RETURN_IF_ERROR(copying.Run());
  }
  for (const FileTask& task : tasks) {
    if (task.sha256.empty()) continue;
    PREWARM_ASSIGN_OR_RETURN(const std::string digest, Sha256File(task.to));
    if (digest == task.sha256) continue;
    return MakeError(ErrorCode::kCorrupt,
                     task.from + ": sha256 is " + digest +
                         ", its manifest says " + task.sha256 +
                         "; import the model again",
                     task.group);
  }
  return Ok{};
}

}  // namespace prewarm
