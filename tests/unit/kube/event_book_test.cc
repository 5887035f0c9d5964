#include "warmup-controller/kube/event_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/eventually.h"
#include "tests/unit/kube/fake_api.h"
#include "tests/unit/kube/hand_clock.h"
#include "warmup-controller/kube/event_writer.h"

namespace prewarm::kube {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::MatchesRegex;
using testing::StartsWith;

EventNote NoteOf(const std::string& name, const std::string& message = "m") {
  return {{"prewarm.dev/v1alpha1", "PrewarmPolicy", "shop", name, "uid-1"},
          true,
          "FloorCapped",
          message};
}

class EventBookTest : public testing::Test {
 protected:
  std::optional<EventBook::Write> Note(const EventNote& note) {
    return book_.Note(note, clock_.Now(), clock_.WallNow());
  }
  static Json BodyOf(const EventBook::Write& write) {
    return *ReadJson(write.request.body);
  }

  HandClock clock_;
  EventBook book_{{3, 4, minutes(50)}, "controller-0"};
};

TEST_F(EventBookTest, FirstNoteIsCreatedInWhole) {
  const auto write = Note(NoteOf("hours"));
  ASSERT_TRUE(write);
  EXPECT_EQ(write->request.method, "POST");
  EXPECT_THAT(write->request.path,
              StartsWith("/api/v1/namespaces/shop/events"));
  EXPECT_EQ(write->request.priority, CallClass::kEvent);
  Json body = BodyOf(*write);
  EXPECT_THAT(TextAt(body, {"metadata", "name"}),
              MatchesRegex("hours\\.[0-9a-f]+-1"));
  body["metadata"].erase("name");
  EXPECT_EQ(body, *ReadJson(R"({
    "apiVersion": "v1", "kind": "Event", "metadata": {"namespace": "shop"},
    "involvedObject": {"apiVersion": "prewarm.dev/v1alpha1",
      "kind": "PrewarmPolicy", "namespace": "shop", "name": "hours",
      "uid": "uid-1"},
    "type": "Warning", "reason": "FloorCapped", "message": "m", "count": 1,
    "firstTimestamp": "2026-01-01T00:00:00Z",
    "lastTimestamp": "2026-01-01T00:00:00Z",
    "source": {"component": "prewarm"}, "reportingComponent": "prewarm",
    "reportingInstance": "controller-0"})"));
}

TEST_F(EventBookTest, SameNoteAgainIsCounted) {
  const auto first = Note(NoteOf("hours"));
  clock_.Pass(seconds(30));
  const auto second = Note(NoteOf("hours"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->request.method, "PATCH");
  EXPECT_THAT(second->request.path,
              StartsWith("/api/v1/namespaces/shop/events/" +
                         TextAt(BodyOf(*first), {"metadata", "name"})));
  EXPECT_EQ(second->request.body,
            R"({"count":2,"lastTimestamp":"2026-01-01T00:00:30Z"})");
}

TEST_F(EventBookTest, OtherObjectsReasonsMessagesAndTypesAreOtherEvents) {
  EventNote other = NoteOf("hours");
  ASSERT_TRUE(Note(other));
  other.reason = "Conflict";
  EXPECT_EQ(Note(other)->request.method, "POST");
  other.warning = false;
  EXPECT_EQ(Note(other)->request.method, "POST");
  EXPECT_EQ(Note(NoteOf("night"))->request.method, "POST");
}

TEST_F(EventBookTest, ObjectHasItsShareAndWhatIsOverItIsCountedLater) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Note(NoteOf("hours")));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Note(NoteOf("hours")));
  EXPECT_TRUE(Note(NoteOf("night")));  // another one's share
  clock_.Pass(seconds(20));
  const auto next = Note(NoteOf("hours"));
  ASSERT_TRUE(next);
  EXPECT_EQ(IntAt(BodyOf(*next), {"count"}, 0), 104);
  EXPECT_FALSE(Note(NoteOf("hours")));
}

TEST_F(EventBookTest, EventThatTheServerLostIsCreatedAgainWithItsCount) {
  ASSERT_TRUE(Note(NoteOf("hours")));
  const auto patch = Note(NoteOf("hours"));
  const auto again = book_.Lost(patch->id, clock_.WallNow());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->request.method, "POST");
  EXPECT_EQ(IntAt(BodyOf(*again), {"count"}, 0), 2);
  EXPECT_FALSE(book_.Lost("unknown", clock_.WallNow()));
}

TEST_F(EventBookTest, OldEventIsNotCountedOnButBegunAnew) {
  ASSERT_TRUE(Note(NoteOf("hours")));
  clock_.Pass(minutes(50));
  const auto next = Note(NoteOf("hours"));
  EXPECT_EQ(next->request.method, "POST");
  EXPECT_EQ(IntAt(BodyOf(*next), {"count"}, 0), 1);
}

TEST_F(EventBookTest, MemoryIsBoundedAndTheLeastRecentIsForgotten) {
  for (int i = 0; i < 100; ++i) Note(NoteOf("o" + std::to_string(i)));
  EXPECT_EQ(book_.events(), 4U);
  EXPECT_EQ(book_.objects(), 4U);
  EXPECT_EQ(Note(NoteOf("o99"))->request.method, "PATCH");
  EXPECT_EQ(Note(NoteOf("o0"))->request.method, "POST");
}

TEST_F(EventBookTest, LongTextsAndNamesAreCutBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) umlauts += "\xc3\xa4";
  EventNote note = NoteOf(std::string(253, 'n'), "x" + umlauts);
  note.reason = std::string(500, 'r');
  const Json body = BodyOf(*Note(note));
  EXPECT_EQ(TextAt(body, {"message"}).size(), 1023U);
  EXPECT_EQ(TextAt(body, {"reason"}).size(), 128U);
  EXPECT_LE(TextAt(body, {"metadata", "name"}).size(), 253U);
}

TEST_F(EventBookTest, EventsAboutTheClusterLieInDefault) {
  EventNote note = NoteOf("node-1");
  note.object.namespace_name = "";
  const auto write = Note(note);
  EXPECT_THAT(write->request.path,
              StartsWith("/api/v1/namespaces/default/events"));
  EXPECT_TRUE(At(BodyOf(*write), {"involvedObject", "namespace"}).is_null());
}

TEST(EventWriter, WritesInTheBackgroundAndCreatesAgainWhatIsGone) {
  const HandClock clock;
  FakeApi api;
  api.Answer(Json::object());
  api.Answer(MakeError(ErrorCode::kNotFound, "404"));
  api.Answer(Json::object());
  api.Answer(MakeError(ErrorCode::kForbidden, "403"));
  EventWriter writer(&api, {}, "controller-0", 100, clock);
  writer.Note(NoteOf("hours"));
  writer.Note(NoteOf("hours"));
  writer.Note(NoteOf("hours"));
  ASSERT_TRUE(Eventually([&] { return writer.failed() == 1; }));
  const auto calls = api.calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls[0].method, "POST");
  EXPECT_EQ(calls[1].method, "PATCH");
  EXPECT_EQ(calls[2].method, "POST");
  EXPECT_EQ(calls[3].method, "PATCH");
}

TEST(EventWriter, SlowServerMakesItDropTheOldestAndNobodyWait) {
  const HandClock clock;
  std::mutex gate;
  std::atomic<bool> asked{false};
  FakeApi api([&](const ApiRequest&) -> Result<Json> {
    asked = true;
    const std::lock_guard<std::mutex> wait(gate);
    return Json::object();
  });
  EventWriter writer(&api, {}, "controller-0", 5, clock);
  {
    const std::lock_guard<std::mutex> closed(gate);
    writer.Note(NoteOf("first"));
    ASSERT_TRUE(Eventually([&asked] { return asked.load(); }));
    for (int i = 0; i < 20; ++i) writer.Note(NoteOf(std::to_string(i)));
    EXPECT_EQ(writer.dropped(), 15U);
  }
  ASSERT_TRUE(Eventually([&] { return api.calls().size() == 6; }));
}

}  // namespace
}  // namespace prewarm::kube
