// Watchers that do not read, and watchers that leave.
#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

using testing::HasSubstr;

TEST_F(AbuseTest, WhoLeavesAStreamIsReportedThoughNothingIsWritten) {
  Start();
  std::vector<Client> watchers;
  for (int i = 0; i < 3; ++i) {
    watchers.push_back(Connect());
    watchers.back().Send(GetText("/events"));
    EXPECT_THAT(watchers.back().ReadUntil("\r\n\r\n"), HasSubstr("200"));
  }
  WaitForStreams(3);
  watchers[0].HangUp();
  WaitForLeftStreams(1);
  watchers[1].Reset();
  WaitForLeftStreams(2);
  watchers[2].EndSending();
  WaitForLeftStreams(3);
  for (const auto& stream : TakeStreams()) EXPECT_FALSE(stream->Write("x\n\n"));
}

TEST_F(AbuseTest, AStreamThatNobodyReadsIsCutOffBeforeItHoldsMuchMemory) {
  Start();
  Client stuck(port(), /*receive_buffer=*/2048);
  stuck.Send(GetText("/events"));
  WaitForStreams(1);
  Client reader = Connect();
  reader.Send(GetText("/events"));
  WaitForStreams(2);
  const auto streams = TakeStreams();
  const std::string frame = "data: " + std::string(1000, 'x') + "\n\n";
  std::size_t held = 0;
  while (streams[0]->Write(frame)) {
    held += frame.size();
    ASSERT_LT(held, std::size_t{1} << 20);
    ASSERT_TRUE(streams[1]->Write(frame));
    reader.ReadUntil("\n\n");
  }
  EXPECT_GT(held, std::size_t{64} << 10);
  EXPECT_TRUE(streams[1]->Write("data: still here\n\n"));
  EXPECT_THAT(reader.ReadUntil("still here\n\n"), HasSubstr("still here"));
  EXPECT_LT(stuck.ReadToEnd().size(), held);
}

TEST_F(AbuseTest, AClosedStreamDeliversItsLastFrame) {
  Start();
  Client watcher = Connect();
  watcher.Send(GetText("/events"));
  WaitForStreams(1);
  const auto stream = TakeStreams().at(0);
  EXPECT_TRUE(stream->Write("data: last\n\n"));
  stream->Close();
  EXPECT_FALSE(stream->Write("data: too late\n\n"));
  EXPECT_THAT(watcher.ReadToEnd(), testing::EndsWith("data: last\n\n"));
}

}  // namespace
}  // namespace prewarm::http
