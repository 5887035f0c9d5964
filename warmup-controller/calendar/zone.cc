#include "warmup-controller/calendar/zone.h"

#include <cctz/time_zone.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace prewarm {
namespace {

constexpr std::size_t kMaxName = 64;
// 2000 to 2200.
constexpr Instant kTableBegin{std::chrono::seconds(946684800)};
constexpr Instant kTableEnd{std::chrono::seconds(7258118400)};

// Only what can be a name of the database reaches cctz, which would also open
// any path and keeps every name it was ever asked for.
bool IsName(const std::string& name) {
  if (name.empty() || name.size() > kMaxName) return false;
  bool begins = true;
  for (const char c : name) {
    const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (begins && !letter) return false;
    if (!letter && std::isdigit(static_cast<unsigned char>(c)) == 0 &&
        c != '/' && c != '_' && c != '-' && c != '+') {
      return false;
    }
    begins = c == '/';
  }
  return !begins;
}

// Files of the database's folder, or names of cctz's own, that are no zones:
// the machine's zone differs from host to host, `right` counts leap seconds.
bool IsReserved(const std::string& name) {
  for (const char* word :
       {"localtime", "posixrules", "Fixed/", "right/", "posix/"}) {
    if (name.rfind(word, 0) == 0) return true;
  }
  return false;
}

// Far enough to mean always, near enough to count with.
constexpr CivilMinute kEarliest(-9999, 1, 1, 0, 0);
constexpr CivilMinute kLatest(99999, 1, 1, 0, 0);

}  // namespace

struct Zone::Rules {
  Rules(std::string in_name, cctz::time_zone in_zone);

  Stretch Compute(Instant at) const;

  std::string name;
  cctz::time_zone zone;
  // Those that schedules ask for all the time; others are computed.
  std::vector<Stretch> stretches;
};

Zone::Rules::Rules(std::string in_name, cctz::time_zone in_zone)
    : name(std::move(in_name)), zone(in_zone) {
  Instant at = kTableBegin;
  while (at < kTableEnd) {
    stretches.push_back(Compute(at));
    at = stretches.back().end;
  }
}

Stretch Zone::Rules::Compute(Instant at) const {
  Stretch found{Instant::min(), Instant::max(),
                kEarliest,      kEarliest,
                kLatest,        std::chrono::seconds(zone.lookup(at).offset)};
  cctz::time_zone::civil_transition change;
  // Previous is before, not at, its argument.
  if (zone.prev_transition(at + std::chrono::seconds(1), &change)) {
    found.begin = zone.lookup(change.to).trans;
    found.before = CivilMinute(change.from);
    found.first = CivilMinute(change.to);
  }
  if (zone.next_transition(at, &change)) {
    found.end = zone.lookup(change.to).trans;
    found.last = CivilMinute(change.from);
  }
  return found;
}

Zone::Zone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

Zone Zone::Utc() {
  static const Zone utc(
      std::make_shared<const Rules>("UTC", cctz::utc_time_zone()));
  return utc;
}

Result<Zone> Zone::Load(const std::string& name) {
  if (name == "UTC") return Utc();
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Rules>> loaded;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto known = loaded.find(name);
  if (known != loaded.end()) return Zone(known->second);
  cctz::time_zone zone;
  if (!IsName(name) || IsReserved(name) || !cctz::load_time_zone(name, &zone)) {
    return MakeError(ErrorCode::kNotFound,
                     "time zone \"" + name.substr(0, kMaxName) +
                         "\" is not in the IANA database of this machine: "
                         "expected a name such as Europe/Berlin");
  }
  auto rules = std::make_shared<const Rules>(name, zone);
  loaded.emplace(name, rules);
  return Zone(std::move(rules));
}

const std::string& Zone::name() const { return rules_->name; }

CivilMinute Zone::MinuteAt(Instant at) const {
  return CivilMinute(rules_->zone.lookup(at).cs);
}

LocalTime Zone::At(const CivilMinute& local) const {
  using Lookup = cctz::time_zone::civil_lookup;
  const Lookup found = rules_->zone.lookup(cctz::civil_second(local));
  switch (found.kind) {
    case Lookup::SKIPPED:
      return {LocalTime::Kind::kSkipped, found.trans, found.trans};
    case Lookup::REPEATED:
      return {LocalTime::Kind::kRepeated, found.pre, found.post};
    case Lookup::UNIQUE:
      break;
  }
  return {LocalTime::Kind::kUnique, found.pre, found.pre};
}

Stretch Zone::StretchAt(Instant at) const {
  const std::vector<Stretch>& table = rules_->stretches;
  if (at < table.front().begin || at >= table.back().end) {
    return rules_->Compute(at);
  }
  return *std::prev(std::upper_bound(
      table.begin(), table.end(), at,
      [](Instant t, const Stretch& stretch) { return t < stretch.begin; }));
}

}  // namespace prewarm
