// The engine alone: how long it takes to load, how fast it is warm, how much
// memory it needs; as one flat JSON object.
//
//   engine_bench --store DIR                  every engine, each in a process
//                                             of its own
//   engine_bench --store DIR --engine fused --precision bf16 [--runs N]
//   ... --input IN.f32 --dump OUT.f32         the mask of IN, for a comparison
//                                             with onnxruntime (peers/ort.mjs)
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/store/model_store.h"
#include "inference-server/engine/input_size.h"
#include "inference-server/engine/loader.h"

namespace {

using nlohmann::ordered_json;
using prewarm::Bitmap;
using prewarm::Result;

struct Options {
  std::string store;
  std::string model = "isnet";
  std::string engine;
  std::string precision = "auto";
  std::string input;
  std::string dump;
  int threads = 0;
  int runs = 9;
};

double MillisSince(std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - start;
  return took.count();
}

double PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double ResidentMegabytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// A round subject on a gradient, with some texture.
Bitmap Synthetic(int width, int height) {
  Bitmap rgb = prewarm::MakeBitmap(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double r = std::hypot(x - width / 2.0, y - height / 2.0) / height;
      const double texture = 20 * std::sin(x * 0.05) * std::cos(y * 0.07);
      for (int c = 0; c < 3; ++c) {
        const double v = r < 0.3 ? 200 - 60 * c : 60 + 40.0 * y / height;
        rgb.row(y)[3 * x + c] = static_cast<std::uint8_t>(v + texture);
      }
    }
  }
  return rgb;
}

// Planes of (v - 128) / 256, as bench/prepare.py writes them: exact in binary,
// so that the bytes come back.
Result<Bitmap> ReadPlanes(const std::string& path, int width, int height) {
  const std::size_t pixels = static_cast<std::size_t>(width) * height;
  std::vector<float> planes(3 * pixels);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(planes.data()),
            static_cast<std::streamsize>(planes.size() * sizeof(float)));
  if (!file) {
    return prewarm::MakeError(prewarm::ErrorCode::kInvalidArgument,
                              path + " does not hold 3 planes of floats");
  }
  Bitmap rgb = prewarm::MakeBitmap(width, height, 3);
  for (std::size_t i = 0; i < rgb.data.size(); ++i) {
    const float value = planes[i % 3 * pixels + i / 3];
    rgb.data[i] = static_cast<std::uint8_t>(std::lround(value * 256 + 128));
  }
  return rgb;
}

Result<ordered_json> Measure(const Options& options) {
  static const std::map<std::string, prewarm::Precision> kPrecisions = {
      {"auto", prewarm::Precision::kAuto},
      {"fp32", prewarm::Precision::kFp32},
      {"bf16", prewarm::Precision::kBf16}};
  PREWARM_ASSIGN_OR_RETURN(
      const auto model, prewarm::ModelStore(options.store).Find(options.model));
  const auto start = std::chrono::steady_clock::now();
  PREWARM_ASSIGN_OR_RETURN(auto* factory,
                           prewarm::LoadEngineFactory(options.engine));
  const double library_ms = MillisSince(start);
  prewarm::EngineOptions engine_options;
  PREWARM_ASSIGN_OR_RETURN(engine_options.weights,
                           prewarm::MappedFile::Open(model.weights_path));
  engine_options.model = model.manifest.name;
  engine_options.architecture = model.manifest.architecture;
  engine_options.digest = model.manifest.digest;
  engine_options.precision = kPrecisions.at(options.precision);
  engine_options.threads = options.threads;
  PREWARM_ASSIGN_OR_RETURN(auto engine, factory->Create(engine_options));
  const double load_ms = MillisSince(start);
  const prewarm::EngineInfo& info = engine->info();

  Bitmap rgb = Synthetic(info.input_width, info.input_height);
  if (!options.input.empty()) {
    PREWARM_ASSIGN_OR_RETURN(
        rgb, ReadPlanes(options.input, info.input_width, info.input_height));
  }
  const double loaded_mb = ResidentMegabytes();
  auto began = std::chrono::steady_clock::now();
  PREWARM_ASSIGN_OR_RETURN(const auto matte, engine->Infer(rgb));
  const double first_ms = MillisSince(began);
  if (!options.dump.empty()) {
    std::ofstream file(options.dump, std::ios::binary);
    file.write(reinterpret_cast<const char*>(matte.data.data()),
               static_cast<std::streamsize>(matte.data.size() * sizeof(float)));
    if (!file.flush()) {
      return prewarm::MakeError(prewarm::ErrorCode::kInvalidArgument,
                                "can't write " + options.dump);
    }
  }
  std::vector<double> warm;
  for (int i = 0; i < options.runs; ++i) {
    began = std::chrono::steady_clock::now();
    PREWARM_RETURN_IF_ERROR(engine->Infer(rgb));
    warm.push_back(MillisSince(began));
  }
  std::sort(warm.begin(), warm.end());
  ordered_json found;
  found["build"] = info.build;
  found["precision"] = info.precision;
  found["library_ms"] = library_ms;
  found["load_ms"] = load_ms;  // the library's included
  found["first_ms"] = first_ms;
  if (!warm.empty()) {
    found["warm_ms"] = warm[warm.size() / 2];
    found["warm_min_ms"] = warm.front();
  }
  found["working_set_mb"] = static_cast<double>(WorkingSetBytes(
                                info, {info.input_width, info.input_height})) /
                            (1 << 20);
  found["loaded_mb"] = loaded_mb;
  found["peak_mb"] = PeakMegabytes();
  return found;
}

// A process of its own: peak memory and first times are then its own, too.
ordered_json MeasureApart(const char* self, const Options& options,
                          const std::string& engine,
                          const std::string& precision) {
  const std::string command =
      "'" + std::string(self) + "' --store '" + options.store + "' --model '" +
      options.model + "' --engine " + engine + " --precision " + precision +
      " --runs " + std::to_string(options.runs) + " --threads " +
      std::to_string(options.threads);
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  char buffer[4096];
  std::size_t n = 0;
  while ((n = fread(buffer, 1, sizeof buffer, pipe)) > 0) {
    text.append(buffer, n);
  }
  if (pclose(pipe) != 0) return {};
  return ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
}

int MeasureAll(const char* self, const Options& options) {
  ordered_json all;
  for (const char* engine : {"fused", "torch"}) {
    for (const char* precision : {"fp32", "bf16"}) {
      const ordered_json found = MeasureApart(self, options, engine, precision);
      if (!found.is_object()) return 1;
      if (found["precision"] != precision) continue;  // not on this CPU
      for (const auto& [key, value] : found.items()) {
        if (key == "precision") continue;
        std::string name = engine;
        name.append("_").append(precision).append("_").append(key);
        all[name] = value;
      }
    }
  }
  std::cout << all.dump(1) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Times the engine alone", "engine_bench"};
  app.add_option("--store", options.store)->required();
  app.add_option("--model", options.model);
  app.add_option("--engine", options.engine, "auto, fused, torch or a path");
  app.add_option("--precision", options.precision)
      ->check(CLI::IsMember({"auto", "fp32", "bf16"}));
  app.add_option("--threads", options.threads);
  app.add_option("--runs", options.runs);
  app.add_option("--input", options.input, "planes of (v - 128) / 256, fp32");
  app.add_option("--dump", options.dump, "where the mask of --input goes");
  CLI11_PARSE(app, argc, argv);
  if (options.engine.empty() && options.dump.empty()) {
    return MeasureAll(argv[0], options);
  }
  const auto found = Measure(options);
  if (!found.ok()) {
    std::cerr << "engine_bench: " << found.error().message << "\n";
    return 1;
  }
  std::cout << found.value().dump(1) << "\n";
  return 0;
}
