// The warmer of a controller whose targets are services of Cloud Run.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "warmup-controller/cloudrun/samples.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm::cloudrun {

// Thread-safe. Of a target that is not known: kNotFound.
class SamplingWarmer : public Warmer {
 public:
  // By TargetKey::Full(); what was known before goes.
  void Serve(std::map<std::string, std::shared_ptr<Samples>> samples);
  void WarmUp(const WarmupRequest& request, Warmed done) override;
  void Look(const LookRequest& request, Seen done) override;

 private:
  std::shared_ptr<Samples> Of(const std::string& target) const;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Samples>> samples_;
};

}  // namespace prewarm::cloudrun
