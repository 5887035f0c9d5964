// Where things of the prepared state lie below the store's root.
#pragma once

#include <cstddef>
#include <string>

namespace prewarm {

inline constexpr char kStateFile[] = "state.safetensors";
inline constexpr char kBlocksFile[] = "blocks";
// Of temporary folders.
inline constexpr char kStatePrefix[] = "state-";
inline constexpr char kHistoryPrefix[] = "tmp-";
inline constexpr std::size_t kMaxBlocksFile = std::size_t{4} << 20;

// Of a prepared state's folder: what StateKey::Hex gives.
inline bool IsStateKey(const std::string& name) {
  return name.size() == 64 &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

class StatePaths {
 public:
  explicit StatePaths(const std::string& root) : root_(root) {}
  std::string States() const { return root_ + "/state"; }
  std::string State(const std::string& key) const {
    return States() + "/" + key;
  }
  std::string Temporary() const { return root_ + "/tmp"; }
  std::string Quarantine() const { return root_ + "/quarantine"; }
  std::string History() const { return root_ + "/history"; }
  std::string Locks() const { return root_ + "/locks"; }

 private:
  const std::string root_;
};

}  // namespace prewarm
