#include "warmup-controller/kube/watch_event.h"

#include <gtest/gtest.h>

namespace prewarm::kube {
namespace {

using Kind = WatchEvent::Kind;

std::string Line(const std::string& type) {
  return R"({"type":")" + type +
         R"(","object":{"metadata":{"name":"a","namespace":"shop",)"
         R"("resourceVersion":"7"}}})";
}

TEST(WatchEvent, EachTypeIsKnown) {
  const std::pair<const char*, Kind> expected[] = {
      {"ADDED", Kind::kAdded},
      {"MODIFIED", Kind::kModified},
      {"DELETED", Kind::kDeleted},
      {"BOOKMARK", Kind::kBookmark}};
  for (const auto& [type, kind] : expected) {
    const auto event = ReadWatchEvent(Line(type));
    ASSERT_TRUE(event.ok()) << type;
    EXPECT_EQ(event->kind, kind);
    EXPECT_EQ(event->resource_version, "7");
    EXPECT_EQ(KeyOf(event->object), "shop/a");
  }
}

TEST(WatchEvent, BookmarkNeedsNoName) {
  EXPECT_TRUE(ReadWatchEvent(R"({"type":"BOOKMARK","object":{"metadata":)"
                             R"({"resourceVersion":"9"}}})")
                  .ok());
}

TEST(WatchEvent, ErrorEventIsTheErrorOfItsStatus) {
  const auto event = ReadWatchEvent(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,)"
      R"("reason":"Expired","message":"too old resource version"}})");
  EXPECT_EQ(event.error().code, ErrorCode::kGone);
  EXPECT_EQ(event.error().message,
            "watch: 410 Expired: too old resource version");
}

TEST(WatchEvent, LinesThatAreNoneAreErrors) {
  for (const char* line :
       {"", "x", "null", "[]", "{}", R"({"type":"ADDED"})",
        R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})",
        R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}})",
        R"({"type":"ADDED","object":{"metadata":{"resourceVersion":7}}})",
        R"({"type":7,"object":{}})",
        R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":7}}})"}) {
    const auto event = ReadWatchEvent(line);
    ASSERT_FALSE(event.ok()) << line;
    EXPECT_EQ(event.error().code, ErrorCode::kUnprocessable) << line;
  }
  EXPECT_EQ(ReadWatchEvent(Line("OTHER")).error().code,
            ErrorCode::kUnprocessable);
}

TEST(KeyOf, NamesWhatHasNoNamespaceAlone) {
  EXPECT_EQ(KeyOf({{"metadata", {{"name", "node-1"}}}}), "node-1");
}

}  // namespace
}  // namespace prewarm::kube
