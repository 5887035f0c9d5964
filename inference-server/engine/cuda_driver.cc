#include "inference-server/engine/cuda_driver.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <thread>

namespace prewarm {
namespace {

constexpr char kDriver[] = "libcuda.so.1";

// Of the driver's interface, which is stable: 0 is success everywhere.
using Init = int (*)(unsigned flags);
using DeviceGet = int (*)(int* device, int ordinal);
using RetainPrimary = int (*)(void** context, int device);

// What fails here fails again, with a reason, when the engine asks for it.
void MakeContext(void* driver) {
  const auto init = reinterpret_cast<Init>(dlsym(driver, "cuInit"));
  const auto get = reinterpret_cast<DeviceGet>(dlsym(driver, "cuDeviceGet"));
  const auto retain = reinterpret_cast<RetainPrimary>(
      dlsym(driver, "cuDevicePrimaryCtxRetain"));
  if (init == nullptr || get == nullptr || retain == nullptr) return;
  int device = 0;
  void* context = nullptr;
  if (init(0) == 0 && get(&device, 0) == 0) retain(&context, device);
}

}  // namespace

Status StartCudaContext() {
  static void* driver = nullptr;
  if (driver != nullptr) return Ok{};
  setenv("CUDA_MODULE_LOADING", "LAZY", 1);  // NOLINT(concurrency-mt-unsafe)
  driver = dlopen(kDriver, RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) {
    const char* reason = dlerror();
    return MakeError(
        ErrorCode::kUnavailable,
        std::string("this machine has no driver of an NVIDIA GPU (") +
            (reason != nullptr ? reason : kDriver) + ")",
        "device");
  }
  std::thread(MakeContext, driver).detach();
  return Ok{};
}

}  // namespace prewarm
