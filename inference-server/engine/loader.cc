#include "inference-server/engine/loader.h"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "common/base/log.h"
#include "inference-server/engine/cuda_driver.h"
#include "inference-server/engine/fallback.h"

namespace prewarm {
namespace {

constexpr char kFused[] = "libprewarm-engine-fused.so";
constexpr char kCuda[] = "libprewarm-engine-cuda.so";
constexpr char kTorch[] = "libprewarm-engine-torch.so";
constexpr char kSymbol[] = "prewarm_engine_factory";

Error Unavailable(const std::string& message) {
  return MakeError(ErrorCode::kUnavailable, message, "engine");
}

std::string ExecutableDirectory() {
  char path[PATH_MAX];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0) return ".";
  std::string text(path, static_cast<std::size_t>(n));
  return text.substr(0, text.rfind('/'));
}

Result<std::string> Locate(const std::string& file) {
  const std::string here = ExecutableDirectory();
  std::string tried;
  for (const char* folder : {"/../lib/", "/../lib/prewarm/"}) {
    std::string candidate = here;
    candidate.append(folder).append(file);
    if (access(candidate.c_str(), R_OK) == 0) return candidate;
    tried += (tried.empty() ? "" : ", ") + candidate;
  }
  return Unavailable("no engine found; tried " + tried +
                     "; give --engine PATH");
}

Result<EngineFactory*> Open(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = dlerror();
    return Unavailable("the engine " + path + " can't be loaded: " +
                       (reason != nullptr ? reason : "unknown reason"));
  }
  using FactoryFunction = EngineFactory* (*)();
  auto* make = reinterpret_cast<FactoryFunction>(dlsym(library, kSymbol));
  if (make == nullptr) {
    return Unavailable(path + " is no engine of Prewarm: it does not export " +
                       kSymbol);
  }
  EngineFactory* factory = make();
  if (factory == nullptr) return Unavailable(path + " gave no factory");
  return factory;
}

Result<EngineFactory*> OpenNamed(const std::string& file) {
  PREWARM_ASSIGN_OR_RETURN(const std::string path, Locate(file));
  return Open(path);
}

Result<EngineFactory*> OpenForCuda() {
  PREWARM_ASSIGN_OR_RETURN(const std::string path, Locate(kCuda));
  PREWARM_RETURN_IF_ERROR(StartCudaContext());
  return Open(path);
}

Result<EngineFactory*> OpenForCpu() {
  auto fused = OpenNamed(kFused);
  if (fused.ok()) return fused;
  auto torch = OpenNamed(kTorch);
  if (!torch.ok()) return fused.error();
  Log(LogLevel::kWarning, "engine_fallback",
      {{"reason", fused.error().message}});
  return torch;
}

// An engine that can't be opened leaves nothing behind: the next device's may
// be opened in the same process.
Result<FallbackFactory> OpenForOne(const std::vector<std::string>& devices) {
  Error last = Unavailable("no device is left to try");
  for (const std::string& device : devices) {
    const bool cuda = device == "cuda";
    const auto opened = cuda ? OpenForCuda() : OpenForCpu();
    if (opened.ok()) {
      FallbackFactory::OpenSecond second;  // beside CUDA's it would clash
      if (!cuda) second = [] { return OpenNamed(kTorch); };
      return FallbackFactory(*opened, std::move(second));
    }
    last = opened.error();
    Log(LogLevel::kDebug, "no_engine",
        {{"device", device}, {"reason", last.message}});
  }
  if (!devices.empty() && devices.back() == "cuda") {
    last.message = "device cuda: " + last.message +
                   ", or --device auto, which takes the CPU where there is no "
                   "engine for CUDA";
  }
  return last;
}

Result<EngineFactory*> OpenChosen(const std::string& choice) {
  if (choice.find('/') != std::string::npos) return Open(choice);
  if (choice == "torch") return OpenNamed(kTorch);
  if (choice == "fused") return OpenNamed(kFused);
  return MakeError(ErrorCode::kInvalidArgument,
                   "engine \"" + choice +
                       "\" is unknown; give auto, fused, torch or the path "
                       "of a shared object (with a /)",
                   "engine");
}

}  // namespace

Result<EngineFactory*> LoadEngineFactory(
    const std::string& choice, const std::vector<std::string>& devices) {
  // Never destroyed: engines may outlive main.
  static auto* opened = new std::map<std::string, FallbackFactory>;
  const auto it = opened->find(choice);
  if (it != opened->end()) return &it->second;
  // The threads of OpenMP would spin between requests beside other processes.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);  // NOLINT(concurrency-mt-unsafe)
  if (choice.empty() || choice == "auto") {
    PREWARM_ASSIGN_OR_RETURN(FallbackFactory first, OpenForOne(devices));
    return &opened->try_emplace(choice, std::move(first)).first->second;
  }
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * first, OpenChosen(choice));
  return &opened->try_emplace(choice, first, nullptr).first->second;
}

}  // namespace prewarm
