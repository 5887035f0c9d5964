#include "warmup-controller/staging/place_folders.h"

#include <utility>

#include "common/store/state_paths.h"

namespace prewarm {
namespace {

std::string At(const std::string& root, const std::string& folder) {
  std::string path = root;
  path.append("/").append(folder);
  return path;
}

FileTask TaskOf(const Stores& stores, const FolderCopy& copy,
                const FileCopy& file, const std::string& to) {
  FileTask task;
  task.from = At(At(stores.from, copy.folder), file.name);
  task.to = At(to, file.name);
  task.bytes = file.bytes;
  task.checksums = file.checksums ? &*file.checksums : nullptr;
  task.sha256 = file.sha256;
  task.group = copy.folder;
  return task;
}

// "models/isnet" of "models/isnet/0a1b".
std::string ParentOf(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

Status TakePlace(const Stores& stores, const FolderCopy& copy,
                 const std::string& temp, bool sync) {
  const std::string final = At(stores.to, copy.folder);
  Env* const env = stores.env;
  if (copy.whole) {
    PREWARM_RETURN_IF_ERROR(env->MakeFolders(ParentOf(final)));
    PREWARM_RETURN_IF_ERROR(env->MakeReadable(temp));
    if (sync) PREWARM_RETURN_IF_ERROR(env->SyncFolder(temp));
    // False: another was first, with the same.
    PREWARM_RETURN_IF_ERROR(env->RenameNew(temp, final));
    return sync ? env->SyncFolder(ParentOf(final)) : Status(Ok{});
  }
  PREWARM_RETURN_IF_ERROR(env->MakeFolders(final));
  for (const FileCopy& file : copy.files) {
    PREWARM_RETURN_IF_ERROR(
        env->RenameOver(At(temp, file.name), At(final, file.name)));
  }
  return sync ? env->SyncFolder(final) : Status(Ok{});
}

Status PlaceFrom(const std::string& temp, const Stores& stores,
                 const std::vector<FolderCopy>& copies,
                 const CopyOptions& options, CopyProgress* progress) {
  std::vector<FileTask> tasks;
  std::vector<std::string> temps;
  temps.reserve(copies.size());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    temps.push_back(At(temp, std::to_string(i)));
    PREWARM_RETURN_IF_ERROR(stores.env->MakeFolders(temps.back()));
    for (const FileCopy& file : copies[i].files) {
      tasks.push_back(TaskOf(stores, copies[i], file, temps.back()));
    }
  }
  PREWARM_RETURN_IF_ERROR(CopyFiles(tasks, options, stores.env, progress));
  for (std::size_t i = 0; i < copies.size(); ++i) {
    PREWARM_RETURN_IF_ERROR(
        TakePlace(stores, copies[i], temps[i], options.sync));
  }
  return Ok{};
}

}  // namespace

Status PlaceFolders(const Stores& stores, const std::vector<FolderCopy>& copies,
                    const std::string& prefix, const CopyOptions& options,
                    CopyProgress* progress) {
  if (copies.empty()) return Ok{};
  const std::string parent = StatePaths(stores.to).Temporary();
  PREWARM_RETURN_IF_ERROR(stores.env->MakeFolders(parent));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                           stores.env->MakeTempFolder(parent, prefix));
  const Status placed = PlaceFrom(temp, stores, copies, options, progress);
  const Status removed = stores.env->Remove(temp);
  return placed.ok() ? removed : placed;
}

Status WriteInPlace(const Stores& stores, const std::vector<FolderCopy>& copies,
                    CopyOptions options, CopyProgress* progress) {
  options.sync = true;
  for (const FolderCopy& copy : copies) {
    const std::string final = At(stores.to, copy.folder);
    PREWARM_RETURN_IF_ERROR(stores.env->MakeFolders(final));
    // Who finds the last file finds the others: so it goes first.
    for (auto file = copy.files.rbegin(); file != copy.files.rend(); ++file) {
      PREWARM_RETURN_IF_ERROR(stores.env->Remove(At(final, file->name)));
    }
    for (const FileCopy& file : copy.files) {
      PREWARM_RETURN_IF_ERROR(CopyFiles({TaskOf(stores, copy, file, final)},
                                        options, stores.env, progress));
    }
  }
  return Ok{};
}

}  // namespace prewarm
