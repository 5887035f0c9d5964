#include "warmup-controller/cloudrun/sampling_warmer.h"

#include <utility>

namespace prewarm::cloudrun {

void SamplingWarmer::Serve(
    std::map<std::string, std::shared_ptr<Samples>> samples) {
  const std::lock_guard<std::mutex> lock(mutex_);
  samples_ = std::move(samples);
}

std::shared_ptr<Samples> SamplingWarmer::Of(const std::string& target) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = samples_.find(target);
  return found == samples_.end() ? nullptr : found->second;
}

void SamplingWarmer::WarmUp(const WarmupRequest& request, Warmed done) {
  if (const auto samples = Of(request.target)) {
    samples->WarmUp(request, std::move(done));
    return;
  }
  done(MakeError(ErrorCode::kNotFound, "there is no target " + request.target));
}

void SamplingWarmer::Look(const LookRequest& request, Seen done) {
  if (const auto samples = Of(request.target)) {
    done(samples->Look(request.instance));
    return;
  }
  done(MakeError(ErrorCode::kNotFound, "there is no target " + request.target));
}

}  // namespace prewarm::cloudrun
