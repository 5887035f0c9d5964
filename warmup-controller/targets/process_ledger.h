// What the local processes of one controller share, whoever declares them.
#pragma once

#include <map>
#include <set>
#include <string>

namespace prewarm {

// Two targets may have ports in common, and one that was declared anew lives
// beside the one before until that has ended: a process that has just begun
// does not hold its port yet, and an id must not come again. Not thread-safe.
class ProcessLedger {
 public:
  bool IsTaken(int port) const { return taken_.count(port) > 0; }
  void Take(int port) { taken_.insert(port); }
  void GiveBack(int port) { taken_.erase(port); }
  // 0, then 1 and so on: no number twice for a name.
  int NextStart(const std::string& name) { return starts_[name]++; }

 private:
  std::set<int> taken_;
  std::map<std::string, int> starts_;
};

}  // namespace prewarm
