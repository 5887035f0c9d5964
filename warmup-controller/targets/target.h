// What is scaled: its instances as they are seen, and the means to change
// their number.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

// One start of one instance: after a restart it has another id.
struct InstanceSeen {
  std::string id;  // unique in its target for ever: "shop-0.3"
  // Base URLs by the name of a port, without a path. "" is the one for all
  // that has no name of its own.
  std::map<std::string, std::string> urls;
  bool stopping = false;
  // The id that it had before its start had a name; "": none. It is the same
  // one then, and what is known of it goes on.
  std::string id_before = {};
};

// Something that somebody should know as long as it is so.
struct TargetNote {
  std::string condition;  // "Conflict", "FloorCapped", "GateMissing", ...
  std::string reason;     // "MinReplicasLowered"
  std::string message;

  bool operator!=(const TargetNote& other) const {
    return condition != other.condition || reason != other.reason ||
           message != other.message;
  }
  bool operator==(const TargetNote& other) const { return !(*this != other); }
};

// A number that was written where somebody else counts with it, too.
struct FloorWrite {
  std::string reason;   // "FloorRaised", "FloorLowered", "FloorRestored"
  std::string message;  // "minReplicas of HorizontalPodAutoscaler a: 1 -> 3"
};
// `released`: nobody wants anything of it any more.
FloorWrite FloorWriteOf(const std::string& number, int before, int after,
                        bool released);

// What looks and warm-ups have told of an instance.
struct InstanceTold {
  std::string id;
  bool warm = false;             // a warm-up of this start was verified
  int failures = 0;              // warm-ups in a row that proved nothing
  int lapses = 0;                // proofs in a row that did not last
  std::optional<bool> is_ready;  // of its own look; unset: no answer yet
  std::string process;           // its own name for this start
  std::string error;
  int in_flight = 0;
};

struct TargetView {
  std::vector<InstanceSeen> instances;  // in a stable order
  std::string trouble;  // why it can't do what it was told; "" if it can
  std::vector<std::string> news;  // what is worth a line of a log, told once
  std::vector<TargetNote> notes;
  std::vector<FloorWrite> writes = {};  // that were done, told once
  bool hurried = false;  // something is on its way: look again soon
  bool unknown = false;  // what there is: it is told nothing before
  // Instances that are there, though nobody has asked for them here: a rise to
  // so many starts none.
  int standing = 0;
};

// All calls from one thread; none blocks for long.
class Target {
 public:
  virtual ~Target() = default;
  // Does what is due by now (restarts, signals), then says what there is.
  virtual TargetView Observe() = 0;
  // At least so many instances. `dispensable`: ids of instances in the order
  // in which to let go of them where there are more.
  virtual Status Scale(int replicas,
                       const std::vector<std::string>& dispensable) = 0;
  // Lets go of this instance for a new one. Of one that is gone: nothing.
  virtual Status Replace(const std::string& id) = 0;
  // What is known of its instances now, for those that pass it on: who is let
  // in, who is let go of last. Nothing by default.
  virtual void Tell(const std::vector<InstanceTold>& /*told*/) {}
  // What policies of a dry run would ask for, where none that acts asks for
  // anything: for those who can try a write without doing it. Again and again.
  virtual void Rehearse(int /*replicas*/) {}
  // Nobody wants anything of it any more: it ends what it has started, or gives
  // back what it has raised.
  virtual void Leave() { (void)Scale(0, {}); }
  // False while something of it still has to end after Scale(0).
  virtual bool Idle() const = 0;
};

// "" of one that has none yet.
// The base URL of a port by name or number: an URL of that name; else, for a
// number, the "" URL with that port; else the "" URL.
std::string UrlOf(const InstanceSeen& instance, const std::string& port);

}  // namespace prewarm
