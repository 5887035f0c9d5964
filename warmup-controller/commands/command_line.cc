#include "warmup-controller/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "warmup-controller/commands/cloudrun.h"
#include "warmup-controller/commands/cloudrun_flags.h"
#include "warmup-controller/commands/common_flags.h"
#include "warmup-controller/commands/crd.h"
#include "warmup-controller/commands/help_text.h"
#include "warmup-controller/commands/local.h"
#include "warmup-controller/commands/plan.h"
#include "warmup-controller/commands/release.h"
#include "warmup-controller/commands/run.h"
#include "warmup-controller/commands/sidecar.h"
#include "warmup-controller/commands/sidecar_flags.h"
#include "warmup-controller/commands/simulate.h"
#include "warmup-controller/commands/simulate_flags.h"
#include "warmup-controller/commands/validate.h"
#include "warmup-controller/commands/wrap.h"
#include "warmup-controller/policy/nearest.h"

namespace prewarm {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr char kNotWritten[] =
    "warmup-controller: the answer could not be written to its end: is the "
    "disk full, or its reader gone?";

void AddValidate(CLI::App* app, std::vector<std::string>* files) {
  CLI::App* validate =
      app->add_subcommand("validate", "check files of policies");
  validate->add_option("file", *files, kPolicyFiles)->required();
}

const CLI::App* AddPlan(CLI::App* app, PlanOptions* options) {
  CLI::App* plan =
      app->add_subcommand("plan", "what policies will do when, and why");
  plan->add_option("--policy", options->policies, kPolicyFiles)->required();
  plan->add_option("--from", options->from,
                   "as 2026-03-29, or 2026-03-29T01:00:00Z; now by default");
  plan->add_option("--until", options->until,
                   "the same; a week after --from by default");
  plan->add_option("--output", options->output, kOutputForm)
      ->check(CLI::IsMember({"table", "json", "ics"}))
      ->capture_default_str();
  plan->add_option("--calendar", options->calendars,
                   "CONFIGMAP/KEY=FILE, for except.calendars");
  return plan;
}

const CLI::App* AddLocal(CLI::App* app, LocalOptions* options) {
  CLI::App* local = app->add_subcommand(
      "local", "follow the policies of a folder on this machine");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return local->add_option(name, *value, help);
  };
  add("--policies", &options->policies,
      "a folder of policies, LocalProcess and FixedUrls; changes are followed")
      ->required();
  add("--listen", &options->listen,
      "states, policies and metrics, for operators")
      ->capture_default_str();
  AddServiceFlags(local, options);
  add("--forward-intents", &options->forward_intents,
      "a standby's: intents go to the controller at this URL");
  add("--state", &options->state,
      "a file for what is learned and spent; by default a restart knows "
      "nothing");
  local->add_flag("--check", options->check,
                  "say whether options and folder are right, and end");
  AddLogFlags(local, &options->log_format, &options->log_level);
  add("--calendar", &options->calendars,
      "CONFIGMAP/KEY=FILE, for except.calendars");
  return local;
}

const CLI::App* AddRun(CLI::App* app, RunOptions* options) {
  CLI::App* run = app->add_subcommand(
      "run", "follow the PrewarmPolicies of a Kubernetes cluster");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return run->add_option(name, *value, help);
  };
  LocalOptions* const service = &options->service;
  add("--namespace", &options->namespace_name,
      "whose policies; that of the account by default");
  run->add_flag("--all-namespaces", options->all_namespaces,
                "whose policies: of the whole cluster");
  add("--token-namespaces", &options->token_namespaces,
      "whose pods are sent the admin token, as shop,store, or \"*\"; by "
      "default that of --namespace, or of the account")
      ->delimiter(',');
  add("--kubeconfig", &options->kubeconfig,
      "outside of a pod; KUBECONFIG or ~/.kube/config by default");
  add("--context", &options->context, "of the kubeconfig");
  add("--listen", &service->listen,
      "states, policies, probes and metrics, for operators")
      ->capture_default_str();
  AddServiceFlags(run, service);
  add("--qps", &options->qps, "calls a second of the API server, on average")
      ->check(FiniteNumber(0.1, 10000, "0.1 to 10000"))
      ->capture_default_str();
  add("--burst", &options->burst, "calls at once after a rest")
      ->check(FiniteNumber(1, 10000, "1 to 10000"))
      ->capture_default_str();
  add("--lease", &options->lease, "the Lease by which they elect who leads")
      ->capture_default_str();
  add("--lease-namespace", &options->lease_namespace,
      "by default that of the account");
  add("--pod-name", &options->pod_name, "POD_NAME, or the host's name");
  add("--pod-ip", &options->pod_ip,
      "POD_IP; where a standby passes intents on to");
  AddLogFlags(run, &service->log_format, &service->log_level);
  return run;
}

const CLI::App* AddRelease(CLI::App* app, ReleaseOptions* options) {
  CLI::App* release = app->add_subcommand(
      "release",
      "give back what controllers of a cluster have raised, before they are "
      "uninstalled");
  const auto add = [&](const char* name, auto* value, const char* help) {
    return release->add_option(name, *value, help);
  };
  RunOptions* const cluster = &options->cluster;
  release->add_flag("--all", options->all,
                    "of every policy; takes the Lease, so that no controller "
                    "leads for two minutes afterwards");
  add("--policy", &options->policy,
      "NAMESPACE/NAME, of this one alone; while no controller leads");
  add("--namespace", &cluster->namespace_name,
      "with --all: of this one alone; of the whole cluster by default");
  add("--kubeconfig", &cluster->kubeconfig,
      "outside of a pod; KUBECONFIG or ~/.kube/config by default");
  add("--context", &cluster->context, "of the kubeconfig");
  add("--lease", &cluster->lease, "that of the controllers")
      ->capture_default_str();
  add("--lease-namespace", &cluster->lease_namespace,
      "by default that of the account");
  return release;
}

const CLI::App* AddCrd(CLI::App* app, CrdOptions* options) {
  CLI::App* crd = app->add_subcommand(
      "crd", "print the definition of PrewarmPolicy, or bring it up to date");
  crd->add_flag("--apply", options->apply,
                "that of the cluster, which has one, unless it is of a later "
                "version");
  crd->add_option("--kubeconfig", options->cluster.kubeconfig,
                  "outside of a pod; KUBECONFIG or ~/.kube/config by default");
  crd->add_option("--context", options->cluster.context, "of the kubeconfig");
  return crd;
}

int Ran(int argc, const char* const* argv, const Streams& streams) {
  CLI::App app{"warmup-controller: warms instances before they are needed",
               "warmup-controller"};
  // Subcommands inherit it.
  app.formatter(HelpText());
  app.set_version_flag("--version", "warmup-controller " PREWARM_VERSION);
  app.require_subcommand(1);
  std::vector<std::string> files;
  PlanOptions plan;
  SimulateOptions simulate;
  AddValidate(&app, &files);
  const CLI::App* planned = AddPlan(&app, &plan);
  const CLI::App* simulated = AddSimulate(&app, &simulate);
  LocalOptions local;
  const CLI::App* followed = AddLocal(&app, &local);
  RunOptions run;
  const CLI::App* operated = AddRun(&app, &run);
  SidecarOptions sidecar;
  const CLI::App* beside = AddSidecar(&app, &sidecar);
  CloudRunOptions cloudrun;
  const CLI::App* served = AddCloudRun(&app, &cloudrun);
  ReleaseOptions release;
  const CLI::App* released = AddRelease(&app, &release);
  CrdOptions crd;
  const CLI::App* defined = AddCrd(&app, &crd);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    streams.out << app.help();
    return 0;
  } catch (const CLI::CallForVersion&) {
    streams.out << "warmup-controller " PREWARM_VERSION "\n";
    return 0;
  } catch (const CLI::Error& e) {
    static const std::vector<std::string> kCommands = {
        "validate", "plan",     "simulate", "local", "run",
        "sidecar",  "cloudrun", "release",  "crd"};
    const std::string first = argc > 1 ? argv[1] : "-";
    if (first.rfind('-', 0) != 0 &&
        std::find(kCommands.begin(), kCommands.end(), first) ==
            kCommands.end()) {
      streams.err << "warmup-controller: there is no command " << Quoted(first)
                  << "; " << Suggestion(first, kCommands)
                  << "; see warmup-controller --help\n";
      return kUsage;
    }
    const bool is_command = first.rfind('-', 0) != 0;
    streams.err << "warmup-controller: " << e.what()
                << "; see warmup-controller "
                << (is_command ? first + " --help\n" : "--help\n");
    return kUsage;
  }
  if (planned->parsed()) {
    const auto now =
        std::chrono::floor<std::chrono::seconds>(Clock::System().WallNow());
    return Plan(plan, now, streams.in, streams.out, streams.err);
  }
  if (followed->parsed()) return Local(local, streams.out, streams.err);
  if (operated->parsed()) return Run(run, streams.err);
  if (beside->parsed()) return Sidecar(sidecar, streams.err);
  if (served->parsed()) return CloudRun(cloudrun, streams.out, streams.err);
  if (released->parsed()) {
    return Release(release, streams.out, streams.err);
  }
  if (defined->parsed()) return Crd(crd, streams.out, streams.err);
  if (simulated->parsed()) {
    return SimulatePolicy(simulate, streams.in, streams.out, streams.err);
  }
  return Validate(files, streams.in, streams.out, streams.err);
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Streams& streams) {
  const int status = Ran(argc, argv, streams);
  // What is buffered fails only now.
  streams.out.flush();
  if (streams.out) return status;
  streams.err << Wrapped(kNotWritten);
  return status == 0 ? kFailed : status;
}

}  // namespace prewarm
