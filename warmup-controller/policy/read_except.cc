#include "warmup-controller/policy/read_except.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/base/utf8.h"
#include "warmup-controller/policy/dates.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"

namespace prewarm {
namespace {

struct PlacedDays {
  CivilDays days;
  Field field;
};

// In the order of dates: what overlaps, and what leaves no day for a year.
void CheckDays(std::vector<PlacedDays> all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const PlacedDays& a, const PlacedDays& b) {
                     return a.days.first < b.days.first;
                   });
  const PlacedDays* latest = nullptr;
  CivilDay since;
  for (const PlacedDays& each : all) {
    if (latest == nullptr || latest->days.last < each.days.first) {
      since = each.days.first;
    } else if (each.days.first < latest->days.last) {
      // The one that is written later is the one to change.
      const bool in_order =
          latest->field.place().line < each.field.place().line ||
          (latest->field.place().line == each.field.place().line &&
           latest->field.place().column < each.field.place().column);
      const PlacedDays& later = in_order ? each : *latest;
      const PlacedDays& earlier = in_order ? *latest : each;
      later.field.Complain("got " + FormatDates(later.days) +
                           ", which overlaps " + FormatDates(earlier.days) +
                           " of line " +
                           std::to_string(earlier.field.place().line));
    }
    if (latest == nullptr || each.days.last > latest->days.last) latest = &each;
    if (latest->days.last - since > kMaxExceptDays) {
      each.field.Complain("got " + FormatDates(each.days) + ", and from " +
                          FormatDates({since, since + 1}) +
                          " on no day is left, expected at most " +
                          std::to_string(kMaxExceptDays) +
                          " days; to stop a policy set spec.suspend");
      since = latest->days.last;
    }
  }
}

std::vector<CivilDays> ReadDates(const Field& field) {
  std::vector<PlacedDays> placed;
  std::vector<CivilDays> all;
  for (const Field& item : field.Items(kMaxExceptDates)) {
    const auto days = item.Parsed(ParseDates, "a date such as 2026-12-25");
    if (!days) continue;
    placed.push_back({*days, item});
    all.push_back(*days);
  }
  CheckDays(std::move(placed));
  std::sort(all.begin(), all.end(), [](const CivilDays& a, const CivilDays& b) {
    return a.first < b.first;
  });
  return all;
}

// Below the folder of the policy's file.
Status CheckFile(std::string_view path) {
  const std::string slashed = "/" + std::string(path) + "/";
  const bool good = !path.empty() && path.size() <= 255 &&
                    path.front() != '/' &&
                    slashed.find("/../") == std::string::npos &&
                    path.find_first_of("\n\r\t\\") == std::string_view::npos;
  if (good) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(path) +
                       ", expected a file beside the policy's, without .. and "
                       "a / in front");
}

Exceptions::Calendar ReadCalendar(const Field& field) {
  Exceptions::Calendar calendar;
  Fields fields(field);
  const auto config_map = fields.Find("configMap");
  const auto key = fields.Find("key");
  const auto file = fields.Find("file");
  fields.RefuseOthers();
  if (config_map) {
    calendar.config_map =
        ReadChecked(*config_map, CheckSubdomainName).value_or("");
  }
  if (key) calendar.key = ReadChecked(*key, CheckConfigMapKey).value_or("");
  if (file) calendar.file = ReadChecked(*file, CheckFile).value_or("");
  const bool of_map = config_map && key && !file;
  const bool of_file = file && !config_map && !key;
  if (field.node().kind == YamlNode::Kind::kMapping && !of_map && !of_file) {
    field.Complain("expected configMap and key, or file alone");
  }
  return calendar;
}

}  // namespace

Exceptions ReadExceptions(const Field& field) {
  Exceptions exceptions;
  Fields fields(field);
  if (const auto dates = fields.Find("dates")) {
    exceptions.days = ReadDates(*dates);
  }
  if (const auto calendars = fields.Find("calendars")) {
    for (const Field& item : calendars->Items(kMaxCalendars)) {
      exceptions.calendars.push_back(ReadCalendar(item));
    }
  }
  fields.RefuseOthers();
  return exceptions;
}

}  // namespace prewarm
