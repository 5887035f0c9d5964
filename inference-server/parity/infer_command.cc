#include "inference-server/parity/infer_command.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <utility>

#include "common/store/mapped_file.h"
#include "common/store/model_store.h"
#include "inference-server/tensor_file/npy.h"

namespace prewarm::parity {
namespace {

namespace fs = std::filesystem;

constexpr char kSuffix[] = ".npy";

// "128x96": height, width.
Status ParseBaseSize(const std::string& text, EngineOptions* options) {
  if (text.empty()) return Ok{};
  const char* const end = text.data() + text.size();
  const auto [cross, no_height] =
      std::from_chars(text.data(), end, options->base_height);
  if (no_height == std::errc() && cross != end && *cross == 'x') {
    const auto [rest, no_width] =
        std::from_chars(cross + 1, end, options->base_width);
    if (no_width == std::errc() && rest == end && options->base_height > 0 &&
        options->base_width > 0) {
      return Ok{};
    }
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "--base-size: \"" + text +
                       "\" is no size; give HEIGHTxWIDTH, such as 1024x1024",
                   "base-size");
}

Status TakePrecision(const std::string& text, EngineOptions* options) {
  const auto known = ParsePrecision(text);
  if (!known || *known == Precision::kAuto) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        "--precision: \"" + text + "\" is none; give " + kPrecisionNames,
        "precision");
  }
  options->precision = *known;
  return Ok{};
}

Result<EngineOptions> ParseOptions(const InferArguments& arguments) {
  EngineOptions options;
  options.threads = arguments.threads;
  options.original_steps = arguments.original_steps;
  options.blend_threshold = arguments.blend_threshold;
  PREWARM_RETURN_IF_ERROR(TakePrecision(arguments.precision, &options));
  PREWARM_RETURN_IF_ERROR(ParseBaseSize(arguments.base_size, &options));
  return options;
}

Result<Array> ReadArray(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().empty()) {
    return MakeError(ErrorCode::kNotFound,
                     "can't read " + path +
                         "; give IN an .npy file, as numpy.save writes it",
                     "in");
  }
  auto array = ParseNpy(bytes.str());
  if (array.ok()) return array;
  Error error = array.error();
  error.message = path + ": " + error.message;
  return error;
}

Result<std::unique_ptr<Engine>> OpenModel(const InferArguments& arguments,
                                          EngineOptions options) {
  PREWARM_ASSIGN_OR_RETURN(const StoredModel model,
                           ModelStore(arguments.store).Find(arguments.model));
  options.model = model.manifest.name;
  options.architecture = model.manifest.architecture;
  options.digest = model.manifest.digest;
  PREWARM_ASSIGN_OR_RETURN(options.weights,
                           MappedFile::Open(model.weights_path));
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * factory, arguments.open_engine());
  PREWARM_ASSIGN_OR_RETURN(auto engine, factory->Create(options));
  const std::string& got = engine->info().precision;
  if (got != arguments.precision) {
    return MakeError(
        ErrorCode::kUnavailable,
        "--precision: the engine computes " + engine->info().model +
            " only in " + got + " here; give " + got +
            ", or another model or machine for " + arguments.precision,
        "precision");
  }
  return engine;
}

std::string PathOf(const std::string& out, const std::string& tensor) {
  if (tensor == kMatteTensor) return out;
  std::string stem = out;
  const std::size_t tail = sizeof kSuffix - 1;
  if (stem.size() > tail && stem.substr(stem.size() - tail) == kSuffix) {
    stem.resize(stem.size() - tail);
  }
  return stem.append(".").append(tensor).append(kSuffix);
}

Status Unwritable(const std::string& path) {
  return MakeError(
      ErrorCode::kForbidden,
      "can't write " + path + "; give OUT a file in a folder that exists",
      "out");
}

// Beside their places first, so that a full disk leaves no half of an answer.
Status WriteAll(const std::map<std::string, std::string>& files) {
  std::error_code error;
  Status done = Ok{};
  for (const auto& [path, bytes] : files) {
    std::ofstream file(path + ".part", std::ios::binary | std::ios::trunc);
    file << bytes;
    file.close();
    if (!file && done.ok()) done = Unwritable(path);
  }
  for (const auto& [path, bytes] : files) {
    if (done.ok()) {
      fs::rename(path + ".part", path, error);
      if (error) done = Unwritable(path);
    }
    if (!done.ok()) fs::remove(path + ".part", error);
  }
  return done;
}

std::string Describe(const std::string& path, const Array& array) {
  std::ostringstream line;
  line << path << "  ";
  for (std::size_t i = 0; i < array.shape.size(); ++i) {
    line << (i == 0 ? "" : "x") << array.shape[i];
  }
  if (!array.values.empty()) {
    const auto [low, high] =
        std::minmax_element(array.values.begin(), array.values.end());
    line << "  " << *low << " to " << *high;
  }
  return line.str();
}

Status Work(const InferArguments& arguments, const EngineOptions& options,
            std::ostream& out) {
  PREWARM_ASSIGN_OR_RETURN(const Array input, ReadArray(arguments.in));
  PREWARM_ASSIGN_OR_RETURN(const auto engine, OpenModel(arguments, options));
  PREWARM_ASSIGN_OR_RETURN(const Tensors tensors,
                           engine->Trace(input, arguments.stages));
  std::map<std::string, std::string> files;
  std::string lines;
  for (const auto& [name, array] : tensors) {
    const std::string path = PathOf(arguments.out, name);
    files[path] = FormatNpy(array);
    lines += Describe(path, array) + "\n";
  }
  PREWARM_RETURN_IF_ERROR(WriteAll(files));
  out << lines;
  return Ok{};
}

}  // namespace

int RunInfer(const InferArguments& arguments, std::ostream& out,
             std::ostream& err) {
  const auto fail = [&err](const Error& error, int code) {
    err << "prewarm-model: " << error.message << "\n";
    return code;
  };
  const auto options = ParseOptions(arguments);
  if (!options.ok()) return fail(options.error(), 2);
  const Status done = Work(arguments, *options, out);
  return done.ok() ? 0 : fail(done.error(), 1);
}

}  // namespace prewarm::parity
