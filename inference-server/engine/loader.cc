#include "inference-server/engine/loader.h"

#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

namespace prewarm {
namespace {

constexpr char kFileName[] = "libprewarm-engine-torch.so";
constexpr char kSymbol[] = "prewarm_engine_factory";

std::string ExecutableDirectory() {
  char path[PATH_MAX];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0) return ".";
  std::string text(path, static_cast<std::size_t>(n));
  return text.substr(0, text.rfind('/'));
}

std::vector<std::string> Candidates(const std::string& path) {
  if (!path.empty()) return {path};
  std::vector<std::string> found;
  // Only this process' environment is read, before any thread changes it.
  if (const char* env = std::getenv("PREWARM_ENGINE_PATH")) {  // NOLINT
    found.emplace_back(env);
  }
  const std::string here = ExecutableDirectory();
  found.push_back(here + "/../lib/" + kFileName);
  found.push_back(here + "/../lib/prewarm/" + kFileName);
  return found;
}

}  // namespace

Result<EngineFactory*> LoadEngineFactory(const std::string& path) {
  // The threads of OpenMP would spin between requests beside other processes.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);  // NOLINT(concurrency-mt-unsafe)
  std::string tried;
  for (const std::string& candidate : Candidates(path)) {
    if (access(candidate.c_str(), R_OK) != 0) {
      tried += (tried.empty() ? "" : ", ") + candidate;
      continue;
    }
    void* library = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      return MakeError(ErrorCode::kUnavailable,
                       "the engine " + candidate +
                           " can't be loaded: " + std::string(dlerror()),
                       "engine");
    }
    using FactoryFunction = EngineFactory* (*)();
    auto* make = reinterpret_cast<FactoryFunction>(dlsym(library, kSymbol));
    if (make == nullptr) {
      return MakeError(ErrorCode::kUnavailable,
                       candidate +
                           " is no engine of Prewarm: it does not "
                           "export " +
                           kSymbol,
                       "engine");
    }
    return make();
  }
  return MakeError(ErrorCode::kUnavailable,
                   "no engine found; tried " + tried +
                       ". Build the target prewarm-engine-torch or give "
                       "--engine PATH",
                   "engine");
}

}  // namespace prewarm
