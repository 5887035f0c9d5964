#include "warmup-controller/calendar/zone.h"

#include <cctz/time_zone.h>

#include <cctype>
#include <utility>

namespace prewarm {
namespace {

constexpr std::size_t kMaxName = 64;

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

}  // namespace

struct Zone::Rules {
  std::string name;
  cctz::time_zone zone;
};

Zone::Zone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

Zone Zone::Utc() {
  static const Zone utc(
      std::make_shared<const Rules>(Rules{"UTC", cctz::utc_time_zone()}));
  return utc;
}

Result<Zone> Zone::Load(const std::string& name) {
  if (name == "UTC") return Utc();
  cctz::time_zone zone;
  if (!IsName(name) || IsReserved(name) || !cctz::load_time_zone(name, &zone)) {
    return MakeError(ErrorCode::kNotFound,
                     "time zone \"" + name.substr(0, kMaxName) +
                         "\" is not in the IANA database of this machine: "
                         "expected a name such as Europe/Berlin");
  }
  return Zone(std::make_shared<const Rules>(Rules{name, zone}));
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

}  // namespace prewarm
