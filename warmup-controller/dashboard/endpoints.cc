#include "warmup-controller/dashboard/endpoints.h"

#include <charconv>
#include <memory>
#include <utility>

#include "common/base/utf8.h"
#include "common/base/worker_pool.h"
#include "common/http/page.h"
#include "warmup-controller/api/reply.h"
#include "warmup-controller/dashboard/embedded_page.h"
#include "warmup-controller/dashboard/timeline_json.h"
#include "warmup-controller/plots/style.h"

namespace prewarm {
namespace {

using std::chrono::hours;

// Of one policy at a time, some milliseconds each: more of them are a program
// that went wild.
constexpr std::size_t kMostWaiting = 32;

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kCss[] = "text/css; charset=utf-8";
constexpr char kScript[] = "text/javascript; charset=utf-8";

Result<hours> ReachOf(const http::Request& request) {
  constexpr int kMost = static_cast<int>(kRecordedTime.count());
  int reach = kMost;
  for (const auto& [name, value] : request.query) {
    if (name != "hours") {
      return MakeError(
          ErrorCode::kInvalidArgument,
          "option " + Quoted(name) + " is unknown; known is: hours",
          Excerpt(name));
    }
    const char* const last = value.data() + value.size();
    const auto [end, error] = std::from_chars(value.data(), last, reach);
    if (error != std::errc() || end != last || reach < 1 || reach > kMost) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "hours=" + Quoted(value) +
                           ": expected a number from 1 to " +
                           std::to_string(kMost),
                       "hours");
    }
  }
  return hours(reach);
}

Error NotYet(const std::string& what) {
  Error error = MakeError(ErrorCode::kUnavailable, what + "; try again");
  error.retry_after_seconds = 1;
  return error;
}

// Answers for the page.
class DashboardDesk {
 public:
  explicit DashboardDesk(const DashboardParts& parts) : parts_(parts) {}

  void Timeline(const http::Request& request,
                const http::ResponderPtr& responder) {
    if (pool_.load().waiting >= kMostWaiting) {
      const Error busy = NotYet("as many timelines are asked for as may be");
      responder->Send(http::Problem(busy, request.request_id));
      return;
    }
    pool_.Post([this, request, responder] {
      auto json = TimelineText(request);
      responder->Send(json.ok()
                          ? JsonReply(std::move(json).value())
                          : http::Problem(json.error(), request.request_id));
    });
  }

  std::string Summary() const {
    const auto status = parts_.api->board->Read();
    prewarm::Summary summary = SummaryOf(
        *status, parts_.data->record.Accounts(), parts_.data->outlooks.All());
    summary.stands_by = parts_.stands_by && parts_.stands_by();
    return SummaryJson(summary, parts_.price);
  }

 private:
  Result<std::string> TimelineText(const http::Request& request) const {
    PREWARM_ASSIGN_OR_RETURN(const hours reach, ReachOf(request));
    PREWARM_ASSIGN_OR_RETURN(const auto policy, PolicyOf(*parts_.api, request));
    const std::string key = policy->namespace_name + "/" + policy->name;
    const auto outlook = parts_.data->outlooks.Find(key);
    const auto target = parts_.data->record.OfTarget(TargetKeyOf(*policy));
    if (!outlook || !target) {
      return NotYet("nothing was planned for this policy yet");
    }
    const prewarm::Timeline timeline = TimelineOf(
        *outlook, parts_.data->record.OfPolicy(key), *target,
        std::chrono::floor<std::chrono::seconds>(parts_.api->clock->WallNow()),
        reach);
    return TimelineJson(timeline, PlotsOf(timeline), parts_.price);
  }

  const DashboardParts parts_;
  WorkerPool pool_{1};
};

void ServeFile(const std::string& path, std::string_view type,
               std::string_view file, http::Router* router) {
  router->Add(
      "GET", path,
      [type, file](const http::Request&, const http::ResponderPtr& responder) {
        responder->Send(http::PageReply(type, file));
      });
}

}  // namespace

void AddDashboard(const DashboardParts& parts, http::Router* inner) {
  ServeFile("/", kHtml, EmbeddedDashboardFile("page/index.html"), inner);
  ServeFile("/dashboard/plots.css", kCss, PlotStyle(), inner);
  ServeFile("/dashboard/page.css", kCss, EmbeddedDashboardFile("page/page.css"),
            inner);
  for (const char* const name :
       {"main.js", "overview.js", "policy.js", "elements.js"}) {
    ServeFile("/dashboard/" + std::string(name), kScript,
              EmbeddedDashboardFile("page/" + std::string(name)), inner);
  }
  const auto desk = std::make_shared<DashboardDesk>(parts);
  inner->Add("GET", "/api/v1/summary",
             [desk](const http::Request&, const http::ResponderPtr& responder) {
               responder->Send(JsonReply(desk->Summary()));
             });
  inner->AddPattern("GET", "/api/v1/policies/{namespace}/{name}/timeline",
                    [desk](const http::Request& request,
                           const http::ResponderPtr& responder) {
                      desk->Timeline(request, responder);
                    });
}

}  // namespace prewarm
