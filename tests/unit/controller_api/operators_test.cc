// What only the inner listener serves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller_api/fakes.h"

namespace prewarm {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class OperatorsTest : public testing::Test {
 protected:
  OperatorsTest() { api_.Begin(); }
  std::shared_ptr<FakeResponder> List(
      std::multimap<std::string, std::string> query) const {
    http::Request request = WholeApi::Request("GET", "/api/v1/policies");
    request.query = std::move(query);
    return WholeApi::Ask(*api_.inner, std::move(request));
  }

  WholeApi api_;
};

TEST_F(OperatorsTest, AreServedNothingOfTheirsOnTheOuterListener) {
  api_.Publish();
  const auto outside = [this](const char* path) {
    return WholeApi::Ask(*api_.outer, WholeApi::Request("GET", path))
        ->response.status;
  };
  for (const char* path :
       {"/metrics", "/api/v1/policies", "/api/v1/policies/shop/hours"}) {
    EXPECT_EQ(api_.Get(path)->response.status, 200) << path;
    EXPECT_EQ(outside(path), 404) << path;
  }
  // A proxy in front of visitors wants to know, too.
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(outside(path), 200) << path;
  }
}

TEST_F(OperatorsTest, DescriptionHoldsWhatTheListenerServes) {
  const auto paths = [](const http::Router& router) {
    return WholeApi::Ask(router, WholeApi::Request("GET", "/openapi.json"))
        ->response.body;
  };
  EXPECT_THAT(paths(*api_.inner), HasSubstr("\"/api/v1/policies\""));
  const std::string outer = paths(*api_.outer);
  EXPECT_THAT(outer, HasSubstr("/intent\""));
  EXPECT_THAT(outer, HasSubstr("\"/healthz\""));
  EXPECT_THAT(outer, Not(HasSubstr("\"/api/v1/policies")));
  EXPECT_THAT(outer, Not(HasSubstr("\"/metrics\"")));
}

TEST_F(OperatorsTest, RefusedDeclarationsAreToldWithThePolicies) {
  api_.Publish();
  EXPECT_THAT(api_.Get("/api/v1/policies")->response.body,
              HasSubstr("\"refused\":null"));
  api_.board.SetRefused("a.yaml:1:1 kind: unknown");
  EXPECT_THAT(api_.Get("/api/v1/policies")->response.body,
              HasSubstr("\"refused\":\"a.yaml:1:1 kind: unknown\""));
}

TEST_F(OperatorsTest, ReadinessIsAStatusOfTheLastMinute) {
  EXPECT_EQ(api_.Get("/healthz")->response.status, 200);
  const auto early = api_.Get("/readyz");
  EXPECT_EQ(early->response.status, 503);
  EXPECT_THAT(early->response.body, HasSubstr("no status was published yet"));
  api_.Publish();
  api_.clock.now += seconds(60);
  EXPECT_EQ(api_.Get("/readyz")->response.status, 200);
  api_.clock.now += seconds(1);
  const auto late = api_.Get("/readyz");
  EXPECT_EQ(late->response.status, 503);
  EXPECT_THAT(late->response.body, HasSubstr("61 s old"));
  EXPECT_EQ(late->header("Retry-After"), "1");
  EXPECT_EQ(api_.Get("/healthz")->response.status, 200);
}

TEST_F(OperatorsTest, MetricsAreThoseOfTheController) {
  const auto reply = api_.Get("/metrics");
  EXPECT_EQ(reply->response.content_type,
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply->response.body, HasSubstr("prewarm_build_info"));
}

TEST_F(OperatorsTest, APolicyIsFoundByNamespaceAndName) {
  EXPECT_EQ(api_.Get("/api/v1/policies/shop/hours")->response.status, 503);
  api_.Publish();
  EXPECT_EQ(api_.Get("/api/v1/policies/shop/hours")->json()["name"], "hours");
  const auto none = api_.Get("/api/v1/policies/shop/nights");
  EXPECT_EQ(none->response.status, 404);
  EXPECT_THAT(none->response.body, Not(HasSubstr("hours")));
}

TEST_F(OperatorsTest, PoliciesComeInPages) {
  ControllerStatus status;
  for (const char* name : {"a", "b", "c"}) {
    AddPolicy(APolicy("shop", name), &status);
  }
  api_.board.Publish(std::make_shared<const ControllerStatus>(status));
  const auto first = List({{"limit", "2"}})->json();
  EXPECT_EQ(first["items"].size(), 2U);
  const auto second =
      List({{"limit", "2"}, {"continue", first["continue"]}})->json();
  ASSERT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(second["items"][0]["name"], "c");
  EXPECT_EQ(List({})->json()["items"].size(), 3U);
}

TEST_F(OperatorsTest, OptionsOfAListThatAreWrongAreNamed) {
  for (const char* limit : {"0", "1001", "-1", "x", "", "2 ", "1e2", "+1",
                            "99999999999999999999"}) {
    const auto reply = List({{"limit", limit}});
    EXPECT_EQ(reply->response.status, 400) << limit;
    EXPECT_EQ(reply->json()["field"], "limit") << limit;
    EXPECT_THAT(reply->json()["detail"].get<std::string>(),
                HasSubstr("from 1 to 1000"));
  }
  EXPECT_EQ(List({{"continue", "x"}})->json()["field"], "continue");
  EXPECT_EQ(List({{"page", "2"}})->json()["field"], "page");
  EXPECT_EQ(List({{"limit", "2"}, {"limit", "3"}})->response.status, 400);
}

TEST_F(OperatorsTest, TheDescriptionIsJsonOnBothListeners) {
  for (const auto& router : {api_.inner, api_.outer}) {
    const auto reply =
        WholeApi::Ask(*router, WholeApi::Request("GET", "/openapi.json"));
    EXPECT_EQ(reply->json()["openapi"], "3.1.0");
  }
}

}  // namespace
}  // namespace prewarm
