#include "common/http/accept.h"

#include <gtest/gtest.h>

namespace prewarm::http {
namespace {

TEST(WantsEvents, ReadsTheAcceptHeaderAsAList) {
  EXPECT_TRUE(WantsEvents("text/event-stream"));
  EXPECT_TRUE(WantsEvents("Text/Event-Stream"));
  EXPECT_TRUE(WantsEvents("application/json, text/event-stream;q=0.9"));
  EXPECT_FALSE(WantsEvents(""));
  EXPECT_FALSE(WantsEvents(",,"));
  EXPECT_FALSE(WantsEvents("*/*"));
  EXPECT_FALSE(WantsEvents("text/event-stream-2"));
  EXPECT_FALSE(WantsEvents("text/event-stream;q=0"));
  EXPECT_FALSE(WantsEvents("application/json, text/event-stream; q=0.0"));
}

}  // namespace
}  // namespace prewarm::http
