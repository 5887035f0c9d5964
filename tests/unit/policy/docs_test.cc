// What docs/policies.md shows is what the reader takes.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"
#include "tests/unit/policy/policies.h"

namespace prewarm {
namespace {

TEST(Docs, EveryExampleIsAPolicy) {
  const std::string text =
      TempDir::Read(PREWARM_TESTDATA "/../../docs/policies.md");
  const std::string fence = "```yaml\n";
  int examples = 0;
  for (std::size_t at = text.find(fence); at != std::string::npos;
       at = text.find(fence, at)) {
    at += fence.size();
    const std::size_t end = text.find("```", at);
    ASSERT_NE(end, std::string::npos);
    Good(text.substr(at, end - at));
    ++examples;
  }
  EXPECT_GE(examples, 4);
}

}  // namespace
}  // namespace prewarm
