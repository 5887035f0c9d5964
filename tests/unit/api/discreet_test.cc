#include "inference-server/api/discreet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(WithoutFolders, APathIsCutToItsLastPart) {
  EXPECT_EQ(WithoutFolders("/data/store/base.pt is damaged"),
            ".../base.pt is damaged");
  EXPECT_EQ(WithoutFolders("cannot open \"/a/b\": denied (/c/d/)"),
            "cannot open \".../b\": denied (.../d)");
  EXPECT_EQ(WithoutFolders("run: prewarm-model verify --store=/data/store"),
            "run: prewarm-model verify --store=.../store");
}

TEST(WithoutFolders, EndpointsUrlsAndFractionsStayAsTheyAre) {
  for (const char* text :
       {"", " ", "/", "GET /warmup says how far", "https://host/a/b is down",
        "read 3/4 of base/model", "nothing,  at (all)\n"}) {
    EXPECT_EQ(WithoutFolders(text), text);
  }
}

class Reasons : public testing::Test {
 protected:
  Reasons() {
    server_.engine.on_create = [](const EngineOptions&) -> Status {
      return MakeError(ErrorCode::kInternal, "/data/store/base.pt is damaged");
    };
    EXPECT_THAT(server_.Warm().body, HasSubstr("/data/store/base.pt"));
  }

  WholeServer server_;
};

// What comes through a proxy is not of this machine.
constexpr char kForwarded[] = "X-Forwarded-For: 192.0.2.1\r\n";

TEST_F(Reasons, AStrangerLearnsWhyButNotWhereFilesLie) {
  for (const char* target : {"/warmup", "/health", "/readyz"}) {
    const Reply reply = server_.Ask("GET", target, "", kForwarded);
    EXPECT_THAT(reply.body, HasSubstr(".../base.pt is damaged")) << target;
    EXPECT_THAT(reply.body, Not(HasSubstr("/data"))) << target;
  }
}

TEST_F(Reasons, WhoMayWarmItUpReadsTheWhole) {
  for (const char* target : {"/warmup", "/health", "/readyz"}) {
    EXPECT_THAT(server_.Ask("GET", target).body,
                HasSubstr("/data/store/base.pt is damaged"))
        << target;
  }
}

TEST_F(Reasons, APhotoThatCannotWaitIsToldNoFolders) {
  const Reply reply = server_.Ask("POST", "/api/v2/process?max_wait=0",
                                  DiscPng(8, 8), "Content-Type: image/png\r\n");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr(".../base.pt is damaged"));
  EXPECT_THAT(reply.body, Not(HasSubstr("/data")));
}

TEST_F(Reasons, APhotoThatHasWaitedIsToldNoFolders) {
  const Reply reply = server_.Ask("POST", "/api/v2/process?max_wait=60",
                                  DiscPng(8, 8), "Content-Type: image/png\r\n");
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr(".../base.pt is damaged"));
  EXPECT_THAT(reply.body, Not(HasSubstr("/data")));
}

}  // namespace
}  // namespace prewarm
