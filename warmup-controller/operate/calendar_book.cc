#include "warmup-controller/operate/calendar_book.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/base/backoff.h"
#include "common/base/log.h"
#include "warmup-controller/calendar/ical.h"
#include "warmup-controller/kube/json_text.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm {
namespace {

using kube::Json;

// A few that hang are not to keep the others waiting.
constexpr int kCalendarReaders = 8;
constexpr std::chrono::seconds kCalendarCall{5};
constexpr int kCalendarDays = 400;

// The same question may be answered in a while.
bool MayPass(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kInternal ||
         code == ErrorCode::kDeadlineExceeded ||
         code == ErrorCode::kResourceExhausted ||
         code == ErrorCode::kUnauthorized || code == ErrorCode::kCancelled;
}

std::string VersionOf(const Json& object) {
  return kube::TextAt(object, {"metadata", "uid"}) + " " +
         kube::TextAt(object, {"metadata", "resourceVersion"});
}

std::string MapKeyOf(const std::string& namespace_name,
                     const std::string& name) {
  return namespace_name + "/" + name;
}

}  // namespace

CalendarBook::CalendarBook(kube::Api* api, std::function<void()> news,
                           const Clock* clock)
    : api_(api),
      news_(std::move(news)),
      clock_(clock),
      pool_(kCalendarReaders) {}

CalendarBook::Holidays CalendarBook::Of(const Policy& policy,
                                        const CivilDay& today) {
  Holidays all;
  all.days.emplace();
  bool waits = false;
  const auto& calendars = policy.except.calendars;
  for (std::size_t i = 0; i < calendars.size(); ++i) {
    const std::string error =
        AddDays(policy, calendars[i], today, &all, &waits);
    if (error.empty() || !all.error.empty()) continue;
    all.error = "spec.except.calendars[" + std::to_string(i) + "]" + error;
  }
  if (waits) all.days.reset();
  return all;
}

// Answers what is wrong. `waits`: its days are not known.
std::string CalendarBook::AddDays(const Policy& policy,
                                  const Exceptions::Calendar& one,
                                  const CivilDay& today, Holidays* all,
                                  bool* waits) {
  if (one.config_map.empty()) {
    *waits = true;
    return ".file: there are no files in a cluster; expected configMap and key";
  }
  const std::string key = MapKeyOf(policy.namespace_name, one.config_map);
  const Map map = MapFor(policy.namespace_name, one.config_map);
  const bool passes = map.error && MayPass(map.error->code);
  std::string error = map.error ? ": " + map.error->message : "";
  if (!map.texts) {
    *waits = true;
    const bool patient = clock_->Now() - map.asked < kPatience;
    return passes && patient ? "" : error;
  }
  if (passes) error.clear();
  if (!error.empty()) error += "; what was read of it before counts";
  const auto text = map.texts->find(one.key);
  if (text == map.texts->end()) {
    *waits = true;
    LookAgainSoon(key);
    return ": configMap " + one.config_map + " has no key " + one.key;
  }
  const std::string place = key + " " + one.key + " " + policy.zone.name();
  auto read = read_.find(place);
  if (read == read_.end() || read->second.of != map.texts ||
      read->second.today != today) {
    read_.erase(place);
    auto days = ReadHolidays(text->second, policy.zone, today - kCalendarDays,
                             today + kCalendarDays);
    read = read_.emplace(place, Read{map.texts, today, std::move(days)}).first;
  }
  const Result<std::vector<CivilDays>>& days = read->second.days;
  if (!days.ok()) {
    *waits = true;
    LookAgainSoon(key);
    return ": " + days.error().message;
  }
  all->days->insert(all->days->end(), days->begin(), days->end());
  return error;
}

std::set<std::string> CalendarBook::MapsOf(const Policy& policy) {
  std::set<std::string> maps;
  for (const Exceptions::Calendar& one : policy.except.calendars) {
    if (one.config_map.empty()) continue;
    maps.insert(MapKeyOf(policy.namespace_name, one.config_map));
  }
  return maps;
}

CalendarBook::Map CalendarBook::MapFor(const std::string& namespace_name,
                                       const std::string& name) {
  const SteadyTime now = clock_->Now();
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto [found, is_new] =
      maps_.try_emplace(MapKeyOf(namespace_name, name));
  Map& map = found->second;
  if (is_new) {
    map.namespace_name = namespace_name;
    map.name = name;
    map.asked = map.again = now;
  }
  return map;
}

// Somebody is about to mend it.
void CalendarBook::LookAgainSoon(const std::string& key) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = maps_.find(key);
  if (found == maps_.end()) return;
  found->second.again =
      std::min(found->second.again, clock_->Now() + kLongestRetry);
}

void CalendarBook::ReadDue() {
  const SteadyTime now = clock_->Now();
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [key, map] : maps_) {
    if (map.under_way || now < map.again) continue;
    map.under_way = true;
    Ask(key, map);
  }
}

void CalendarBook::Ask(const std::string& key, const Map& map) {
  kube::ApiRequest request = kube::GetRequest(
      {{"", "v1", "configmaps"}, map.namespace_name, map.name, ""});
  // Floors wait for the first answer.
  request.priority =
      map.texts ? kube::CallClass::kStatus : kube::CallClass::kFloor;
  request.timeout = kCalendarCall;
  pool_.Post([this, key, request = std::move(request)] {
    Answered(key, api_->Call(request));
  });
}

void CalendarBook::Answered(const std::string& key,
                            const Result<Json>& answer) {
  bool is_news = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = maps_.find(key);
    if (found == maps_.end()) return;
    Map& map = found->second;
    map.under_way = false;
    const SteadyTime now = clock_->Now();
    if (answer.ok()) {
      is_news = map.error.has_value() || !map.texts ||
                map.version != VersionOf(*answer);
      map.error.reset();
      map.failures = 0;
      // So that all who were read together are not read together for ever.
      map.again =
          now + kAnew +
          std::chrono::seconds(std::hash<std::string>()(key) % kSpread.count());
      if (!map.texts || map.version != VersionOf(*answer)) {
        auto texts = std::make_shared<Texts>();
        const Json& data = kube::At(*answer, {"data"});
        for (const auto& [name, text] : data.items()) {
          if (text.is_string()) (*texts)[name] = text.get<std::string>();
        }
        map.texts = std::move(texts);
        map.version = VersionOf(*answer);
      }
    } else {
      const bool passes = MayPass(answer.error().code);
      is_news = !map.texts || !passes;
      if (map.failures++ == 0) {
        Log(LogLevel::kWarning, "calendar_not_read",
            {{"configmap", key}, {"error", answer.error().message}});
      }
      map.error = answer.error();
      map.again = now + BackoffOrAsked(kFirstRetry, kLongestRetry, map.failures,
                                       answer.error().retry_after_seconds);
    }
    if (is_news) changed_.insert(key);
  }
  if (is_news) news_();
}

std::set<std::string> CalendarBook::TakeNews() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(changed_, {});
}

void CalendarBook::KeepOnly(const std::set<std::string>& maps) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto it = maps_.begin(); it != maps_.end();) {
    it = maps.count(it->first) > 0 ? std::next(it) : maps_.erase(it);
  }
  for (auto it = read_.begin(); it != read_.end();) {
    const std::string map = it->first.substr(0, it->first.find(' '));
    it = maps.count(map) > 0 ? std::next(it) : read_.erase(it);
  }
}

}  // namespace prewarm
