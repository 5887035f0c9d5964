// Structured logs: one event name, then key-value fields; rendered as one JSON
// object a line or as text for people. The only place that knows spdlog.
//
//   Log(LogLevel::kInfo, "request", {{"path", path}, {"status", 200}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace prewarm {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogFormat { kText, kJson };

class LogValue {
 public:
  // NOLINTBEGIN(google-explicit-constructor)
  LogValue(const char* v) : data_(std::string(v)) {}
  LogValue(std::string v) : data_(std::move(v)) {}
  LogValue(std::string_view v) : data_(std::string(v)) {}
  LogValue(bool v) : data_(v) {}
  LogValue(double v) : data_(v) {}
  LogValue(int v) : data_(static_cast<std::int64_t>(v)) {}
  LogValue(long v) : data_(static_cast<std::int64_t>(v)) {}       // NOLINT
  LogValue(long long v) : data_(static_cast<std::int64_t>(v)) {}  // NOLINT
  LogValue(unsigned v) : data_(static_cast<std::int64_t>(v)) {}
  LogValue(unsigned long v) : data_(static_cast<std::int64_t>(v)) {}  // NOLINT
  // NOLINTEND(google-explicit-constructor)
  const std::variant<std::string, bool, double, std::int64_t>& data() const {
    return data_;
  }

 private:
  std::variant<std::string, bool, double, std::int64_t> data_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};

// Call once, before threads exist. Lines go to stderr.
void InitLog(LogFormat format, LogLevel level);

// Thread-safe. Control characters and invalid UTF-8 in values are escaped, so
// that a client cannot forge a line.
void Log(LogLevel level, std::string_view event,
         std::initializer_list<LogField> fields = {});

// Whether a line of this level would be written; for callers that log often.
bool LogEnabled(LogLevel level);

// One line without its time stamp, as Log writes it; for tests.
std::string FormatLogLine(LogFormat format, LogLevel level,
                          std::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace prewarm
