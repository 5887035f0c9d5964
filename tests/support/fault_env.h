// An Env that fails, kills or hangs at the n-th call that reaches the volume.
#pragma once

#include <unistd.h>

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/store/env.h"

namespace prewarm {

class FaultEnv : public Env {
 public:
  explicit FaultEnv(Env* below = Env::System()) : below_(below) {}

  // From call `n` on (0: the next), every call gives `error`; or only that one.
  void FailFrom(int n, Error error, bool only_once = false) {
    error_ = std::move(error);
    const int first = calls_ + n;
    first_ = first;
    last_ = only_once ? first : std::numeric_limits<int>::max();
  }
  void Heal() { first_ = std::numeric_limits<int>::max(); }
  // Called with the number of each call, before it is made.
  std::function<void(int)> on_call;
  std::function<void(const std::string& path)> on_map;
  std::function<void(const std::string& prefix)> on_make_temp;
  int calls() const { return calls_; }

  Result<std::string> Read(const std::string& path,
                           std::size_t max_bytes) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->Read(path, max_bytes);
  }
  // Two calls: one that fails in the middle leaves a torn file.
  Status WriteNew(const std::string& path,
                  const std::vector<Piece>& pieces) override {
    PREWARM_RETURN_IF_ERROR(Call());
    std::vector<Piece> half(
        pieces.begin(),
        pieces.begin() + static_cast<std::ptrdiff_t>(pieces.size() / 2));
    if (Status fine = Call(); !fine.ok()) {
      static_cast<void>(below_->WriteNew(path, half));
      return fine;
    }
    return below_->WriteNew(path, pieces);
  }
  Status Append(const std::string& path, const std::string& text) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->Append(path, text);
  }
  Status SyncFolder(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->SyncFolder(path);
  }
  Status MakeFolders(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->MakeFolders(path);
  }
  Result<std::string> MakeTempFolder(const std::string& parent,
                                     const std::string& prefix) override {
    PREWARM_RETURN_IF_ERROR(Call());
    if (on_make_temp) on_make_temp(prefix);
    return below_->MakeTempFolder(parent, prefix);
  }
  Status MakeReadable(const std::string& folder) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->MakeReadable(folder);
  }
  Result<bool> RenameNew(const std::string& from,
                         const std::string& to) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->RenameNew(from, to);
  }
  Status RenameOver(const std::string& from, const std::string& to) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->RenameOver(from, to);
  }
  Status Touch(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->Touch(path);
  }
  Status Remove(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->Remove(path);
  }
  Result<std::vector<FolderEntry>> List(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->List(path);
  }
  bool copies = false;
  bool MapCopies(const std::string& path) override {
    return copies || below_->MapCopies(path);
  }
  Result<FileIdentity> Identify(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->Identify(path);
  }
  Result<std::shared_ptr<const MappedFile>> Map(
      const std::string& path, std::uint64_t max_bytes) override {
    PREWARM_RETURN_IF_ERROR(Call());
    if (on_map) on_map(path);
    return below_->Map(path, max_bytes);
  }
  // Each piece that is read or written is a call.
  Result<std::unique_ptr<FileReader>> OpenToRead(
      const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    PREWARM_ASSIGN_OR_RETURN(auto reader, below_->OpenToRead(path));
    return std::unique_ptr<FileReader>(
        std::make_unique<Reader>(this, std::move(reader)));
  }
  Result<std::unique_ptr<FileWriter>> CreateToWrite(
      const std::string& path, std::uint64_t bytes) override {
    PREWARM_RETURN_IF_ERROR(Call());
    PREWARM_ASSIGN_OR_RETURN(auto writer, below_->CreateToWrite(path, bytes));
    return std::unique_ptr<FileWriter>(
        std::make_unique<Writer>(this, std::move(writer)));
  }
  bool renames_by_copy = false;
  bool RenamesByCopy(const std::string& path) override {
    return renames_by_copy || below_->RenamesByCopy(path);
  }
  // Called with what was read, which it may change.
  std::function<void(std::uint64_t offset, void* bytes, std::size_t size)>
      on_read;
  Result<std::unique_ptr<FileLock>> TryLock(const std::string& path) override {
    PREWARM_RETURN_IF_ERROR(Call());
    return below_->TryLock(path);
  }

 private:
  class Reader : public FileReader {
   public:
    Reader(FaultEnv* env, std::unique_ptr<FileReader> below)
        : env_(env), below_(std::move(below)) {}
    std::uint64_t size() const override { return below_->size(); }
    Status Read(std::uint64_t offset, void* to, std::size_t bytes) override {
      PREWARM_RETURN_IF_ERROR(env_->Call());
      PREWARM_RETURN_IF_ERROR(below_->Read(offset, to, bytes));
      if (env_->on_read) env_->on_read(offset, to, bytes);
      return Ok{};
    }

   private:
    FaultEnv* const env_;
    const std::unique_ptr<FileReader> below_;
  };
  class Writer : public FileWriter {
   public:
    Writer(FaultEnv* env, std::unique_ptr<FileWriter> below)
        : env_(env), below_(std::move(below)) {}
    Status Write(std::uint64_t offset, const void* from,
                 std::size_t bytes) override {
      PREWARM_RETURN_IF_ERROR(env_->Call());
      return below_->Write(offset, from, bytes);
    }
    Status Sync() override {
      PREWARM_RETURN_IF_ERROR(env_->Call());
      return below_->Sync();
    }

   private:
    FaultEnv* const env_;
    const std::unique_ptr<FileWriter> below_;
  };

  Status Call() {
    const int n = calls_++;
    if (on_call) on_call(n);
    if (n >= first_ && n <= last_) return error_;
    return Ok{};
  }

  Env* const below_;
  std::atomic<int> calls_{0};
  std::atomic<int> first_{std::numeric_limits<int>::max()};
  std::atomic<int> last_{std::numeric_limits<int>::max()};
  Error error_;
};

}  // namespace prewarm
