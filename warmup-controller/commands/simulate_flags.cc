#include "warmup-controller/commands/simulate_flags.h"

#include "warmup-controller/commands/common_flags.h"

namespace prewarm {

const CLI::App* AddSimulate(CLI::App* app, SimulateOptions* options) {
  CLI::App* simulate = app->add_subcommand(
      "simulate",
      "what a policy would have cost and saved on recorded traffic");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return simulate->add_option(name, *value, help);
  };
  add("--policy", &options->policy, kPolicyFiles)->required();
  add("--trace", &options->trace,
      "CSV of times and requests, a range query's answer of Prometheus, or an "
      "access log")
      ->required();
  add("--from", &options->from,
      "the trace from then on, as 2026-03-29 or 2026-03-29T01:00:00Z");
  add("--until", &options->until, "and until then");
  add("--scale", &options->scale, "so much of its requests, as 0.02 or 3")
      ->check(FiniteNumber(1e-9, 1e6, "0.000000001 to 1000000"))
      ->capture_default_str();
  add("--seed", &options->seed,
      "of all that is drawn: the same one gives the same answer")
      ->check(WholeNumber())
      ->capture_default_str();
  add("--service", &options->service,
      "time of a request: 1s, 1s~0.3 (median and sigma of a lognormal one), "
      "1s,2s,4s (measured), or @FILE (measured, one a line)")
      ->capture_default_str();
  add("--cold-start", &options->cold_start, "the same, of an instance")
      ->capture_default_str();
  add("--concurrency", &options->concurrency, "requests at once per instance")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add("--max-instances", &options->max_instances,
      "replicas.max of the policy by default, at most 1000")
      ->check(CLI::Range(1, 1000));
  add("--idle-timeout", &options->idle_timeout,
      "of instances above the policy's floor")
      ->capture_default_str();
  add("--stopping", &options->stopping, "costs as well")->capture_default_str();
  add("--think-time", &options->think_time,
      "from the opening of a page to the upload, for policies with intents")
      ->capture_default_str();
  add("--conversion", &options->conversion, "share of visitors who upload")
      ->check(FiniteNumber(0.001, 1, "0.001 to 1"))
      ->capture_default_str();
  add("--intent-ttl", &options->intent_ttl,
      "a visitor counts for so long; 0s: as long as heartbeats come")
      ->capture_default_str();
  add("--keepalive", &options->keep_alive,
      "scenarios of scale to zero after so long")
      ->capture_default_str();
  add("--always-on", &options->always_on,
      "instances of that scenario, no more than --max-instances")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add("--price", &options->price,
      "per instance-hour; the default is EC2's list price of a g4dn.xlarge "
      "(one T4) on demand in us-east-1, in USD")
      ->check(FiniteNumber(0, 1e6, "0 to 1000000"))
      ->capture_default_str();
  add("--output", &options->output, kOutputForm)
      ->check(CLI::IsMember({"table", "json", "html"}))
      ->capture_default_str();
  add("--suggest", &options->suggest,
      "print a policy with other windows instead: the cheapest with at most "
      "this share of cold requests, as 0.01")
      ->check(FiniteNumber(0, 1, "0 to 1"));
  add("--calendar", &options->calendars,
      "CONFIGMAP/KEY=FILE, for except.calendars");
  return simulate;
}

}  // namespace prewarm
