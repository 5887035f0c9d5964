// What a server, or someone in its place, sends: lines of a watch, pages of a
// list, refusals.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/http_client/line_splitter.h"
#include "warmup-controller/kube/api_error.h"
#include "warmup-controller/kube/discovery.h"
#include "warmup-controller/kube/lease.h"
#include "warmup-controller/kube/list_pages.h"
#include "warmup-controller/kube/watch_event.h"

using prewarm::Require;

namespace {

void ReadLine(std::string_view line) {
  const auto event = prewarm::kube::ReadWatchEvent(line);
  if (!event.ok()) {
    Require(!event.error().message.empty());
    Require(event.error().message.size() < 2000);
    return;
  }
  Require(!event->resource_version.empty());
  Require(event->kind == prewarm::kube::WatchEvent::Kind::kBookmark ||
          !prewarm::kube::KeyOf(event->object).empty());
  // Copied and written by recursion.
  const prewarm::kube::Json copy = event->object;
  Require(prewarm::kube::ReadJson(prewarm::kube::WriteJson(copy)).ok());
}

void ReadObject(const prewarm::kube::Json& json) {
  namespace kube = prewarm::kube;
  const kube::Json held =
      kube::HeldLease(json.is_object() ? json : kube::Json::object(), "us", 15,
                      prewarm::WallTime());
  Require(kube::ViewOf(held).holder == "us");
  kube::PageCursor cursor({{"", "v1", "pods"}, "", "", ""}, {});
  if (cursor.Took(json) == kube::PageCursor::Step::kDone) {
    Require(!cursor.resource_version().empty());
  }
  kube::VersionsOf(json, {"v1"});
  kube::ResourceOf(json, {"apps", "v1", "deployments"});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kMostLine = 4096;
  prewarm::LineSplitter splitter(kMostLine);
  const auto fed = splitter.Feed(text, [](std::string_view line) {
    Require(line.size() <= kMostLine);
    Require(line.find('\n') == std::string_view::npos);
    ReadLine(line);
    return true;
  });
  Require(!fed.ok() || *fed);
  const auto json = prewarm::kube::ReadJson(text);
  if (json.ok()) ReadObject(*json);
  const auto error = prewarm::kube::ErrorOfAnswer({503, {}, text}, "GET /x");
  Require(error.code == prewarm::ErrorCode::kUnavailable);
  Require(error.message.size() < 2000);
  Require(!error.retry_after_seconds || *error.retry_after_seconds <= 3600);
  return 0;
}
