#include <gtest/gtest.h>

#include <memory>

#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/kube_http/fake_api_server.h"
#include "warmup-controller/kube/api_client.h"
#include "warmup-controller/kube/informer.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class InformerHttpTest : public testing::Test {
 protected:
  InformerHttpTest() {
    access_.server = server_.Url();
    access_.token_file = dir_.Write("token", "good");
    options_.backoff.first = milliseconds(1);
    options_.list.page = 7;
  }
  void Start() {
    client_ = std::make_unique<ApiClient>(
        access_, network_.get(), network_.get(), nullptr, Clock::System());
    informer_ = std::make_unique<Informer<std::string>>(
        client_.get(), Selection{{"", "v1", "pods"}, "shop", "", ""},
        [](const Json& pod) {
          return TextAt(pod, {"status", "phase"});
        },
        [](KeyChange, const std::string&) {}, options_);
    informer_->Start();
    ASSERT_TRUE(informer_->WaitUntilSynced(seconds(60)));
  }
  bool Becomes(const std::string& key, const std::string& phase) {
    return Eventually([&] {
      const auto found = informer_->Find(key);
      return (found == nullptr ? "" : *found) == phase;
    });
  }
  bool WatchesBegun(int count) {
    return Eventually([&] { return server_.watches() >= count; });
  }

  TempDir dir_;
  FakeApiServer server_{"good"};
  std::unique_ptr<NetworkClient> network_ = MakeHttpClient(4);
  Access access_;
  ReflectorOptions options_;
  std::unique_ptr<ApiClient> client_;
  std::unique_ptr<Informer<std::string>> informer_;
};

TEST_F(InformerHttpTest, PagesThenEventsKeepItInStep) {
  for (int i = 0; i < 50; ++i) server_.Put("p" + std::to_string(i), "Pending");
  Start();
  EXPECT_EQ(informer_->All().size(), 50U);
  EXPECT_EQ(server_.lists(), 8);
  server_.Put("p7", "Running");
  server_.Put("new", "Pending");
  server_.Delete("p8");
  EXPECT_TRUE(Becomes("shop/p7", "Running"));
  EXPECT_TRUE(Becomes("shop/new", "Pending"));
  EXPECT_TRUE(Becomes("shop/p8", ""));
}

TEST_F(InformerHttpTest, DroppedWatchLosesNothingAndListsNothing) {
  server_.Put("a", "Pending");
  Start();
  ASSERT_TRUE(WatchesBegun(1));
  server_.DropWatches();
  server_.Put("a", "Running");
  EXPECT_TRUE(Becomes("shop/a", "Running"));
  EXPECT_EQ(server_.lists(), 1);
}

TEST_F(InformerHttpTest, CompactedServerIsListedAgain) {
  server_.Put("a", "Pending");
  Start();
  ASSERT_TRUE(WatchesBegun(1));
  server_.Compact();
  server_.Put("b", "Running");
  EXPECT_TRUE(Becomes("shop/b", "Running"));
  EXPECT_GE(server_.lists(), 2);
}

TEST_F(InformerHttpTest, TokenThatWasReplacedIsFoundByTheNextWatch) {
  Start();
  ASSERT_TRUE(WatchesBegun(1));
  // Of another size: it is seen as changed.
  dir_.Write("token", "replaced");
  server_.DropWatches();
  ASSERT_TRUE(Eventually([this] {
    const auto trouble = informer_->trouble();
    return trouble && trouble->code == ErrorCode::kUnauthorized;
  }));
  dir_.Write("token", "good");
  server_.Put("a", "Running");
  EXPECT_TRUE(Becomes("shop/a", "Running"));
  EXPECT_FALSE(informer_->trouble());
}

TEST_F(InformerHttpTest, ThousandsOfPodsComeInAndOneWatchFollowsThem) {
  for (int i = 0; i < 3000; ++i) {
    server_.Put("p" + std::to_string(i), "Pending");
  }
  options_.list.page = 500;
  Start();
  EXPECT_EQ(informer_->All().size(), 3000U);
  ASSERT_TRUE(WatchesBegun(1));
  for (int i = 0; i < 3000; ++i) {
    server_.Put("p" + std::to_string(i), "Running");
  }
  EXPECT_TRUE(Becomes("shop/p2999", "Running"));
  EXPECT_EQ(server_.lists(), 6);
}

}  // namespace
}  // namespace prewarm::kube
