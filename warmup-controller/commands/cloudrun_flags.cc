#include "warmup-controller/commands/cloudrun_flags.h"

#include <cstdlib>

#include "warmup-controller/commands/common_flags.h"

namespace prewarm {

const CLI::App* AddCloudRun(CLI::App* app, CloudRunOptions* options) {
  CLI::App* cloudrun = app->add_subcommand(
      "cloudrun", "follow policies for services of Google Cloud Run");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return cloudrun->add_option(name, *value, help);
  };
  LocalOptions* const service = &options->service;
  service->listen = UsualListen([](const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  });
  add("--policies", &service->policies,
      "a folder of policies; changes are followed")
      ->required();
  add("--project", &options->project,
      "of services that are named by their name alone; GOOGLE_CLOUD_PROJECT, "
      "or that of the key, by default");
  add("--location", &options->location, "their region, as europe-west1");
  add("--credentials", &options->credentials,
      "a key file of a service account; GOOGLE_APPLICATION_CREDENTIALS, or the "
      "metadata server, by default");
  add("--state", &service->state,
      "a file for what is learned and spent; a mounted bucket will do");
  cloudrun->add_flag("--dry-run", options->dry_run,
                     "as if every policy had dryRun: true; writes are only "
                     "tried, by validateOnly");
  cloudrun->add_flag("--give-back", options->give_back,
                     "give back what was raised for the policies, and end");
  cloudrun->add_flag("--on-request", options->on_request,
                     "rest, and go one pass for each POST /reconcile");
  add("--reconcile-audience", &options->reconcile_audience,
      "of the ID token of POST /reconcile, exactly: the https URL of this "
      "service");
  add("--reconcile-caller", &options->reconcile_callers,
      "the e-mail address of an account that may call it");
  cloudrun->add_flag("--reconcile-behind-iam", options->reconcile_behind_iam,
                     "Cloud Run's own check of the invoker is on: it removes "
                     "the signature of a token that it has verified");
  add("--look-every", &options->look_every,
      "how often each service is asked for, to see what others write")
      ->capture_default_str();
  add("--step-every", &options->step_every,
      "how often it is called; part of every lead")
      ->capture_default_str();
  add("--step-bound", &options->step_bound,
      "how long one pass may wait for operations and warm-ups; 2m, or "
      "--step-every where that is shorter, by default");
  add("--listen", &service->listen,
      "states, policies and metrics, for operators; 0.0.0.0:$PORT where PORT "
      "is set")
      ->capture_default_str();
  AddServiceFlags(cloudrun, service);
  cloudrun->add_flag("--check", service->check,
                     "say whether options and folder are right, and end");
  add("--run-endpoint", &options->run_endpoint, "of the Admin API")
      ->capture_default_str();
  add("--token-endpoint", &options->token_endpoint,
      "instead of the key file's");
  add("--keys-endpoint", &options->keys_endpoint,
      "the public keys of who signs callers' tokens")
      ->capture_default_str();
  AddLogFlags(cloudrun, &service->log_format, &service->log_level);
  return cloudrun;
}

}  // namespace prewarm
