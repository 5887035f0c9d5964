// POST /warmup and GET /warmup, state by state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>

#include "tests/unit/api/process_limits.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const char kAccept[] = "Accept: text/event-stream\r\n";

TEST(Warmup, TheReportTellsWhatWasDone) {
  WholeServer server;
  const Reply reply = server.Warm();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/json");
  EXPECT_EQ(reply.headers.at("cache-control"), "no-store");
  const json report = json::parse(reply.body);
  EXPECT_EQ(report["state"], "ready");
  EXPECT_EQ(report["instance_id"], "test");
  EXPECT_EQ(report["already_warm"], false);
  EXPECT_EQ(report["cached_state"], "miss");
  EXPECT_EQ(report["verified"]["canary"], true);
  EXPECT_GE(report["phases"].size(), 5U);
  for (const json& phase : report["phases"]) {
    EXPECT_LE(
        phase["start_ms"].get<double>() + phase["duration_ms"].get<double>(),
        report["total_ms"].get<double>());
  }
}

TEST(Warmup, AWarmServerAnswersAtOnceAndSaysSo) {
  WholeServer server;
  json first = json::parse(server.Warm().body);
  const json second = json::parse(server.Warm().body);
  EXPECT_EQ(second["already_warm"], true);
  first["already_warm"] = true;
  EXPECT_EQ(second, first);
}

TEST(Warmup, AFailureIsAProblemWithItsReasonAndTheNextAttemptStartsAnew) {
  std::atomic<bool> broken{true};
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    if (!broken) return Ok{};
    return MakeError(ErrorCode::kInternal, "as the test wants it");
  };
  const Reply failed = server.Ask("POST", "/warmup");
  EXPECT_EQ(failed.status, 503);
  EXPECT_EQ(failed.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(failed.headers.count("retry-after"), 1U);
  EXPECT_THAT(json::parse(failed.body)["detail"].get<std::string>(),
              HasSubstr("as the test wants it"));
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"], "failed");
  broken = false;
  const json report = json::parse(server.Warm().body);
  EXPECT_EQ(report["state"], "ready");
  EXPECT_EQ(report["already_warm"], false);
}

TEST(Warmup, TimeoutIsA504AndTheWarmUpGoesOn) {
  std::promise<void> may_create;  // outlives the thread that waits
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    may_create.get_future().wait();
    return Ok{};
  };
  const Reply late = server.Ask("POST", "/warmup?timeout=0.05s");
  EXPECT_EQ(late.status, 504);
  EXPECT_EQ(late.headers.at("content-type"), "application/problem+json");
  EXPECT_EQ(json::parse(late.body)["field"], "timeout");
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"], "warming");
  may_create.set_value();
  EXPECT_TRUE(Comes([&] {
    return json::parse(server.Ask("GET", "/warmup").body)["state"] == "ready";
  }));
  EXPECT_EQ(server.Ask("POST", "/warmup?timeout=0.000001").status, 200);
}

TEST(Warmup, ADrainingServerRefusesAndEndsItsStreams) {
  WholeServer server;
  server.context.warm_up->MarkDraining();
  EXPECT_EQ(server.Ask("POST", "/warmup").status, 503);
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"],
            "draining");
  // Ask reads to the end, and there is one.
  const Reply stream = server.Ask("GET", "/warmup", "", kAccept);
  EXPECT_THAT(stream.body, HasSubstr("event: progress"));
  EXPECT_THAT(stream.body, HasSubstr("\"draining\""));
}

TEST(Warmup, JoinersAreAnsweredWhenTheServerDrains) {
  std::promise<void> creating, may_create;  // outlive the thread that waits
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    creating.set_value();
    may_create.get_future().wait();
    return Ok{};
  };
  auto joined = std::async(std::launch::async, [&] { return server.Warm(); });
  creating.get_future().wait();
  server.context.warm_up->MarkDraining();
  EXPECT_EQ(joined.get().status, 503);
  may_create.set_value();
}

TEST(Warmup, OptionsThatMakeNoSenseAreRefusedAndStartNothing) {
  WholeServer server;
  for (const char* query :
       {"timeout=never", "timeout=", "timeout=s", "timeout=0", "timeout=-1",
        "timeout=nan", "timeout=inf", "timeout=3601", "timeout=1m",
        "timeout=1&timeout=2", "wait=1"}) {
    const Reply reply = server.Ask("POST", std::string("/warmup?") + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(reply.headers.at("content-type"), "application/problem+json");
  }
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"], "cold");
}

TEST(Warmup, WithATokenOnlyItsOwnersMayStartAndAnybodyMayAsk) {
  ServerConfig config;
  config.access.admin_tokens = {"the-first-admin-token", "the-other-token"};
  WholeServer server(config);
  EXPECT_EQ(server.Ask("POST", "/warmup").status, 401);
  EXPECT_EQ(server
                .Ask("POST", "/warmup", "",
                     "X-Prewarm-Admin-Token: the-first-admin-tokem\r\n")
                .status,
            401);
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"], "cold");
  EXPECT_EQ(server
                .Ask("POST", "/warmup", "",
                     "X-Prewarm-Admin-Token: the-other-token\r\n")
                .status,
            200);
}

TEST(Warmup, HeadAndOptionsStartNothing) {
  WholeServer server;
  const Reply head = server.Ask("HEAD", "/warmup");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "application/json");
  EXPECT_EQ(head.body, "");
  const Reply stream = server.Ask("HEAD", "/warmup", "", kAccept);
  EXPECT_EQ(stream.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(stream.body, "");
  const Reply options = server.Ask("OPTIONS", "/warmup");
  EXPECT_EQ(options.status, 204);
  EXPECT_THAT(options.headers.at("allow"), HasSubstr("POST"));
  EXPECT_EQ(json::parse(server.Ask("GET", "/warmup").body)["state"], "cold");
}

}  // namespace
}  // namespace prewarm
