// Which instances were seen to be warm, where none can be called by its name:
// a call reaches whichever one Cloud Run picks. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace prewarm::cloudrun {

// As many places as instances are wanted. A place is proven by an answer of an
// instance that stands for no other place. Not thread-safe.
class SampleBook {
 public:
  // Who was not seen for so long may be gone.
  static constexpr std::chrono::minutes kSeenFor{15};
  // An answer counts for a question that comes no later.
  static constexpr std::chrono::seconds kStillNew{30};

  // By their ids; those that stay keep what is known.
  void SetPlaces(const std::vector<std::string>& ids, SteadyTime now);
  // Its proof is asked for. True: an answer so new is there that none is
  // needed.
  bool Await(const std::string& place, SteadyTime now);

  // An instance has proven itself. The place whose proof that is; unset: of no
  // place that waits.
  std::optional<std::string> Answered(const std::string& instance,
                                      SteadyTime now);
  // A call brought an error: the place that is told of it.
  std::optional<std::string> Failed();

  // The instance that stands for a place; "": none, or not seen for long.
  std::string InstanceOf(const std::string& place, SteadyTime now) const;
  std::size_t places() const { return places_.size(); }
  std::size_t seen(SteadyTime now) const;
  std::size_t waiting() const;

  // Calls to send besides those on their way: never more at a time than places
  // wait, since each may start an instance that nobody needs. While answers
  // tell nothing new the pauses grow with the time since they last did.
  std::size_t CallsDue(std::size_t in_flight, SteadyTime now) const;
  void Told(SteadyTime now) { next_call_ = now + Pause(now); }
  SteadyTime next_call() const { return next_call_; }
  // Since when no answer was new.
  SteadyTime news() const { return news_; }

 private:
  struct Place {
    std::string id;
    std::string instance;  // "": none yet
    SteadyTime seen{};
    bool waits = false;
  };
  SteadyTime::duration Pause(SteadyTime now) const;
  static bool IsFree(const Place& place, SteadyTime now);
  Place* Find(const std::string& id);

  std::vector<Place> places_;
  SteadyTime next_call_{};
  SteadyTime news_{};
};

}  // namespace prewarm::cloudrun
