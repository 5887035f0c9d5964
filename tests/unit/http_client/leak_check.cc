// Looks for leaks while the network's threads still live: as the process ends,
// OpenSSL cleans up before them, and what they held of it looks lost.
#include <gtest/gtest.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>

namespace prewarm {
namespace {

class LeakCheck : public testing::Environment {
 public:
  // Ends the process where there is one; the end of the process looks no more.
  void TearDown() override { __lsan_do_leak_check(); }
};

const testing::Environment* const kLeakCheck =
    testing::AddGlobalTestEnvironment(new LeakCheck);

}  // namespace
}  // namespace prewarm
#endif
