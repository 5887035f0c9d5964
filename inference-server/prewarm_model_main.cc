// prewarm-model: models into and out of the store.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "inference-server/engine/loader.h"
#include "inference-server/importer/import_model.h"
#include "inference-server/store/model_store.h"

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

ordered_json ToJson(const StoredModel& model) {
  const prewarm::Manifest& m = model.manifest;
  return {{"name", m.name},
          {"architecture", m.architecture},
          {"digest", m.digest},
          {"bytes", m.bytes},
          {"source", m.source},
          {"source_sha256", m.source_sha256},
          {"license", m.license},
          {"notice", m.notice},
          {"imported_at", m.imported_at},
          {"importer", m.importer},
          {"reference_sha256", m.reference_sha256},
          {"reference_engine", m.reference_engine},
          {"path", model.weights_path}};
}

void PrintOne(const StoredModel& model, bool as_json) {
  const ordered_json json = ToJson(model);
  if (as_json) {
    std::cout << json.dump(2) << "\n";
    return;
  }
  for (const auto& [key, value] : json.items()) {
    std::cout << key << std::string(18 - key.size(), ' ')
              << (value.is_string() ? value.get<std::string>() : value.dump())
              << "\n";
  }
}

int List(const prewarm::ModelStore& store, bool as_json) {
  const auto models = store.List();
  if (!models.ok()) return Fail(models.error());
  ordered_json all = ordered_json::array();
  for (const StoredModel& model : *models) {
    all.push_back(ToJson(model));
    if (!as_json) {
      const auto& m = model.manifest;
      std::cout << m.name << "  " << m.digest.substr(0, 12) << "  "
                << m.bytes / 1000000 << " MB  " << m.imported_at << "\n";
    }
  }
  if (as_json) std::cout << all.dump(2) << "\n";
  if (!as_json && models->empty()) {
    std::cout << "the store " << store.root() << " has no models\n";
  }
  return 0;
}

int Verify(const prewarm::ModelStore& store, const std::string& name) {
  const auto models = store.List();
  if (!models.ok()) return Fail(models.error());
  int checked = 0;
  int damaged = 0;
  for (const StoredModel& model : *models) {
    if (!name.empty() && model.manifest.name != name) continue;
    ++checked;
    const auto status = store.Verify(model);
    if (!status.ok()) {
      ++damaged;
      std::cerr << "prewarm-model: " << status.error().message << "\n";
    } else {
      std::cout << model.manifest.name << "  "
                << model.manifest.digest.substr(0, 12) << "  ok\n";
    }
  }
  if (checked == 0) {
    std::cerr << "prewarm-model: nothing to verify in " << store.root() << "\n";
    return 1;
  }
  return damaged == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"prewarm-model: models into and out of the store"};
  app.set_version_flag("--version", "prewarm-model " PREWARM_VERSION);
  app.require_subcommand(1);
  std::string root = "store";
  bool as_json = false;
  prewarm::ImportRequest request;
  std::string name;
  const auto common = [&](CLI::App* command) {
    command->add_option("--store", root, "folder of the store")
        ->envname("PREWARM_STORE");
    command->add_flag("--json", as_json, "print JSON");
  };
  CLI::App* import = app.add_subcommand("import", "import a model's weights");
  import->add_option("architecture", request.architecture, "isnet")->required();
  import->add_option("file", request.file, "ONNX file");
  import->add_option("--npm-package", request.npm_package,
                     "unpacked @imgly/background-removal-data");
  import->add_option("--npm-model", request.npm_model, "its model");
  import->add_option("--name", request.name, "name in the store");
  import->add_option("--license", request.license, "of the weights");
  import->add_option("--source", request.source, "where they come from");
  import->add_option("--notice", request.notice, "what users must know");
  common(import);
  CLI::App* list = app.add_subcommand("list", "list the models");
  common(list);
  CLI::App* verify = app.add_subcommand("verify", "check all checksums");
  verify->add_option("name", name, "of the model; all without it");
  common(verify);
  CLI::App* show = app.add_subcommand("show", "show a model's manifest");
  show->add_option("name", name, "of the model")->required();
  common(show);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }

  const prewarm::ModelStore store(root);
  request.open_engine = OpenReferenceEngine;
  if (list->parsed()) return List(store, as_json);
  if (verify->parsed()) return Verify(store, name);
  if (import->parsed() && request.file.empty() == request.npm_package.empty()) {
    std::cerr << "prewarm-model: give either FILE or --npm-package DIR\n";
    return 2;
  }
  const auto model =
      import->parsed() ? ImportModel(store, request) : store.Find(name);
  if (!model.ok()) return Fail(model.error());
  PrintOne(*model, as_json);
  return 0;
}
