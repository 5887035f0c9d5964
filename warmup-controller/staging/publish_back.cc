#include "warmup-controller/staging/publish_back.h"

#include <set>
#include <utility>
#include <vector>

#include "common/store/quarantine.h"
#include "common/store/state_paths.h"

namespace prewarm {
namespace {

constexpr char kJoinPrefix[] = "history-";

Result<std::string> ReadIfThere(const std::string& path, Env* env) {
  auto text = env->Read(path, kMaxHistoryFile);
  if (!text.ok() && text.error().code == ErrorCode::kNotFound) {
    return std::string();
  }
  return text;
}

// Where another process adds a line meanwhile, that line is lost: one
// observation of many.
Status Replace(const std::string& path, const std::string& name,
               const std::string& text, const Stores& stores) {
  const StatePaths paths(stores.to);
  Env* const env = stores.env;
  PREWARM_RETURN_IF_ERROR(env->MakeFolders(paths.History()));
  PREWARM_RETURN_IF_ERROR(env->MakeFolders(paths.Temporary()));
  PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                           env->MakeTempFolder(paths.Temporary(), kJoinPrefix));
  Status done = env->WriteNew(temp + "/" + name, {{text.data(), text.size()}});
  if (done.ok()) done = env->RenameOver(temp + "/" + name, path);
  (void)env->Remove(temp);
  return done;
}

Result<int> JoinHistories(const Stores& stores, const StoreListing& local,
                          StoreListing* known) {
  int joined = 0;
  for (const auto& [name, bytes] : local.history) {
    const auto there = known->history.find(name);
    if (there != known->history.end() && there->second == bytes) continue;
    const std::string path = StatePaths(stores.to).History() + "/" + name;
    PREWARM_ASSIGN_OR_RETURN(
        const std::string mine,
        ReadIfThere(StatePaths(stores.from).History() + "/" + name,
                    stores.env));
    PREWARM_ASSIGN_OR_RETURN(const std::string shared,
                             ReadIfThere(path, stores.env));
    const std::string both = JoinHistory(shared, mine);
    if (both != shared) {
      PREWARM_RETURN_IF_ERROR(Replace(path, name, both, stores));
      ++joined;
    }
    known->history[name] = bytes;  // nothing to do until this one grows
  }
  return joined;
}

// `damage`: of what lies at its place, "" where nothing does.
Status PublishState(const Stores& stores, const FolderCopy& copy,
                    const std::string& damage, const CopyOptions& options,
                    CopyProgress* progress) {
  if (stores.env->RenamesByCopy(stores.to)) {
    return WriteInPlace(stores, {copy}, options, progress);
  }
  if (!damage.empty()) {
    std::string path = stores.to;
    path.append("/").append(copy.folder);
    PREWARM_RETURN_IF_ERROR(MoveToQuarantine(
        stores.env, stores.to, path, path.substr(path.rfind('/') + 1), damage));
  }
  CopyOptions synced = options;
  synced.sync = true;
  return PlaceFolders(stores, {copy}, kStatePrefix, synced, progress);
}

std::vector<std::string> WholeLines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos;
       end = text.find('\n', at)) {
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

std::string JoinHistory(const std::string& shared, const std::string& local,
                        std::size_t most) {
  std::vector<std::string> lines = WholeLines(shared);
  std::set<std::string> seen(lines.begin(), lines.end());
  for (std::string& line : WholeLines(local)) {
    if (seen.insert(line).second) lines.push_back(std::move(line));
  }
  const std::size_t first = lines.size() > most ? lines.size() - most : 0;
  std::string text;
  for (std::size_t i = first; i < lines.size(); ++i) {
    text.append(lines[i]).append("\n");
  }
  return text;
}

Result<Published> PublishBack(const Stores& stores, const CopyOptions& options,
                              StoreListing* known, CopyProgress* progress) {
  PREWARM_ASSIGN_OR_RETURN(const StoreListing local,
                           ListStore(stores.from, stores.env));
  Published published;
  for (const FolderCopy& copy : PlanPublishing(local, *known)) {
    const std::string key = copy.folder.substr(copy.folder.rfind('/') + 1);
    const auto damaged = known->damaged_states.find(key);
    PREWARM_RETURN_IF_ERROR(PublishState(
        stores, copy,
        damaged == known->damaged_states.end() ? "" : damaged->second, options,
        progress));
    ++published.states;
    known->damaged_states.erase(key);
    for (const ListedState& state : local.states) {
      if (state.key == key) known->states.push_back(state);
    }
  }
  published.bytes = progress->bytes;
  PREWARM_ASSIGN_OR_RETURN(published.history_files,
                           JoinHistories(stores, local, known));
  return published;
}

}  // namespace prewarm
