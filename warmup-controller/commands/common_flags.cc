#include "warmup-controller/commands/common_flags.h"

namespace prewarm {

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
      ->check(CLI::Range(0.0, 1e6));
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
