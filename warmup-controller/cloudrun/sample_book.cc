#include "warmup-controller/cloudrun/sample_book.h"

#include <algorithm>
#include <utility>

namespace prewarm::cloudrun {
namespace {

constexpr std::chrono::milliseconds kShortestPause{250};
constexpr std::chrono::seconds kLongestPause{30};
// So that what is new is seen an eighth of its age too late at most.
constexpr int kShareOfSilence = 8;

}  // namespace

bool SampleBook::IsFree(const Place& place, SteadyTime now) {
  return place.instance.empty() || now - place.seen > kSeenFor;
}

SampleBook::Place* SampleBook::Find(const std::string& id) {
  const auto found =
      std::find_if(places_.begin(), places_.end(),
                   [&](const Place& one) { return one.id == id; });
  return found == places_.end() ? nullptr : &*found;
}

void SampleBook::SetPlaces(const std::vector<std::string>& ids,
                           SteadyTime now) {
  std::vector<Place> places;
  places.reserve(ids.size());
  for (const std::string& id : ids) {
    Place* const known = Find(id);
    if (known != nullptr) {
      places.push_back(*known);
    } else {
      places.push_back({id, "", SteadyTime(), false});
      news_ = now;
      next_call_ = std::min(next_call_, now);
    }
  }
  places_ = std::move(places);
}

bool SampleBook::Await(const std::string& place, SteadyTime now) {
  Place* const found = Find(place);
  if (found == nullptr) return false;
  if (!found->instance.empty() && now - found->seen <= kStillNew) return true;
  found->waits = true;
  news_ = now;
  next_call_ = std::min(next_call_, now);
  return false;
}

std::optional<std::string> SampleBook::Answered(const std::string& instance,
                                                SteadyTime now) {
  const auto take = [&](Place* place) -> std::optional<std::string> {
    if (place->instance != instance || place->waits) news_ = now;
    place->instance = instance;
    place->seen = now;
    if (!std::exchange(place->waits, false)) return std::nullopt;
    return place->id;
  };
  Place* best = nullptr;
  for (Place& place : places_) {
    if (place.instance == instance) return take(&place);
    if (!IsFree(place, now)) continue;
    // Who waits comes before who does not.
    if (best == nullptr || (place.waits && !best->waits)) best = &place;
  }
  return best == nullptr ? std::nullopt : take(best);
}

std::optional<std::string> SampleBook::Failed() {
  for (Place& place : places_) {
    if (!place.waits) continue;
    place.waits = false;
    return place.id;
  }
  return std::nullopt;
}

std::string SampleBook::InstanceOf(const std::string& place,
                                   SteadyTime now) const {
  for (const Place& one : places_) {
    if (one.id == place) return IsFree(one, now) ? "" : one.instance;
  }
  return "";
}

std::size_t SampleBook::seen(SteadyTime now) const {
  return static_cast<std::size_t>(
      std::count_if(places_.begin(), places_.end(),
                    [now](const Place& one) { return !IsFree(one, now); }));
}

std::size_t SampleBook::waiting() const {
  return static_cast<std::size_t>(
      std::count_if(places_.begin(), places_.end(),
                    [](const Place& one) { return one.waits; }));
}

SteadyTime::duration SampleBook::Pause(SteadyTime now) const {
  return std::clamp<SteadyTime::duration>((now - news_) / kShareOfSilence,
                                          kShortestPause, kLongestPause);
}

std::size_t SampleBook::CallsDue(std::size_t in_flight, SteadyTime now) const {
  const std::size_t most = waiting();
  if (now < next_call_ || in_flight >= most) return 0;
  return most - in_flight;
}

}  // namespace prewarm::cloudrun
