#include "common/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

namespace prewarm {
namespace {

using nlohmann::ordered_json;

std::atomic<LogFormat> g_format{LogFormat::kText};

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

ordered_json ToJson(const LogValue& value) {
  return std::visit([](const auto& v) { return ordered_json(v); },
                    value.data());
}

std::string Dump(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// A bare word stays bare; everything else is quoted as JSON quotes it.
std::string TextValue(const LogValue& value) {
  std::string dumped = Dump(ToJson(value));
  const auto* text = std::get_if<std::string>(&value.data());
  if (text != nullptr && !text->empty() &&
      text->find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
          "-_.:/@+,;%()[]") == std::string::npos) {
    return *text;
  }
  return dumped;
}

std::shared_ptr<spdlog::logger>& Logger() {
  static auto* logger = new std::shared_ptr<spdlog::logger>([] {
    auto l = std::make_shared<spdlog::logger>(
        "prewarm", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    l->set_pattern("%v");
    return l;
  }());
  return *logger;
}

std::string TimeStamp() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc{};
  gmtime_r(&now.tv_sec, &utc);
  char text[40];
  std::size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + n, sizeof text - n, ".%03ldZ", now.tv_nsec / 1000000);
  return text;
}

}  // namespace

std::string FormatLogLine(LogFormat format, LogLevel level,
                          std::string_view event,
                          std::initializer_list<LogField> fields) {
  if (format == LogFormat::kJson) {
    ordered_json line;
    line["level"] = LevelName(level);
    line["event"] = event;
    for (const auto& f : fields) line[std::string(f.key)] = ToJson(f.value);
    return Dump(line);
  }
  std::string line =
      std::string(LevelName(level)) + " event=" + std::string(event);
  for (const auto& f : fields) {
    line += " " + std::string(f.key) + "=" + TextValue(f.value);
  }
  return line;
}

void InitLog(LogFormat format, LogLevel level) {
  g_format = format;
  Logger()->set_level(SpdlogLevel(level));
  Logger()->flush_on(spdlog::level::info);
}

bool LogEnabled(LogLevel level) {
  return Logger()->should_log(SpdlogLevel(level));
}

void Log(LogLevel level, std::string_view event,
         std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  const LogFormat format = g_format;
  std::string line = FormatLogLine(format, level, event, fields);
  if (format == LogFormat::kJson) {
    line = "{\"time\":\"" + TimeStamp() + "\"," + line.substr(1);
  } else {
    line = TimeStamp() + " " + line;
  }
  Logger()->log(SpdlogLevel(level), "{}", line);
}

}  // namespace prewarm
