#include "warmup-controller/calendar/instant_text.h"
#include "warmup-controller/plan/plan_text.h"

namespace prewarm {
namespace {

constexpr std::size_t kLineBytes = 75;

// RFC 5545, 3.3.11 and 3.1: escaped, and folded between characters of UTF-8.
std::string Line(const std::string& name, const std::string& value) {
  std::string line = name + ":";
  for (const char c : value) {
    if (c == '\\' || c == ';' || c == ',') line += '\\';
    line += c;
  }
  std::string folded;
  std::size_t row = 0;
  for (std::size_t i = 0; i < line.size(); ++i, ++row) {
    std::size_t character = 1;
    while (i + character < line.size() &&
           (static_cast<unsigned char>(line[i + character]) & 0xc0) == 0x80) {
      ++character;
    }
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xc0) != 0x80;
    if (begins && row + character > kLineBytes) {
      folded += "\r\n ";
      row = 1;
    }
    folded += line[i];
  }
  return folded + "\r\n";
}

std::string Summary(const Transition& transition) {
  const bool warms = transition.kind == Transition::Kind::kWarmStart;
  std::string summary = std::to_string(transition.replicas) +
                        (warms ? " warming: " : " warm: ") + transition.policy;
  std::string names;
  for (const std::string& window : transition.windows) {
    names += (names.empty() ? " (" : ", ") + window;
  }
  return summary + (names.empty() ? "" : names + ")");
}

}  // namespace

std::string PlanIcal(const std::vector<Transition>& transitions,
                     Instant stamp) {
  std::string text =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//prewarm//plan//EN\r\n";
  for (const Transition& transition : transitions) {
    if (transition.replicas == 0) continue;
    text += "BEGIN:VEVENT\r\n";
    text +=
        Line("UID", IcalStamp(transition.at) + "-" + KindName(transition.kind) +
                        "-" + transition.policy + "@prewarm.dev");
    text += Line("DTSTAMP", IcalStamp(stamp));
    text += Line("DTSTART", IcalStamp(transition.at));
    text += Line("DTEND", IcalStamp(transition.until));
    text += Line("SUMMARY", Summary(transition));
    text += Line("DESCRIPTION", transition.reason);
    text += "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n";
  }
  return text + "END:VCALENDAR\r\n";
}

}  // namespace prewarm
