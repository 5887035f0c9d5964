// Holidays out of ConfigMaps: each is read once for all policies that name it,
// by other threads, and again every few minutes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// What was read once counts until something else is read: also while the server
// is away, and after the ConfigMap is gone. All calls from one thread; none
// blocks.
class CalendarBook {
 public:
  // By name, since the controller may list no ConfigMaps.
  static constexpr std::chrono::seconds kAnew{270};
  static constexpr std::chrono::seconds kSpread{60};  // more, by the name
  // Of one that fails, or that holds no calendar.
  static constexpr std::chrono::seconds kFirstRetry{1};
  static constexpr std::chrono::seconds kLongestRetry{60};
  // Before a server that does not answer is told as what is wrong.
  static constexpr std::chrono::seconds kPatience{30};

  // `api` and `clock` outlive it. `news` comes from any thread: TakeNews.
  CalendarBook(kube::Api* api, std::function<void()> news, const Clock* clock);

  struct Holidays {
    // Unset: not known, or not yet.
    std::optional<std::vector<CivilDays>> days;
    // What is wrong, by its field, whether or not there are days; "": all well
    // so far.
    std::string error;
  };
  // Those of all its calendars around `today`, by what is known now.
  Holidays Of(const Policy& policy, const CivilDay& today);
  // The ConfigMaps that it names, as "namespace/name".
  static std::set<std::string> MapsOf(const Policy& policy);

  // Reads what is due.
  void ReadDue();
  // Of which ConfigMaps something else is known since the last time.
  std::set<std::string> TakeNews();
  // Forgets all others.
  void KeepOnly(const std::set<std::string>& maps);

 private:
  using Texts = std::map<std::string, std::string>;  // by the key

  struct Map {
    std::string namespace_name;
    std::string name;
    std::string version;                 // uid and resourceVersion
    std::shared_ptr<const Texts> texts;  // of the last good answer
    std::optional<Error> error;          // of the last answer
    int failures = 0;                    // in a row
    bool under_way = false;
    SteadyTime asked{};  // for the first time
    SteadyTime again{};
  };
  // What a text says in a zone.
  struct Read {
    std::shared_ptr<const Texts> of;
    CivilDay today;
    Result<std::vector<CivilDays>> days;
  };

  Map MapFor(const std::string& namespace_name, const std::string& name);
  std::string AddDays(const Policy& policy, const Exceptions::Calendar& one,
                      const CivilDay& today, Holidays* all, bool* waits);
  void Ask(const std::string& key, const Map& map);
  void Answered(const std::string& key, const Result<kube::Json>& answer);
  void LookAgainSoon(const std::string& key);

  kube::Api* const api_;
  const std::function<void()> news_;
  const Clock* const clock_;
  std::map<std::string, Read> read_;  // by map, key and zone
  std::mutex mutex_;                  // of the rest
  std::map<std::string, Map> maps_;   // by "namespace/name"
  std::set<std::string> changed_;
  WorkerPool pool_;  // ends first
};

}  // namespace prewarm
