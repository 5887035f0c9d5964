// A thousand who watch or join one warm-up, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "tests/http_abuse/client.h"
#include "tests/unit/api/process_limits.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using http::Client;
using testing::HasSubstr;

constexpr int kCrowd = 1000;
constexpr rlim_t kDescriptors = 8000;

const char kWatch[] =
    "GET /warmup HTTP/1.1\r\nHost: t\r\nAccept: text/event-stream\r\n\r\n";
const char kJoin[] =
    "POST /warmup HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n";

class WarmupCrowdTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!AllowDescriptors(kDescriptors)) {
      GTEST_SKIP() << "a process may not open " << kDescriptors << " files";
    }
    server_ = std::make_unique<WholeServer>();
    server_->engine.on_create = [this](const EngineOptions&) -> Status {
      ++created_;
      finished_.wait();
      return Ok{};
    };
  }

  void TearDown() override {
    if (server_) LetItFinish();
    server_.reset();
  }

  void LetItFinish() {
    if (!std::exchange(may_finish_, true)) finish_.set_value();
  }

  std::vector<Client> Connect(int count, const char* request) {
    std::vector<Client> crowd;
    crowd.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      crowd.emplace_back(server_->port());
      crowd.back().Send(request);
    }
    return crowd;
  }

  void ExpectHealth(const std::string& state) const {
    const Reply reply = server_->Ask("GET", "/health");
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, HasSubstr("\"state\":\"" + state + "\""));
  }

  std::unique_ptr<WholeServer> server_;
  std::promise<void> finish_;
  std::shared_future<void> finished_ = finish_.get_future().share();
  bool may_finish_ = false;
  std::atomic<int> created_{0};
};

TEST_F(WarmupCrowdTest, AThousandWatchersSeeItReadyAndNoneNeedsAThread) {
  ExpectHealth("cold");
  const int threads = Threads();
  const int descriptors = OpenDescriptors();
  {
    std::vector<Client> crowd = Connect(kCrowd, kWatch);
    for (Client& client : crowd) {
      ASSERT_THAT(client.ReadUntil("\"cold\""), HasSubstr("event-stream"));
    }
    EXPECT_EQ(Threads(), threads);
    server_->context.warm_up->Start();
    ASSERT_THAT(crowd.back().ReadUntil("\"warming\""), HasSubstr("progress"));
    ExpectHealth("warming");
    LetItFinish();
    for (std::size_t i = 0; i < crowd.size(); ++i) {
      const std::string seen = crowd[i].ReadUntil("\"ready\"");
      ASSERT_THAT(seen, HasSubstr("event: ready\n")) << i;
      if (i % 100 == 0) ExpectHealth("ready");
    }
    EXPECT_EQ(Threads(), threads);
  }
  EXPECT_TRUE(Comes([&] { return OpenDescriptors() <= descriptors; }))
      << OpenDescriptors() << " are open, " << descriptors << " were";
}

TEST_F(WarmupCrowdTest, AThousandJoinersGetOneReportOfOneWarmUp) {
  ExpectHealth("cold");
  const int threads = Threads();
  const int descriptors = OpenDescriptors();
  {
    std::vector<Client> leaving = Connect(kCrowd / 10, kJoin);
    std::vector<Client> crowd = Connect(kCrowd, kJoin);
    for (Client& client : leaving) client.Reset();
    ExpectHealth("warming");
    EXPECT_EQ(Threads(), threads);
    LetItFinish();
    std::set<std::string> reports;
    for (Client& client : crowd) {
      const http::Reply reply = client.Read();
      ASSERT_EQ(reply.status, 200) << reply.body;
      // One that came late may be told that it was warm already.
      const auto json = nlohmann::json::parse(reply.body);
      EXPECT_EQ(json["state"], "ready");
      if (!json["already_warm"]) reports.insert(reply.body);
    }
    EXPECT_EQ(reports.size(), 1U);
    EXPECT_EQ(created_, 1);
  }
  EXPECT_TRUE(Comes([&] { return OpenDescriptors() <= descriptors; }))
      << OpenDescriptors() << " are open, " << descriptors << " were";
}

TEST_F(WarmupCrowdTest, AWatcherThatNeverReadsIsDroppedAndHoldsUpNobody) {
  server_->engine.on_create = [](const EngineOptions&) -> Status {
    return MakeError(ErrorCode::kInternal, "as the test wants it");
  };
  ExpectHealth("cold");
  const int descriptors = OpenDescriptors();
  Client reader(server_->port());
  Client stuck(server_->port(), /*receive_buffer=*/2048);
  Client asking(server_->port());
  for (Client* watcher : {&reader, &stuck}) {
    watcher->Send(kWatch);
    ASSERT_THAT(watcher->ReadUntil("\"cold\""), HasSubstr("event-stream"));
  }
  constexpr int kFailures = 1000;
  for (int i = 0; i < kFailures; ++i) {
    asking.Send(kJoin);
    ASSERT_EQ(asking.Read().status, 503);
    ASSERT_THAT(reader.ReadUntil("\"failed\""), HasSubstr("event: failed\n"));
  }
  // Three each for those who are served; the one that was dropped has its own.
  EXPECT_TRUE(Comes([&] { return OpenDescriptors() <= descriptors + 7; }));
  // Had it been kept, it would get all of them now.
  const std::string seen = stuck.ReadToEnd();
  int failures = 0;
  for (std::size_t at = 0; (at = seen.find("event: failed", at)) != seen.npos;
       ++at) {
    ++failures;
  }
  EXPECT_GT(failures, 0);
  EXPECT_LT(failures, kFailures);
}

}  // namespace
}  // namespace prewarm
