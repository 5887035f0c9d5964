// The grammar of cron.h, field by field.
#include <array>
#include <cctype>
#include <utility>

#include "warmup-controller/calendar/cron.h"

namespace prewarm {
namespace {

constexpr std::size_t kMaxText = 256;
// The calendar repeats itself after so many months.
constexpr int kCycleMonths = 400 * 12;

struct Field {
  const char* name;
  int first;
  int last;  // of what may be written
  const char* form;
};

constexpr std::array<Field, 5> kFields = {{
    {"minute", 0, 59, "0 to 59"},
    {"hour", 0, 23, "0 to 23"},
    {"day of the month", 1, 31, "1 to 31, L, L-n, LW or nW"},
    {"month", 1, 12, "1 to 12 or JAN to DEC"},
    {"day of the week", 0, 7, "0 to 7, SUN to SAT, nL or n#1 to n#5"},
}};

constexpr std::array<const char*, 12> kMonths = {"JAN", "FEB", "MAR", "APR",
                                                 "MAY", "JUN", "JUL", "AUG",
                                                 "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<const char*, 7> kWeekdays = {"SUN", "MON", "TUE", "WED",
                                                  "THU", "FRI", "SAT"};

constexpr std::array<std::pair<const char*, const char*>, 7> kNicknames = {{
    {"@HOURLY", "0 * * * *"},
    {"@DAILY", "0 0 * * *"},
    {"@MIDNIGHT", "0 0 * * *"},
    {"@WEEKLY", "0 0 * * 0"},
    {"@MONTHLY", "0 0 1 * *"},
    {"@YEARLY", "0 0 1 1 *"},
    {"@ANNUALLY", "0 0 1 1 *"},
}};

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return upper;
}

// Empty pieces are kept: "1,,2" is an error.
std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(at);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr const char* kBlank = " \t";
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kBlank), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::optional<int> Number(std::string_view text) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

template <std::size_t kSize>
std::optional<int> Named(const std::array<const char*, kSize>& names,
                         std::string_view text) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (text == names[i]) return static_cast<int>(i);
  }
  return std::nullopt;
}

bool EndsWith(std::string_view text, char letter) {
  return text.size() > 1 && text.back() == letter;
}

}  // namespace

class CronParser {
 public:
  explicit CronParser(std::string_view written) { cron_.text_ = written; }

  Result<Cron> Parse() {
    if (cron_.text_.size() > kMaxText) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "cron expression of " +
                           std::to_string(cron_.text_.size()) +
                           " characters: at most 256");
    }
    const std::string text = Expanded();
    const std::vector<std::string_view> words = Words(text);
    if (words.size() != kFields.size()) {
      return Refuse("has " + std::to_string(words.size()) +
                    (words.size() == 1 ? " field: " : " fields: ") +
                    "expected minute, hour, day of the month, month "
                    "and day of the week, or @hourly, @daily, @weekly, "
                    "@monthly or @yearly (no seconds, no years)");
    }
    for (std::size_t i = 0; i < kFields.size(); ++i) {
      PREWARM_RETURN_IF_ERROR(ReadField(static_cast<int>(i), words[i]));
    }
    cron_.any_day_ = words[kDay].front() == '*' || words[kDay].front() == '?';
    cron_.any_weekday_ =
        words[kWeekday].front() == '*' || words[kWeekday].front() == '?';
    if (!Comes()) {
      return Refuse("never comes: no such day is in those months");
    }
    return std::move(cron_);
  }

 private:
  enum { kMinute, kHour, kDay, kMonth, kWeekday };

  std::string Expanded() const {
    std::string upper = Upper(cron_.text_);
    const std::vector<std::string_view> words = Words(upper);
    if (words.size() != 1) return upper;
    for (const auto& [name, meaning] : kNicknames) {
      if (words[0] == name) return meaning;
    }
    return upper;
  }

  Error Refuse(const std::string& why) const {
    return MakeError(ErrorCode::kInvalidArgument,
                     "cron \"" + cron_.text_ + "\" " + why);
  }

  Error RefuseItem(int field, std::string_view item,
                   const std::string& expected) const {
    return Refuse(std::string("has ") + kFields[field].name + " \"" +
                  std::string(item) + "\": expected " + expected);
  }

  // As a list of `*`, `a`, `a-b`, each with /step.
  Error RefuseForm(int field, std::string_view item) const {
    return RefuseItem(
        field, item,
        std::string("*, a, a-b, each with /step, of ") + kFields[field].form);
  }

  Status ReadField(int field, std::string_view text) {
    for (const std::string_view item : Split(text, ',')) {
      if (ReadDay(field, item) || ReadWeekday(field, item)) continue;
      PREWARM_RETURN_IF_ERROR(ReadRange(field, item));
    }
    return Ok{};
  }

  std::optional<int> Value(int field, std::string_view text) const {
    std::optional<int> value = Number(text);
    if (!value && field == kMonth) {
      value = Named(kMonths, text);
      if (value) ++*value;
    }
    if (!value && field == kWeekday) value = Named(kWeekdays, text);
    if (!value || *value < kFields[field].first ||
        *value > kFields[field].last) {
      return std::nullopt;
    }
    return value;
  }

  // L, L-n, LW, nW.
  bool ReadDay(int field, std::string_view item) {
    if (field != kDay) return false;
    if (item == "L") {
      cron_.before_last_.push_back(0);
    } else if (item == "LW") {
      cron_.nearest_.push_back(0);
    } else if (item.substr(0, 2) == "L-") {
      const std::optional<int> before = Number(item.substr(2));
      if (!before || *before < 1 || *before > 30) return false;
      cron_.before_last_.push_back(*before);
    } else if (EndsWith(item, 'W')) {
      const auto day = Value(field, item.substr(0, item.size() - 1));
      if (!day) return false;
      cron_.nearest_.push_back(*day);
    } else {
      return false;
    }
    return true;
  }

  // nL, n#k.
  bool ReadWeekday(int field, std::string_view item) {
    if (field != kWeekday) return false;
    const std::size_t hash = item.find('#');
    std::optional<int> nth = 0;
    std::string_view name = item;
    if (hash != std::string_view::npos) {
      nth = Number(item.substr(hash + 1));
      if (!nth || *nth < 1 || *nth > 5) return false;
      name = item.substr(0, hash);
    } else if (EndsWith(item, 'L')) {
      name.remove_suffix(1);
    } else {
      return false;
    }
    const std::optional<int> weekday = Value(field, name);
    if (!weekday) return false;
    cron_.nth_weekdays_.push_back({*weekday % 7, *nth});
    return true;
  }

  Status ReadRange(int field, std::string_view item) {
    const Field& rules = kFields[field];
    const std::vector<std::string_view> parts = Split(item, '/');
    if (parts.size() > 2) return RefuseForm(field, item);
    int step = 1;
    if (parts.size() == 2) {
      const std::optional<int> number = Number(parts[1]);
      if (!number || *number < 1 || *number > rules.last) {
        return RefuseItem(field, item,
                          "a step of 1 to " + std::to_string(rules.last));
      }
      step = *number;
    }
    const bool is_day = field == kDay || field == kWeekday;
    // Sunday is written 0 and 7, but is one day.
    const int end = field == kWeekday ? 6 : rules.last;
    int first = rules.first;
    int last = end;
    if (parts[0] != "*" && (parts[0] != "?" || !is_day)) {
      const std::vector<std::string_view> ends = Split(parts[0], '-');
      const std::optional<int> from = Value(field, ends[0]);
      const std::optional<int> to = Value(field, ends.back());
      if (!from || !to || ends.size() > 2) return RefuseForm(field, item);
      first = *from;
      last = *to;
      if (ends.size() == 1 && parts.size() == 2) {
        if (field == kWeekday) first %= 7;
        last = end;
      }
    }
    if (last < first) {
      if (field != kWeekday) {
        return RefuseItem(field, item,
                          "a range that does not end before it "
                          "begins");
      }
      last += 7;
    }
    for (int value = first; value <= last; value += step) Set(field, value);
    return Ok{};
  }

  void Set(int field, int value) {
    const auto bit = static_cast<std::size_t>(value);
    switch (field) {
      case kMinute:
        cron_.minutes_.set(bit);
        break;
      case kHour:
        cron_.hours_.set(bit);
        break;
      case kDay:
        cron_.days_.set(bit);
        break;
      case kMonth:
        cron_.months_.set(bit);
        break;
      default:
        cron_.weekdays_.set(bit % 7);
        break;
    }
  }

  bool Comes() const {
    CivilMonth month(2000, 1);
    for (int i = 0; i < kCycleMonths; ++i, ++month) {
      if (cron_.DaysOf(month.year(), month.month()) != 0) return true;
    }
    return false;
  }

  Cron cron_;
};

Result<Cron> Cron::Parse(std::string_view text) {
  return CronParser(text).Parse();
}

}  // namespace prewarm
