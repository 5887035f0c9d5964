// Which objects belong to whom. Thread-safe.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace prewarm {

class OwnedIndex {
 public:
  // "": to nobody.
  void Set(const std::string& object, const std::string& owner) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string& known = owners_[object];
    if (known == owner && !owner.empty()) return;
    Remove(object, known);
    if (owner.empty()) {
      owners_.erase(object);
      return;
    }
    known = owner;
    owned_[owner].insert(object);
  }
  std::vector<std::string> Of(const std::string& owner) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = owned_.find(owner);
    if (found == owned_.end()) return {};
    return {found->second.begin(), found->second.end()};
  }
  bool Has(const std::string& owner) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return owned_.count(owner) > 0;
  }
  // All that own something.
  std::vector<std::string> Owners() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<std::string> owners;
    owners.reserve(owned_.size());
    for (const auto& [owner, objects] : owned_) owners.push_back(owner);
    return owners;
  }

 private:
  void Remove(const std::string& object, const std::string& owner) {
    const auto found = owned_.find(owner);
    if (found == owned_.end()) return;
    found->second.erase(object);
    if (found->second.empty()) owned_.erase(found);
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> owners_;
  std::unordered_map<std::string, std::set<std::string>> owned_;
};

}  // namespace prewarm
