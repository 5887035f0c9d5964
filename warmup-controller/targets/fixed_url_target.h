// Instances that somebody else runs, at URLs that are known.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "warmup-controller/policy/local_targets.h"
#include "warmup-controller/targets/target.h"

namespace prewarm {

// Only as many URLs as are asked for are instances, the first ones: a platform
// that scales to zero by itself would be kept awake by being looked at. Ids are
// NAME-INDEX.0: nobody sees a restart from here.
class FixedUrlTarget : public Target {
 public:
  explicit FixedUrlTarget(FixedUrls declared);

  TargetView Observe() override;
  // What is beyond the URLs is `trouble`.
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  Status Replace(const std::string& id) override;  // kUnavailable: nobody can
  bool Idle() const override { return used_ == 0; }

 private:
  const FixedUrls declared_;
  std::size_t used_ = 0;
  std::string shortage_;
};

}  // namespace prewarm
