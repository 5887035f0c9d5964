// The warm-up of one instance and a look at its state, by its own API.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/base/result.h"

namespace prewarm {

struct WarmupRequest {
  std::string url;  // of POST: "http://127.0.0.1:9001/warmup"
  std::chrono::seconds timeout{180};
  // The start of the instance that is meant; "": whichever answers.
  std::string instance_id;
  // What the caller calls its target and the instance: for those who can't
  // tell them apart by the URL.
  std::string target = {};
  std::string instance = {};
  std::map<std::string, std::string> headers = {};  // besides our own
};

struct LookRequest {
  std::string url;  // of GET: "http://127.0.0.1:9001/health"
  std::string target = {};
  std::string instance = {};
};

// What proves that an instance is warm.
struct WarmupProof {
  std::string instance_id;  // of the process that answered; not empty
  bool already_warm = false;
  std::chrono::milliseconds inference{0};  // its first one; 0: unknown
};

struct InstanceHealth {
  std::string instance_id;  // "": it does not say
  std::string state;        // "cold", "warming", "ready", ...; "": unknown
  bool ready = false;
  int in_flight = 0;
  std::optional<std::chrono::milliseconds> eta;
  std::optional<double> progress;  // 0 to 1
};

// Thread-safe. Calls return at once; `done` is called once, from any thread,
// and must not block.
class Warmer {
 public:
  using Warmed = std::function<void(Result<WarmupProof>)>;
  using Seen = std::function<void(Result<InstanceHealth>)>;

  virtual ~Warmer() = default;
  // The error says what the answer lacks: a 200 without a verified inference
  // of that instance is not warm.
  virtual void WarmUp(const WarmupRequest& request, Warmed done) = 0;
  // Whoever answers anything by HTTP is there; one that is no Prewarm server
  // says no more than that.
  virtual void Look(const LookRequest& request, Seen done) = 0;
};

}  // namespace prewarm
