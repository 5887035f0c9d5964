// Calendars of policies that are files.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"
#include "warmup-controller/policy/policy.h"

namespace prewarm {

// The files that stand for keys of ConfigMaps: "holidays/de.ics".
using ConfigMapFiles = std::map<std::string, std::string>;

// Of options CONFIGMAP/KEY=FILE.
Result<ConfigMapFiles> ConfigMapsOf(const std::vector<std::string>& options);

struct Calendars {
  std::vector<CivilDays> days;       // on which no window starts
  std::vector<std::string> missing;  // keys of ConfigMaps without a file
};

// The days of [from, until) in the policy's zone. Files are looked for beside
// the policy's own. kInvalidArgument: all errors, one a line, with policy,
// field and file.
Result<Calendars> ReadCalendars(const Policy& policy,
                                const ConfigMapFiles& config_maps,
                                const CivilDay& from, const CivilDay& until);

// A note for each calendar whose days are not known.
void TellMissing(const std::vector<std::string>& missing, std::ostream& err);

}  // namespace prewarm
