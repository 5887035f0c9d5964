// prewarm-model: models into and out of the store.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/store/mapped_file.h"
#include "common/store/model_store.h"
#include "common/store/state_store.h"
#include "inference-server/engine/loader.h"
#include "inference-server/importer/import_command.h"
#include "inference-server/importer/print_model.h"
#include "inference-server/parity/infer_command.h"
#include "inference-server/quality/compare_command.h"

namespace {

using nlohmann::ordered_json;
using prewarm::StoredModel;

// The plain definition of the network, which shares no code with the fast one.
prewarm::Result<prewarm::EngineFactory*> OpenReferenceEngine() {
  auto plain = prewarm::LoadEngineFactory("torch");
  return plain.ok() ? plain : prewarm::LoadEngineFactory("fused");
}

int Fail(const prewarm::Error& error) {
  std::cerr << "prewarm-model: " << error.message << "\n";
  return 1;
}

int List(const prewarm::ModelStore& store, bool as_json) {
  const auto listing = store.List();
  ordered_json all = ordered_json::array();
  for (const StoredModel& model : listing.models) {
    all.push_back(prewarm::ModelToJson(model));
    if (!as_json) {
      const auto& m = model.manifest;
      std::cout << m.name << "  " << m.digest.substr(0, 12) << "  "
                << m.bytes / 1000000 << " MB  " << m.imported_at << "\n";
    }
  }
  if (as_json) std::cout << all.dump(2) << "\n";
  if (!as_json && all.empty()) {
    std::cout << "the store " << store.root() << " has no models\n";
  }
  for (const prewarm::Error& damaged : listing.damaged) Fail(damaged);
  return listing.damaged.empty() ? 0 : 1;
}

// One line a thing, good or bad.
class Verdicts {
 public:
  void Add(const std::string& what, const prewarm::Status& status) {
    ++checked_;
    if (status.ok()) {
      std::cout << what << "  ok\n";
      return;
    }
    ++damaged_;
    std::cerr << "prewarm-model: " << status.error().message << "\n";
  }
  int checked() const { return checked_; }
  bool all_good() const { return damaged_ == 0; }

 private:
  int checked_ = 0;
  int damaged_ = 0;
};

int Verify(const prewarm::ModelStore& store, const std::string& name) {
  const auto listing = store.List();
  const prewarm::StateStore prepared(store.root(), prewarm::Env::System());
  const auto states = prepared.List();
  if (!states.ok()) return Fail(states.error());
  Verdicts verdicts;
  for (const prewarm::Error& damaged : listing.damaged) {
    verdicts.Add("manifest", damaged);
  }
  for (const StoredModel& model : listing.models) {
    const prewarm::Manifest& m = model.manifest;
    if (!name.empty() && m.name != name) continue;
    verdicts.Add(m.name + "  " + m.digest.substr(0, 12), store.Verify(model));
  }
  if (verdicts.checked() == 0) {
    std::cerr << "prewarm-model: nothing to verify in " << store.root() << "\n";
    return 1;
  }
  for (const prewarm::StateInfo& state : *states) {
    const auto of = state.metadata.find("model");
    // One whose header can't be read is of no model in particular.
    if (!name.empty() && of != state.metadata.end() && of->second != name) {
      continue;
    }
    verdicts.Add("prepared state  " + state.key.substr(0, 12),
                 prepared.Verify(state.key));
  }
  return verdicts.all_good() ? 0 : 1;
}

int Prune(const prewarm::ModelStore& store, double grace_hours) {
  const auto pruned =
      prewarm::StateStore(store.root(), prewarm::Env::System())
          .Prune(
              store.List().digests,
              std::chrono::duration_cast<std::chrono::seconds>(
                  std::chrono::duration<double, std::ratio<3600>>(grace_hours)),
              std::chrono::system_clock::now());
  if (!pruned.ok()) return Fail(pruned.error());
  std::cout << "removed " << pruned->removed << ", " << pruned->bytes / 1000000
            << " MB of prepared states\n";
  return 0;
}

void AddImportOptions(CLI::App* command, prewarm::ImportArguments* arguments) {
  prewarm::ImportRequest& request = arguments->request;
  command
      ->add_option("architecture", request.architecture,
                   "isnet or inspyrenet-{base,base-nightly,fast}")
      ->required();
  command->add_option("from", arguments->from,
                      "ONNX or .pth, file or URL; "
                      "none: official");
  command->add_option("--npm-package", request.npm_package,
                      "unpacked @imgly/background-removal-data");
  command->add_option("--npm-model", request.npm_model, "its model");
  command->add_option("--name", request.name, "name in the store");
  command->add_option("--license", request.license, "of the weights");
  command->add_option("--source", request.source, "where they come from");
  command->add_option("--notice", request.notice, "what users must know");
  command->add_option("--sha256", request.sha256, "that the file must have");
  command->add_option("--md5", request.md5, "that the file must have");
  command
      ->add_option("--retries", arguments->retries,
                   "of a download, in a row without a byte; default 5")
      ->check(CLI::Range(0, 1000));
  command
      ->add_option("--retry-delay", arguments->retry_delay_seconds,
                   "seconds before the first; doubles; default 1")
      ->check(CLI::Range(0.0, 3600.0));
  command
      ->add_option("--stall-timeout", arguments->stall_seconds,
                   "seconds without a byte; default 30")
      ->check(CLI::Range(1, 3600));
  command->add_flag("--if-missing", arguments->if_missing,
                    "do nothing where the store has one of that name");
  arguments->request.open_engine = OpenReferenceEngine;
  arguments->show_progress = isatty(STDERR_FILENO) != 0;
}

void AddEngineOption(
    CLI::App* command, const std::string& preset,
    std::function<prewarm::Result<prewarm::EngineFactory*>()>* open) {
  const auto use = [open](const std::string& choice) {
    *open = [choice] { return prewarm::LoadEngineFactory(choice); };
  };
  command->add_option_function<std::string>(
      "--engine", use, "auto, fused, torch or a file; " + preset);
  use(preset);
}

void AddCompareOptions(CLI::App* command,
                       prewarm::quality::CompareArguments* arguments) {
  command->add_option("A", arguments->a, "MODEL[@precision], the reference")
      ->required();
  command->add_option("B", arguments->b, "MODEL[@precision]")->required();
  command->add_option("--images", arguments->images, "folder of pictures")
      ->required();
  command->add_option("--truth", arguments->truth,
                      "folder of true mattes, PNG");
  command->add_option("--out", arguments->out, "HTML file to write");
  command->add_option("--threads", arguments->threads, "0: one a core")
      ->check(CLI::Range(0, 1024));
  AddEngineOption(command, "auto", &arguments->open_engine);
  arguments->show_progress = isatty(STDERR_FILENO) != 0;
}

void AddInferOptions(CLI::App* command,
                     prewarm::parity::InferArguments* arguments) {
  command->add_option("MODEL", arguments->model, "name in the store")
      ->required();
  command
      ->add_option("IN", arguments->in, ".npy, float32 [B,3,H,W], normalised")
      ->required();
  command->add_option("OUT", arguments->out, ".npy to write the matte to")
      ->required();
  command->add_option("--precision", arguments->precision,
                      "fp32, bf16, fp16 (GPU) or int8; default fp32");
  command->add_option("--base-size", arguments->base_size,
                      "HxW that the network is laid out for");
  command->add_option("--dump", arguments->stages,
                      "stages, into OUT.STAGE.npy: s0-s4, d3-d0, p2-p0");
  command->add_flag("--original-steps", arguments->original_steps,
                    "compute as the original does, step by step");
  command
      ->add_option("--blend", arguments->blend_threshold,
                   "blend pictures of more pixels a side")
      ->check(CLI::Range(1, 4096));
  command->add_option("--threads", arguments->threads, "0: one a core")
      ->check(CLI::Range(0, 1024));
  AddEngineOption(command, "torch", &arguments->open_engine);
}

}  // namespace

int main(int argc, char** argv) {
  prewarm::GuardMappings();
  // With a name: else the usage shows the program's path, however long.
  CLI::App app{"prewarm-model: models into and out of the store",
               "prewarm-model"};
  app.set_version_flag("--version", "prewarm-model " PREWARM_VERSION);
  app.require_subcommand(1);
  std::string root = "store";
  // Not by envname(): of commands that were not given, too, it would be read,
  // and after --store.
  if (const char* store = std::getenv("PREWARM_STORE");  // NOLINT: one thread
      store != nullptr && *store != '\0') {
    root = store;
  }
  bool as_json = false;
  std::string name;
  const auto common = [&](CLI::App* command) {
    command->add_option("--store", root,
                        "folder of the store; else PREWARM_STORE");
    command->add_flag("--json", as_json, "print JSON");
  };
  CLI::App* import = app.add_subcommand("import", "import a model's weights");
  prewarm::ImportArguments import_arguments;
  AddImportOptions(import, &import_arguments);
  common(import);
  CLI::App* list = app.add_subcommand("list", "list the models");
  common(list);
  CLI::App* verify = app.add_subcommand("verify", "check all checksums");
  verify->add_option("name", name, "of the model; all without it");
  common(verify);
  CLI::App* prune =
      app.add_subcommand("prune", "remove prepared states nobody needs");
  double grace_hours = 168;
  prune->add_option("--grace", grace_hours, "hours without use, default 168")
      ->check(CLI::Range(0.0, 1e6));
  common(prune);
  CLI::App* show = app.add_subcommand("show", "show a model's manifest");
  show->add_option("name", name, "of the model")->required();
  common(show);
  CLI::App* compare =
      app.add_subcommand("compare", "compare the mattes of two models");
  prewarm::quality::CompareArguments comparison;
  AddCompareOptions(compare, &comparison);
  common(compare);
  CLI::App* infer = app.add_subcommand(
      "infer", "raw tensors through a model, for parity checks");
  prewarm::parity::InferArguments inference;
  AddInferOptions(infer, &inference);
  common(infer);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }

  const prewarm::ModelStore store(root);
  if (list->parsed()) return List(store, as_json);
  if (verify->parsed()) return Verify(store, name);
  if (prune->parsed()) return Prune(store, grace_hours);
  if (compare->parsed()) {
    comparison.store = root;
    comparison.as_json = as_json;
    return prewarm::quality::RunCompare(comparison, std::cout, std::cerr);
  }
  if (infer->parsed()) {
    inference.store = root;
    return prewarm::parity::RunInfer(inference, std::cout, std::cerr);
  }
  if (import->parsed()) {
    import_arguments.store = root;
    import_arguments.as_json = as_json;
    return prewarm::RunImport(import_arguments, std::cout, std::cerr);
  }
  const auto model = store.Find(name);
  if (!model.ok()) return Fail(model.error());
  prewarm::PrintFields(prewarm::ModelToJson(*model), as_json, std::cout);
  return 0;
}
