// OpenMP keeps a pool for each thread that calls: one inference thread, one
// pool.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "inference-server/engine/isnet/table.h"
#include "inference-server/engine/loader.h"
#include "tests/unit/engine/weights_file.h"

namespace prewarm {
namespace {

int ThreadsOfThisProcess() {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    count += entry.path().empty() ? 0 : 1;
  }
  return count;
}

TEST(Threads, TheInferenceThreadHasOnePoolOfTheSizeAskedFor) {
  const int before = ThreadsOfThisProcess();
  std::thread inference([before] {
    auto factory = LoadEngineFactory("fused");
    ASSERT_TRUE(factory.ok()) << factory.error().message;
    EngineOptions options;
    options.architecture = "isnet";
    options.weights =
        isnet::MapWeightsFile("threads", [](isnet::FileTensors*) {});
    options.threads = 3;
    auto engine = factory.value()->Create(options);
    ASSERT_TRUE(engine.ok()) << engine.error().message;
    const Bitmap rgb = MakeBitmap(isnet::kSide, isnet::kSide, 3);
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(engine.value()->Infer(rgb).ok());
      // This thread and its two helpers.
      EXPECT_EQ(ThreadsOfThisProcess(), before + 3);
    }
  });
  inference.join();
}

}  // namespace
}  // namespace prewarm
