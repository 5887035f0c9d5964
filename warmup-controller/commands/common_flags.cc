#include "warmup-controller/commands/common_flags.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

std::string Unexpected(const std::string& text, const std::string& expected) {
  return "got " + Quoted(text) + ", expected " + expected;
}

}  // namespace

CLI::Validator FiniteNumber(double least, double most,
                            const std::string& range) {
  const auto check = [=](const std::string& text) {
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    const bool is_number = !text.empty() && *end == '\0';
    // False of nan, whatever it is compared with.
    if (is_number && number >= least && number <= most) return std::string();
    return Unexpected(text, "a number from " + range);
  };
  return CLI::Validator(check, range);
}

CLI::Validator WholeNumber() {
  const auto check = [](const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return std::string();
    return Unexpected(text, "a whole number from 0 to 18446744073709551615");
  };
  return CLI::Validator(check, "");
}

void AddServiceFlags(CLI::App* command, LocalOptions* service) {
  command->add_option(
      "--public", service->public_listen,
      "states and intents, for visitors' browsers; nowhere by default");
  command->add_option("--cors-origin", service->cors_origins,
                      "an origin whose pages may ask, as https://shop.example");
  command->add_option(
      "--trusted-proxy", service->trusted_proxies,
      "an address or network whose X-Forwarded-For is believed");
  command->add_option("--intent-secret-file", service->intent_secret_file,
                      "intents need a token signed with this secret");
  command
      ->add_option("--price", service->price,
                   "of an instance-hour, for the dashboard's savings; by "
                   "default they are told in hours")
      ->check(FiniteNumber(0, 1e6, "0 to 1000000"));
  command->add_option("--admin-token-file", service->admin_token_file,
                      "sent to instances as X-Prewarm-Admin-Token");
}

void AddLogFlags(CLI::App* command, std::string* format, std::string* level) {
  command
      ->add_option("--log-format", *format,
                   "of the lines on the standard error")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--log-level", *level, "debug: probes and scrapes, too")
      ->check(CLI::IsMember({"info", "debug"}))
      ->capture_default_str();
}

}  // namespace prewarm
