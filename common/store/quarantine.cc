#include "common/store/quarantine.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>

namespace prewarm {
namespace {

constexpr std::size_t kKept = 3;

// Containers that share a volume have equal process ids.
std::string UniqueSuffix() {
  std::random_device random;
  char text[48];
  std::snprintf(text, sizeof text, "%lld-%08x",
                static_cast<long long>(std::time(nullptr)), random());
  return text;
}

Status KeepNewest(Env* env, const std::string& folder) {
  PREWARM_ASSIGN_OR_RETURN(auto kept, env->List(folder));
  std::stable_sort(kept.begin(), kept.end(),
                   [](const FolderEntry& a, const FolderEntry& b) {
                     return a.modified > b.modified;
                   });
  for (std::size_t i = kKept; i < kept.size(); ++i) {
    PREWARM_RETURN_IF_ERROR(env->Remove(folder + "/" + kept[i].name));
  }
  return Ok{};
}

}  // namespace

Status MoveToQuarantine(Env* env, const std::string& root,
                        const std::string& path, const std::string& name,
                        const std::string& reason,
                        const std::optional<FileIdentity>& only) {
  const auto there = env->Identify(path);
  if (!there.ok() && there.error().code == ErrorCode::kNotFound) return Ok{};
  PREWARM_RETURN_IF_ERROR(there);
  if (only && !(*there == *only)) return Ok{};
  const std::string folder = root + "/quarantine";
  PREWARM_RETURN_IF_ERROR(env->MakeFolders(folder));
  std::string to = folder;
  to.append("/").append(name).append("-").append(UniqueSuffix());
  const auto moved = env->RenameNew(path, to);
  if (!moved.ok() && moved.error().code == ErrorCode::kNotFound) return Ok{};
  PREWARM_RETURN_IF_ERROR(moved);
  if (!*moved) {
    return MakeError(ErrorCode::kInternal, to + " exists already", "store");
  }
  const auto taken = env->Identify(to);
  if (only && taken.ok() && taken->inode != only->inode) {
    // Replaced between the look and the move: back with it. Where a third one
    // is there by now, that is as good.
    PREWARM_RETURN_IF_ERROR(env->RenameNew(to, path));
    return Ok{};
  }
  static_cast<void>(
      env->WriteNew(to + "/reason", {{reason.data(), reason.size()}}));
  static_cast<void>(env->Touch(to));
  return KeepNewest(env, folder);
}

}  // namespace prewarm
