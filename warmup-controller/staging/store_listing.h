// What a model store has, without reading its large files: what staging and
// publishing are planned from.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/store/block_checksums.h"
#include "common/store/env.h"
#include "common/store/model_store.h"

namespace prewarm {

struct ListedModel {
  StoredModel stored;
  bool newest = false;       // of its name: the one that a server would take
  bool has_weights = false;  // of the size that the manifest says
};

// A prepared state whose files are complete; what is in them is compared when
// they are copied.
struct ListedState {
  std::string key;  // the folder's name
  std::string weights_digest;
  BlockChecksums checksums;  // of its state file
  std::chrono::system_clock::time_point used;
};

// Larger ones are nobody's history.
inline constexpr std::size_t kMaxHistoryFile = std::size_t{1} << 20;

struct StoreListing {
  std::vector<ListedModel> models;
  std::vector<ListedState> states;
  std::map<std::string, std::uint64_t> history;  // bytes by the file's name
  std::map<std::string, std::string> damaged_states;  // why, by key
  std::vector<std::string> damaged_models;            // why
};

// A store that is not there is empty. Errors are the volume's.
Result<StoreListing> ListStore(const std::string& root, Env* env);

}  // namespace prewarm
