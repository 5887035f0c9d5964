#include "inference-server/download/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/download/fake_server.h"

namespace prewarm::download {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() {
    server_.content = "0123456789abcdef";
    request_.url = *ParseUrl("https://example.org/model?key=secret");
    events_.get = [this](const HttpRequest& request, const HttpSink& sink) {
      return server_.Get(request, sink);
    };
    events_.wait = [this](milliseconds time) { waits_.push_back(time); };
    events_.note = [this](const std::string& line) { notes_ += line + "\n"; };
  }

  // As one run of the program.
  Status Run() {
    auto file = PartialFile::Open(&env_, folder_.File("part"));
    if (!file.ok()) return file.error();
    return Download(request_, events_, &*file);
  }

  std::string Got() const { return TempDir::Read(folder_.File("part/data")); }

  FakeServer::Step Broken(std::size_t after) {
    FakeServer::Step step;
    step.break_after = after;
    return step;
  }
  FakeServer::Step Answer(int status) {
    FakeServer::Step step;
    step.status = status;
    return step;
  }
  FakeServer::Step Redirect(const std::string& to) {
    FakeServer::Step step = Answer(302);
    step.location = to;
    return step;
  }

  TempDir folder_;
  FaultEnv env_;
  FakeServer server_;
  DownloadRequest request_;
  DownloadEvents events_;
  std::vector<milliseconds> waits_;
  std::string notes_;
};

TEST_F(DownloadTest, AsksOnceWhenAllGoesWell) {
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Got(), server_.content);
  ASSERT_EQ(server_.requests.size(), 1U);
  EXPECT_EQ(server_.RangeOf(0), "");
  EXPECT_TRUE(waits_.empty());
  EXPECT_EQ(notes_, "");
}

TEST_F(DownloadTest, BrokenConnectionIsResumedWhereItBroke) {
  server_.steps = {Broken(5), Broken(3)};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Got(), server_.content);
  ASSERT_EQ(server_.requests.size(), 3U);
  EXPECT_EQ(server_.RangeOf(1), "5-");
  EXPECT_EQ(server_.RangeOf(2), "8-");
  EXPECT_EQ(server_.IfRangeOf(1), "\"v1\"");
  EXPECT_THAT(notes_, HasSubstr("connection reset; trying again in 1 s"));
}

TEST_F(DownloadTest, NextRunResumesWhatThisOneHadToGiveUp) {
  request_.retries = 0;
  server_.steps = {Broken(5)};
  const Status first = Run();
  ASSERT_FALSE(first.ok());
  EXPECT_THAT(
      first.error().message,
      AllOf(HasSubstr("https://example.org/model broke off"),
            HasSubstr("run the same command"), Not(HasSubstr("secret"))));
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(1), "5-");
  EXPECT_EQ(Got(), server_.content);
}

TEST_F(DownloadTest, DateServesWhereThereIsNoStrongTag) {
  server_.last_modified = "Wed, 01 Jan 2025 00:00:00 GMT";
  server_.etag = "";
  server_.steps = {Broken(5)};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.IfRangeOf(1), server_.last_modified);
  EXPECT_EQ(Got(), server_.content);
}

TEST_F(DownloadTest, WithoutAVersionItIsStartedOver) {
  for (const char* etag : {"", "W/\"weak\""}) {
    SCOPED_TRACE(etag);
    server_.requests.clear();
    server_.etag = etag;
    server_.steps = {Broken(5)};
    ASSERT_TRUE(Run().ok());
    EXPECT_EQ(server_.RangeOf(1), "");
    EXPECT_EQ(Got(), server_.content);
  }
}

TEST_F(DownloadTest, ServerThatIgnoresRangesStartsItOver) {
  server_.knows_ranges = false;
  server_.steps = {Broken(5)};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(1), "5-");
  EXPECT_EQ(Got(), server_.content);
  EXPECT_THAT(notes_, HasSubstr("does not resume"));
}

TEST_F(DownloadTest, ChangedFileIsStartedOver) {
  request_.retries = 0;
  server_.steps = {Broken(5)};
  ASSERT_FALSE(Run().ok());
  server_.content = "another file";
  server_.etag = "\"v2\"";
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Got(), "another file");
  EXPECT_THAT(notes_, HasSubstr("has changed"));
}

// A server that heeds Range but not If-Range.
TEST_F(DownloadTest, PartOfAnotherVersionIsNotJoinedOn) {
  server_.steps = {Broken(5), {}};
  server_.steps[1].headers = {{"etag", "\"v2\""}};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(2), "");
  EXPECT_EQ(Got(), server_.content);
}

TEST_F(DownloadTest, AnotherPartThanAskedForIsNotJoinedOn) {
  for (const char* range : {"bytes 4-15/16", "bytes x-15/16", "5-15/16", ""}) {
    SCOPED_TRACE(range);
    server_.requests.clear();
    server_.steps = {Broken(5), {}};
    server_.steps[1].headers = {{"content-range", range}};
    ASSERT_TRUE(env_.Remove(folder_.File("part")).ok());
    ASSERT_TRUE(Run().ok());
    EXPECT_EQ(server_.requests.size(), 3U);
    EXPECT_EQ(Got(), server_.content);
  }
}

TEST_F(DownloadTest, CompleteFileOfAnEarlierRunIsNotFetchedAgain) {
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(1), "16-");
  EXPECT_EQ(server_.requests.size(), 2U);
  EXPECT_EQ(Got(), server_.content);
  server_.content = "short";  // of the same tag
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Got(), "short");
}

TEST_F(DownloadTest, ReplyThatEndsTooEarlyIsResumed) {
  server_.content = "01234";
  server_.steps.resize(1);
  server_.steps[0].headers = {{"content-length", "10"}};
  events_.wait = [this](milliseconds) { server_.content = "0123456789"; };
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(1), "5-");
  EXPECT_EQ(Got(), "0123456789");
}

TEST_F(DownloadTest, PausesDoubleUpToHalfAMinute) {
  request_.retries = 7;
  for (int i = 0; i < 8; ++i) server_.steps.push_back(Answer(503));
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message,
              HasSubstr("can't fetch https://example.org/model: the server "
                        "answers 503"));
  EXPECT_THAT(waits_, ElementsAre(milliseconds(1000), milliseconds(2000),
                                  milliseconds(4000), milliseconds(8000),
                                  milliseconds(16000), milliseconds(30000),
                                  milliseconds(30000)));
  EXPECT_EQ(server_.requests.size(), 8U);
}

TEST_F(DownloadTest, NewBytesEarnNewRetries) {
  request_.retries = 2;
  for (int i = 0; i < 8; ++i) server_.steps.push_back(Broken(1));
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Got(), server_.content);
  EXPECT_EQ(waits_, std::vector<milliseconds>(8, milliseconds(1000)));
}

TEST_F(DownloadTest, StartingOverEarnsNoRetries) {
  request_.retries = 2;
  server_.knows_ranges = false;
  for (int i = 0; i < 8; ++i) server_.steps.push_back(Broken(5));
  EXPECT_FALSE(Run().ok());
  EXPECT_EQ(server_.requests.size(), 3U);
}

TEST_F(DownloadTest, RetryAfterOfTheServerCounts) {
  server_.steps = {Answer(429), Answer(503), Answer(503)};
  server_.steps[0].headers = {{"retry-after", "7"}};
  server_.steps[1].headers = {{"retry-after", "86400"}};
  server_.steps[2].headers = {{"retry-after", "Wed, 01 Jan 2025 00:00:00 GMT"}};
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(waits_, ElementsAre(milliseconds(7000), milliseconds(60000),
                                  milliseconds(4000)));
}

TEST_F(DownloadTest, StatusesThatStayAreNotRetried) {
  for (const int status : {400, 401, 403, 404, 410, 204, 304}) {
    server_.requests.clear();
    server_.steps = {Answer(status)};
    const Status done = Run();
    ASSERT_FALSE(done.ok()) << status;
    EXPECT_THAT(done.error().message, HasSubstr(std::to_string(status)));
    EXPECT_EQ(server_.requests.size(), 1U);
  }
}

TEST_F(DownloadTest, HostThatWasNeverReachedIsNotRetried) {
  server_.steps = {Broken(0), Broken(0)};
  server_.steps[0].status = 1;
  server_.steps[0].broken = MakeError(ErrorCode::kNotFound, "no such host");
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(server_.requests.size(), 1U);
}

TEST_F(DownloadTest, HostThatIsLostOnTheWayIsRetried) {
  server_.steps = {Broken(5), Broken(0), Broken(0)};
  for (const int lost : {1, 2}) {
    server_.steps[lost].status = 1;
    server_.steps[lost].broken =
        MakeError(ErrorCode::kNotFound, "no such host");
  }
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.RangeOf(3), "5-");
  EXPECT_EQ(Got(), server_.content);
}

TEST_F(DownloadTest, CertificateThatCanNotBeTrustedIsNotRetried) {
  server_.steps = {Broken(0)};
  server_.steps[0].status = 1;
  server_.steps[0].broken = MakeError(ErrorCode::kForbidden, "self-signed");
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("self-signed"));
  EXPECT_EQ(server_.requests.size(), 1U);
}

TEST_F(DownloadTest, RedirectsAreFollowedWithTheRange) {
  server_.steps = {Redirect("/elsewhere"), Broken(5),
                   Redirect("https://cdn.example.org/x")};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(server_.requests[1].url.text, "https://example.org/elsewhere");
  // From the front door again: links behind it expire.
  EXPECT_EQ(server_.requests[2].url.text, request_.url.text);
  EXPECT_EQ(server_.requests[3].url.text, "https://cdn.example.org/x");
  EXPECT_EQ(server_.RangeOf(3), "5-");
  EXPECT_EQ(Got(), server_.content);
}

TEST_F(DownloadTest, RedirectsNeverLeaveHttps) {
  for (const char* to : {"http://example.org/model", "file:///etc/passwd"}) {
    server_.requests.clear();
    server_.steps = {Redirect("https://b.org/"), Redirect(to)};
    const Status done = Run();
    ASSERT_FALSE(done.ok()) << to;
    EXPECT_EQ(done.error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(server_.requests.size(), 2U);
  }
  // From the start, too, once https was reached.
  request_.url = *ParseUrl("http://example.org/model");
  server_.requests.clear();
  server_.steps = {Redirect("https://b.org/"), Redirect("http://c.org/")};
  EXPECT_FALSE(Run().ok());
  EXPECT_EQ(server_.requests.size(), 2U);
}

TEST_F(DownloadTest, RedirectsEndAtTen) {
  for (int i = 0; i < 10; ++i) server_.steps.push_back(Redirect("/again"));
  EXPECT_TRUE(Run().ok());
  server_.requests.clear();
  for (int i = 0; i < 11; ++i) server_.steps.push_back(Redirect("/again"));
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("more than 10 times"));
  EXPECT_EQ(server_.requests.size(), 11U);
}

TEST_F(DownloadTest, TooLargeIsRefusedByItsLengthAndByItsBytes) {
  request_.max_bytes = 16;
  EXPECT_TRUE(Run().ok());
  request_.max_bytes = 15;
  for (const bool says : {true, false}) {
    server_.says_length = says;
    ASSERT_TRUE(env_.Remove(folder_.File("part")).ok());
    server_.bodies = 0;
    const Status done = Run();
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().code, ErrorCode::kTooLarge);
    EXPECT_THAT(done.error().message, HasSubstr("15 bytes"));
    EXPECT_EQ(server_.bodies, says ? 0 : 1);
    EXPECT_EQ(Got(), "");
  }
}

TEST_F(DownloadTest, TooLargeIsRefusedInTheRestOfItToo) {
  request_.retries = 0;
  server_.steps = {Broken(5)};
  ASSERT_FALSE(Run().ok());
  request_.max_bytes = 15;
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(Got(), "");
}

TEST_F(DownloadTest, EncodedBytesAreRefused) {
  server_.steps.resize(1);
  server_.steps[0].headers = {{"content-encoding", "gzip"}};
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().message, HasSubstr("gzip"));
}

TEST_F(DownloadTest, FullVolumeIsNamedAndNotRetried) {
  server_.content = std::string(1 << 20, 'x');
  events_.progress = [this](std::uint64_t, std::optional<std::uint64_t>) {
    env_.FailFrom(0, MakeError(ErrorCode::kResourceExhausted, "volume full"));
  };
  const Status done = Run();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kResourceExhausted);
  EXPECT_THAT(done.error().message, HasSubstr("volume full"));
  EXPECT_EQ(server_.requests.size(), 1U);
}

TEST_F(DownloadTest, ProgressCountsWhatWasThereBefore) {
  std::vector<std::uint64_t> have;
  server_.steps = {Broken(6)};
  events_.progress = [&](std::uint64_t bytes,
                         std::optional<std::uint64_t> all) {
    have.push_back(bytes);
    EXPECT_EQ(all, 16U);
  };
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(have, ElementsAre(0, 3, 6, 6, 11, 16));
}

}  // namespace
}  // namespace prewarm::download
