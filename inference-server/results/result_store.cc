#include "inference-server/results/result_store.h"

#include <algorithm>
#include <utility>

namespace prewarm {
namespace {

// One alone takes no more than this share of the room, and no more than that.
constexpr std::uint64_t kShareOfOne = 4;
constexpr std::uint64_t kMostOfOne = std::uint64_t{64} << 20;
constexpr char kTemporary[] = "tmp";
constexpr char kPrefix[] = "result-";
constexpr char kFile[] = "result";
// A write takes seconds; what is older was left by a process that was killed.
constexpr std::chrono::hours kAbandonedWrite{1};

}  // namespace

ResultStore::ResultStore(std::string folder, const ResultLimits& limits,
                         Env* env)
    : folder_(std::move(folder)), limits_(limits), env_(env) {}

std::string ResultStore::Folder(const std::string& tenant) const {
  return folder_ + "/" + tenant;
}

std::string ResultStore::Path(const ResultKey& key) const {
  return Folder(key.tenant) + "/" + key.mac;
}

std::string ResultStore::Temporary() const { return Folder(kTemporary); }

Result<StoredResult> ResultStore::Get(const ResultKey& key,
                                      WallTime now) const {
  const std::string path = Path(key);
  auto bytes = env_->Read(path, kMostOfOne + (1 << 10));
  auto result = [&]() -> Result<StoredResult> {
    if (bytes.ok()) return ReadResultFile(key, std::move(*bytes));
    Error error = bytes.error();
    if (error.code == ErrorCode::kTooLarge) error.code = ErrorCode::kCorrupt;
    return error;
  }();
  if (!result.ok()) {
    if (result.error().code == ErrorCode::kCorrupt) {
      static_cast<void>(env_->Remove(path));
    }
    return result;
  }
  const WallTime created{std::chrono::seconds(result->created)};
  if (now - created >= limits_.ttl) {
    return MakeError(ErrorCode::kNotFound, "the result has expired", "key");
  }
  return result;
}

Status ResultStore::Write(const ResultKey& key,
                          const std::vector<Piece>& pieces) {
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(Temporary()));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                           env_->MakeTempFolder(Temporary(), kPrefix));
  const auto write = [&]() -> Status {
    const std::string file = temp + "/" + kFile;
    PREWARM_RETURN_IF_ERROR(env_->WriteNew(file, pieces));
    PREWARM_RETURN_IF_ERROR(env_->MakeFolders(Folder(key.tenant)));
    // The folder's entry is not synced: a result that a power cut takes back
    // is computed again.
    return env_->RenameOver(file, Path(key));
  };
  Status written = write();
  // A purge may have taken the folder away in between.
  if (!written.ok() && written.error().code == ErrorCode::kNotFound) {
    static_cast<void>(env_->Remove(temp + "/" + kFile));
    written = write();
  }
  static_cast<void>(env_->Remove(temp));
  return written;
}

bool ResultStore::Fits(const ResultUsage& more) const {
  const std::lock_guard lock(mutex_);
  return counted_ && usage_.bytes + more.bytes <= limits_.bytes &&
         usage_.entries + more.entries <= limits_.entries;
}

Result<SweptResults> ResultStore::Put(const ResultKey& key,
                                      const StoredResult& result,
                                      WallTime now) {
  const std::string head = ResultFileHead(key, result);
  const ResultUsage more{head.size() + result.picture.size(), 1};
  if (more.bytes > std::min(kMostOfOne, limits_.bytes / kShareOfOne)) {
    return MakeError(ErrorCode::kTooLarge,
                     "a result of " + std::to_string(more.bytes) +
                         " bytes is over a quarter of --results-max-mib, or "
                         "over 64 MiB",
                     "results");
  }
  SweptResults swept;
  if (!Fits(more)) {
    const std::lock_guard lock(sweeping_);
    // Another thread may have made room meanwhile.
    if (!Fits(more)) {
      PREWARM_ASSIGN_OR_RETURN(swept, SweepFor(now, more));
    }
  }
  PREWARM_RETURN_IF_ERROR(
      Write(key, {{head.data(), head.size()},
                  {result.picture.data(), result.picture.size()}}));
  const std::lock_guard lock(mutex_);
  usage_.bytes += more.bytes;
  usage_.entries += more.entries;
  return swept;
}

Status ResultStore::Remove(const ResultKey& key) {
  return env_->Remove(Path(key));
}

Result<std::vector<std::string>> ResultStore::Tenants() const {
  PREWARM_ASSIGN_OR_RETURN(const auto folders, ListIfThere(env_, folder_));
  std::vector<std::string> tenants;
  tenants.reserve(folders.size());
  for (const FolderEntry& folder : folders) {
    if (folder.is_folder && IsTenantTag(folder.name)) {
      tenants.push_back(folder.name);
    }
  }
  return tenants;
}

Result<std::vector<ResultStore::Entry>> ResultStore::ListOf(
    const std::string& tenant) const {
  PREWARM_ASSIGN_OR_RETURN(const auto files, ListIfThere(env_, Folder(tenant)));
  std::vector<Entry> entries;
  entries.reserve(files.size());
  for (const FolderEntry& file : files) {
    if (file.is_folder || !IsResultMac(file.name)) continue;
    entries.push_back(
        {Folder(tenant) + "/" + file.name, file.modified, file.bytes});
  }
  return entries;
}

Result<std::size_t> ResultStore::Purge(
    const std::optional<std::string>& tenant) {
  const std::lock_guard sweeping(sweeping_);
  std::vector<std::string> tenants;
  if (tenant) {
    tenants = {*tenant};
  } else {
    PREWARM_ASSIGN_OR_RETURN(tenants, Tenants());
  }
  std::size_t removed = 0;
  for (const std::string& each : tenants) {
    PREWARM_ASSIGN_OR_RETURN(const auto entries, ListOf(each));
    PREWARM_RETURN_IF_ERROR(env_->MakeFolders(Temporary()));
    PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                             env_->MakeTempFolder(Temporary(), kPrefix));
    // In one step out of sight of readers, then in as many as it takes.
    const std::string aside = temp + "/" + kFile;
    const auto moved = env_->RenameNew(Folder(each), aside);
    PREWARM_RETURN_IF_ERROR(env_->Remove(temp));
    if (!moved.ok() && moved.error().code != ErrorCode::kNotFound) {
      return moved.error();
    }
    removed += entries.size();
  }
  const std::lock_guard lock(mutex_);
  counted_ = false;  // the next who adds something counts
  usage_ = {};
  return removed;
}

void ResultStore::RemoveAbandonedWrites(WallTime now) {
  const auto entries = ListIfThere(env_, Temporary());
  if (!entries.ok()) return;
  for (const FolderEntry& entry : *entries) {
    if (entry.name.rfind(kPrefix, 0) == 0 &&
        now - entry.modified > kAbandonedWrite) {
      static_cast<void>(env_->Remove(Temporary() + "/" + entry.name));
    }
  }
}

Result<SweptResults> ResultStore::SweepFor(WallTime now,
                                           const ResultUsage& more) {
  RemoveAbandonedWrites(now);
  PREWARM_ASSIGN_OR_RETURN(const auto tenants, Tenants());
  SweptResults swept;
  ResultUsage found;
  std::vector<Entry> kept;
  for (const std::string& tenant : tenants) {
    PREWARM_ASSIGN_OR_RETURN(auto entries, ListOf(tenant));
    for (Entry& entry : entries) {
      if (now - entry.modified >= limits_.ttl) {
        PREWARM_RETURN_IF_ERROR(env_->Remove(entry.path));
        ++swept.expired;
        continue;
      }
      found.bytes += entry.bytes;
      ++found.entries;
      kept.push_back(std::move(entry));
    }
  }
  if (found.bytes + more.bytes > limits_.bytes ||
      found.entries + more.entries > limits_.entries) {
    // A tenth more than needed, so that the next to come finds room.
    const std::uint64_t bytes = limits_.bytes - limits_.bytes / 10;
    const std::size_t count = limits_.entries - limits_.entries / 10;
    std::sort(kept.begin(), kept.end(), [](const Entry& a, const Entry& b) {
      return a.modified < b.modified;
    });
    for (const Entry& entry : kept) {
      if (found.bytes + more.bytes <= bytes &&
          found.entries + more.entries <= count) {
        break;
      }
      PREWARM_RETURN_IF_ERROR(env_->Remove(entry.path));
      found.bytes -= entry.bytes;
      --found.entries;
      ++swept.for_room;
    }
  }
  const std::lock_guard lock(mutex_);
  usage_ = found;
  counted_ = true;
  return swept;
}

Result<SweptResults> ResultStore::Sweep(WallTime now) {
  const std::lock_guard lock(sweeping_);
  return SweepFor(now, {});
}

ResultUsage ResultStore::usage() const {
  const std::lock_guard lock(mutex_);
  return usage_;
}

}  // namespace prewarm
