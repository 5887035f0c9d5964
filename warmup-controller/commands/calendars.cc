#include "warmup-controller/commands/calendars.h"

#include <filesystem>

#include "common/base/utf8.h"
#include "warmup-controller/calendar/ical.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/commands/wrap.h"

namespace prewarm {
namespace {

namespace fs = std::filesystem;

Result<std::vector<CivilDays>> ReadCalendar(const std::string& path,
                                            const Zone& zone,
                                            const CivilDay& from,
                                            const CivilDay& until) {
  PREWARM_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  auto days = ReadHolidays(text, zone, from, until);
  if (days.ok()) return days;
  return MakeError(ErrorCode::kInvalidArgument,
                   path + ": " + days.error().message);
}

}  // namespace

Result<ConfigMapFiles> ConfigMapsOf(const std::vector<std::string>& options) {
  ConfigMapFiles files;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    const std::size_t slash = option.substr(0, equals).find('/');
    if (equals == std::string::npos || slash == std::string::npos) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "--calendar: got " + Quoted(option) +
                           ", expected CONFIGMAP/KEY=FILE");
    }
    files[option.substr(0, equals)] = option.substr(equals + 1);
  }
  return files;
}

Result<Calendars> ReadCalendars(const Policy& policy,
                                const ConfigMapFiles& config_maps,
                                const CivilDay& from, const CivilDay& until) {
  Calendars read;
  std::string errors;
  for (std::size_t i = 0; i < policy.except.calendars.size(); ++i) {
    const Exceptions::Calendar& calendar = policy.except.calendars[i];
    std::string path =
        (fs::path(policy.source).parent_path() / calendar.file).string();
    if (calendar.file.empty()) {
      const std::string key = calendar.config_map + "/" + calendar.key;
      const auto found = config_maps.find(key);
      if (found == config_maps.end()) {
        read.missing.push_back(key);
        continue;
      }
      path = found->second;
    }
    const auto days = ReadCalendar(path, policy.zone, from, until);
    if (days.ok()) {
      read.days.insert(read.days.end(), days->begin(), days->end());
      continue;
    }
    if (!errors.empty()) errors += '\n';
    errors += policy.source + ": " + policy.namespace_name + "/" + policy.name +
              " spec.except.calendars[" + std::to_string(i) +
              "]: " + days.error().message;
  }
  if (errors.empty()) return read;
  return MakeError(ErrorCode::kInvalidArgument, errors);
}

void TellMissing(const std::vector<std::string>& missing, std::ostream& err) {
  for (const std::string& key : missing) {
    std::string note = "note: the days of calendar ";
    note += key;
    note += " are not known here: --calendar ";
    note += key;
    note += "=FILE";
    err << Wrapped(note);
  }
}

}  // namespace prewarm
