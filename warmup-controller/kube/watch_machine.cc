#include "warmup-controller/kube/watch_machine.h"

#include <algorithm>

namespace prewarm::kube {
namespace {

constexpr int kMaxDoublings = 20;

// To watch from the same version would end the same way.
bool NeedsList(ErrorCode code) {
  switch (code) {
    case ErrorCode::kGone:
    case ErrorCode::kInvalidArgument:  // a version that the server never gave
    case ErrorCode::kNotFound:         // the type itself
    case ErrorCode::kTooLarge:         // an event that is not taken
    case ErrorCode::kUnprocessable:    // one that cannot be read
      return true;
    default:
      return false;
  }
}

}  // namespace

void WatchMachine::Listed(const std::string& resource_version) {
  plan_ = {WatchPlan::Do::kWatch, {}, resource_version};
  progressed_ = false;
}

void WatchMachine::ListFailed(const Error& error) {
  plan_ = {WatchPlan::Do::kList, Delay(&error), ""};
}

void WatchMachine::Progressed(const std::string& resource_version) {
  plan_.resource_version = resource_version;
  progressed_ = true;
  failures_ = 0;
}

void WatchMachine::WatchEnded(const Status& how,
                              std::chrono::milliseconds lasted) {
  if (lasted >= backoff_.good) failures_ = 0;
  const bool was_good = progressed_ || lasted >= backoff_.good;
  progressed_ = false;
  if (how.ok()) {
    plan_.delay = was_good ? std::chrono::milliseconds(0) : Delay(nullptr);
    return;
  }
  plan_.delay = Delay(&how.error());
  if (NeedsList(how.error().code)) {
    plan_.what = WatchPlan::Do::kList;
    plan_.resource_version.clear();
  }
}

std::chrono::milliseconds WatchMachine::Delay(const Error* error) {
  const double doubled =
      static_cast<double>(backoff_.first.count()) *
      static_cast<double>(
          1U << static_cast<unsigned>(std::min(failures_, kMaxDoublings)));
  ++failures_;
  const double most =
      std::min(doubled, static_cast<double>(backoff_.most.count()));
  std::chrono::milliseconds delay(
      static_cast<std::int64_t>(most * (0.5 + 0.5 * random_())));
  if (error != nullptr && error->retry_after_seconds) {
    delay = std::max<std::chrono::milliseconds>(
        delay, std::chrono::seconds(*error->retry_after_seconds));
  }
  return delay;
}

}  // namespace prewarm::kube
