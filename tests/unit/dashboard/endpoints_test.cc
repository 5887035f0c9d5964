// The page and its questions as a browser meets them.
#include "warmup-controller/dashboard/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/unit/controller_api/fakes.h"
#include "tests/unit/dashboard/outlooks.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kTimeline[] = "/api/v1/policies/shop/hours/timeline";

class DashboardTest : public testing::Test {
 protected:
  void Begin(std::optional<double> price = std::nullopt) {
    api_.Begin();
    AddDashboard({&api_.context, &data_, [this] { return stands_by_; }, price},
                 api_.inner.get());
  }
  void Publish() {
    api_.Publish();
    data_.record.See(*api_.board.Read());
    data_.outlooks.Set("shop/hours",
                       std::make_shared<const Outlook>(OutlookOf(
                           PlainPolicy({Daily("1111111", 540, 1080, 3)}))));
  }
  std::shared_ptr<FakeResponder> Timeline(
      std::multimap<std::string, std::string> query = {}) const {
    http::Request request = WholeApi::Request("GET", kTimeline);
    request.query = std::move(query);
    auto responder = std::make_shared<AnsweredResponder>();
    api_.inner->Dispatch(std::move(request), responder);
    EXPECT_TRUE(Comes([&] { return responder->answered.load(); }));
    return responder;
  }

  // Timelines come from another thread.
  struct AnsweredResponder : FakeResponder {
    void Send(http::Response sent) override {
      FakeResponder::Send(std::move(sent));
      answered = true;
    }
    std::atomic<bool> answered{false};
  };

  WholeApi api_;
  DashboardData data_;
  bool stands_by_ = false;
};

TEST_F(DashboardTest, PageLoadsOnlyItsOwnFilesAndRunsNoOthers) {
  Begin();
  const auto page = api_.Get("/");
  ASSERT_EQ(page->response.status, 200);
  EXPECT_THAT(page->header("Content-Security-Policy"),
              HasSubstr("default-src 'none'; script-src 'self'"));
  const std::string html = page->response.body;
  // Whatever it names is there; nothing is inline.
  const std::regex named("(?:href|src)=\"(dashboard/[^\"]*)\"");
  std::size_t files = 0;
  for (std::sregex_iterator it(html.begin(), html.end(), named), end; it != end;
       ++it, ++files) {
    const std::string file = (*it)[1].str();
    EXPECT_EQ(api_.Get("/" + file)->response.status, 200) << file;
  }
  EXPECT_EQ(files, 3U);
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, Not(HasSubstr("style=")));
  EXPECT_FALSE(std::regex_search(html, std::regex("<script(?! src)")));
  EXPECT_FALSE(std::regex_search(html, std::regex(" on[a-z]+=")));
}

TEST_F(DashboardTest, ScriptsPutDataIntoThePageAsText) {
  Begin();
  for (const char* name : {"main", "overview", "policy", "elements"}) {
    const auto script = api_.Get("/dashboard/" + std::string(name) + ".js");
    ASSERT_EQ(script->response.status, 200) << name;
    EXPECT_EQ(script->response.content_type, "text/javascript; charset=utf-8");
    for (const char* never :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
          "eval(", "http:", "https:", "method:"}) {
      EXPECT_THAT(script->response.body, Not(HasSubstr(never))) << name;
    }
  }
}

TEST_F(DashboardTest, IsNothingForVisitors) {
  Begin();
  Publish();
  for (const char* path :
       {"/", "/dashboard/main.js", "/api/v1/summary", kTimeline}) {
    EXPECT_EQ(WholeApi::Ask(*api_.outer, WholeApi::Request("GET", path))
                  ->response.status,
              404)
        << path;
  }
}

TEST_F(DashboardTest, OnlyReadsAreServed) {
  Begin();
  for (const char* path : {"/", "/api/v1/summary", kTimeline}) {
    EXPECT_EQ(WholeApi::Ask(*api_.inner, WholeApi::Request("POST", path))
                  ->response.status,
              405)
        << path;
  }
}

TEST_F(DashboardTest, TimelineIsOfThePolicy) {
  Begin(2.0);
  Publish();
  const auto json = Timeline()->json();
  EXPECT_EQ(json["at"], "2026-03-29T01:00:00Z");
  EXPECT_EQ(json["until"], "2026-03-31T01:00:00Z");
  EXPECT_EQ(json["plan"][0]["at"], "2026-03-29T08:59:00Z");
  EXPECT_EQ(json["savings"]["pricePerInstanceHour"], 2.0);
  EXPECT_THAT(json["plots"]["instances"].get<std::string>(), HasSubstr("<svg"));
  EXPECT_EQ(Timeline({{"hours", "3"}})->json()["from"], "2026-03-28T22:00:00Z");
}

TEST_F(DashboardTest, WrongOptionsOfATimelineAreNamed) {
  Begin();
  Publish();
  for (const char* hours : {"0", "49", "-1", "1.5", "", "x"}) {
    const auto refused = Timeline({{"hours", hours}});
    EXPECT_EQ(refused->response.status, 400) << hours;
    EXPECT_EQ(refused->json()["field"], "hours");
    EXPECT_THAT(refused->response.body, HasSubstr("from 1 to 48"));
  }
  EXPECT_THAT(Timeline({{"days", "1"}})->response.body,
              HasSubstr("known is: hours"));
}

TEST_F(DashboardTest, TimelineOfAnUnknownPolicyIs404AndOfANewOne503) {
  Begin();
  EXPECT_EQ(Timeline()->response.status, 503);
  api_.Publish();
  const auto early = Timeline();
  EXPECT_EQ(early->response.status, 503);
  EXPECT_EQ(early->header("Retry-After"), "1");
  const auto unknown = std::make_shared<AnsweredResponder>();
  api_.inner->Dispatch(
      WholeApi::Request("GET", "/api/v1/policies/shop/none/timeline"), unknown);
  ASSERT_TRUE(Comes([&] { return unknown->answered.load(); }));
  EXPECT_EQ(unknown->response.status, 404);
}

TEST_F(DashboardTest, SummarySaysWhoLeads) {
  Begin();
  Publish();
  const auto json = api_.Get("/api/v1/summary")->json();
  EXPECT_EQ(json["policies"], 1);
  EXPECT_EQ(json["standsBy"], false);
  EXPECT_EQ(json["savings"]["alwaysOn"], 3);
  EXPECT_TRUE(json["savings"]["savedCost"].is_null());
  stands_by_ = true;
  EXPECT_EQ(api_.Get("/api/v1/summary")->json()["standsBy"], true);
}

// With the dashboard's paths an operators' listener is whole. As a pattern's
// route is written.
TEST_F(DashboardTest, TheDescriptionNamesTheMethodsOfEveryPath) {
  Begin();
  const auto paths = api_.Get("/openapi.json")->json()["paths"];
  EXPECT_EQ(paths.size(), 11U);
  for (const auto& [path, operations] : paths.items()) {
    std::vector<std::string> methods;
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_TRUE(operation.contains("operationId")) << path;
      methods.push_back(method == "get" ? "GET" : "POST");
      if (method == "get") methods.emplace_back("HEAD");
    }
    methods.emplace_back("OPTIONS");
    EXPECT_EQ(api_.inner->Methods(path), methods) << path;
  }
}

}  // namespace
}  // namespace prewarm
