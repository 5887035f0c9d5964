// What the loop plans a policy by, for whoever wants to look further than it
// does.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/decide/makespan.h"
#include "warmup-controller/policy/policy.h"
#include "warmup-controller/schedule/schedule.h"

namespace prewarm {

struct Outlook {
  Policy policy;
  std::shared_ptr<const Schedule> schedule;
  MakespanModel model;  // of its target
  LeadOverheads overheads;
};

// Where the newest ones are found, by "namespace/name". Thread-safe.
class OutlookBoard {
 public:
  using Outlooks = std::map<std::string, std::shared_ptr<const Outlook>>;

  void Set(const std::string& key, std::shared_ptr<const Outlook> outlook);
  void KeepIf(const std::function<bool(const std::string& key)>& keep);
  // Null where there is none: nothing was planned yet.
  std::shared_ptr<const Outlook> Find(const std::string& key) const;
  Outlooks All() const;

 private:
  mutable std::mutex mutex_;
  Outlooks outlooks_;
};

}  // namespace prewarm
