#include "warmup-controller/commands/sidecar_flags.h"

#include "warmup-controller/commands/common_flags.h"

namespace prewarm {

const CLI::App* AddSidecar(CLI::App* app, SidecarOptions* options) {
  CLI::App* sidecar = app->add_subcommand(
      "sidecar",
      "stand beside one server: stage its state, warm it, answer its probes");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return sidecar->add_option(name, *value, help);
  };
  add("--from", &options->from,
      "the shared model store, on a volume or a mounted bucket; by default "
      "nothing is staged");
  add("--store", &options->store,
      "the local one, that of the server: a disk or memory of its own");
  add("--model", &options->models,
      "what is staged, by its name in the store; several times; all by "
      "default");
  add("--states", &options->states,
      "prepared states of each model at most, those used last")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  add("--streams", &options->streams, "that read at the same time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  add("--publish", &options->publish,
      "false: what the server prepares stays here")
      ->check(CLI::IsMember({"true", "false"}))
      ->capture_default_str();
  add("--server", &options->server, "the server beside it")
      ->capture_default_str();
  add("--admin", &options->admin,
      "where it takes POST /warmup; --server by default");
  add("--admin-token-file", &options->admin_token_file,
      "sent with it as X-Prewarm-Admin-Token");
  add("--warmup-timeout", &options->warmup_timeout, "of one such call")
      ->capture_default_str();
  add("--reverify", &options->reverify,
      "it is proven again so often; 0s: after restarts only")
      ->capture_default_str();
  add("--drain-timeout", &options->drain_timeout,
      "at SIGTERM, for what is still to be published")
      ->capture_default_str();
  add("--listen", &options->listen,
      "/startupz (staged), /readyz (warm), /livez, /status, /metrics")
      ->capture_default_str();
  AddLogFlags(sidecar, &options->log_format, &options->log_level);
  return sidecar;
}

}  // namespace prewarm
