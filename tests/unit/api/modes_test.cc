// mode=base and mode=fast over HTTP: who answers, who is refused, what a short
// memory does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "inference-server/imaging/decode.h"
#include "tests/support/eventually.h"
#include "tests/support/test_model.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kProcess[] = "/api/v2/process";
constexpr int kSide = 64;  // of the model that serves base

ServerConfig ConfigOf(const std::string& model, const std::string& fast) {
  ServerConfig config;
  config.model = model;
  config.fast_model = fast;
  return config;
}

// With an engine that cuts as each model's reference says, up to a size.
class Modes : public testing::Test {
 protected:
  explicit Modes(const ServerConfig& config = ConfigOf("isnet", kQuick))
      : server_(config) {
    server_.engine.on_plan = [this](const EngineOptions& options) -> Status {
      const bool quick = options.model == kQuick;
      server_.engine.input_side = quick ? kQuickSide : kSide;
      server_.engine.size_step = quick ? 0 : 32;
      return Ok{};
    };
    server_.engine.on_create = [this](const EngineOptions& options) -> Status {
      const bool quick = options.model == kQuick;
      server_.engine.on_infer = [this, quick](const Bitmap& rgb) {
        reserved_ = server_.context.queue->load().network_bytes;
        return Cut(quick, rgb);
      };
      return Ok{};
    };
  }

  Result<Plane> Cut(bool quick, const Bitmap& rgb) {
    if (rgb.width > (quick ? quick_holds_ : base_holds_)) {
      return MakeError(ErrorCode::kResourceExhausted, "no memory left");
    }
    if (quick && quick_breaks_) {
      return MakeError(ErrorCode::kInternal, "broken");
    }
    return quick ? InvertedMatte(rgb) : LuminanceMatte(rgb);
  }
  Reply Ask(const std::string& query) {
    return server_.Ask("POST", std::string(kProcess) + "?output=mask" + query,
                       DiscPng(128, 96));
  }
  // Base keeps the white disc, fast what is around it.
  static std::string WhoAnswered(const Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body.substr(0, 300);
    const auto picture = Decode(reply.body, {});
    EXPECT_TRUE(picture.ok());
    if (!picture.ok()) return "nobody";
    return picture->rgb.row(48)[std::ptrdiff_t{3} * 64] > 127 ? "base" : "fast";
  }
  void ExpectAnswer(const std::string& query, const std::string& mode) {
    const Reply reply = Ask(query);
    EXPECT_EQ(WhoAnswered(reply), mode) << query;
    EXPECT_EQ(reply.headers.at("x-prewarm-mode"), mode) << query;
    EXPECT_EQ(reply.headers.count("x-prewarm-degraded"), 0U) << query;
  }

  std::atomic<int> base_holds_{1 << 16}, quick_holds_{1 << 16};
  std::atomic<bool> quick_breaks_{false};
  std::atomic<std::size_t> reserved_{0};
  WholeServer server_;
};

class OnlyFast : public Modes {
 protected:
  OnlyFast() : Modes(ConfigOf(kQuick, "")) {}
};

class OnlyBase : public Modes {
 protected:
  OnlyBase() : Modes(ConfigOf("isnet", "")) {}
};

class NothingImported : public Modes {
 protected:
  NothingImported() : Modes(ConfigOf("later", "")) {}
};

TEST_F(Modes, EachIsAnsweredByItsModelColdAndWarmAndBaseIsTheDefault) {
  ExpectAnswer("&mode=fast", "fast");
  ExpectAnswer("&mode=base", "base");
  ExpectAnswer("&mode=fast", "fast");
  ExpectAnswer("", "base");
}

TEST_F(Modes, MemoryIsPredictedForTheModelThatAnswers) {
  server_.Warm();
  Ask("&mode=base");
  EXPECT_EQ(reserved_, server_.engine.bytes_per_pixel * kSide * kSide);
  // It is given back just after the reply.
  ASSERT_TRUE(Eventually(
      [this] { return server_.context.queue->load().network_bytes == 0; }));
  Ask("&mode=fast");
  EXPECT_EQ(reserved_,
            server_.engine.bytes_per_pixel * kQuickSide * kQuickSide);
}

TEST_F(Modes, OptionsAreCheckedAgainstTheModelThatAnswers) {
  server_.Warm();
  ExpectAnswer("&resize=dynamic", "base");
  EXPECT_EQ(Ask("&resize=dynamic&mode=fast").status, 400);
}

TEST_F(Modes, ReportTellsOfBothAndTheTopIsTheFirst) {
  const json report = json::parse(server_.Warm().body);
  EXPECT_EQ(report["mode"], "base");
  EXPECT_EQ(report["model"], "isnet");
  ASSERT_EQ(report["modes"].size(), 2U);
  EXPECT_EQ(report["modes"][0]["mode"], "base");
  EXPECT_EQ(report["modes"][1]["mode"], "fast");
  EXPECT_EQ(report["modes"][1]["model"], kQuick);
  EXPECT_NE(report["modes"][1]["digest"], report["digest"]);
  for (const json& each : report["modes"]) {
    EXPECT_EQ(each["verified"]["canary"], true);
    EXPECT_EQ(each["cached_state"], "miss");
    EXPECT_EQ(each["precision"], "fp32");
  }
  const json health = json::parse(server_.Ask("GET", "/health").body);
  EXPECT_EQ(health["modes"], json({{{"mode", "base"}, {"model", "isnet"}},
                                   {{"mode", "fast"}, {"model", kQuick}}}));
}

TEST_F(Modes, MetricsCountByTheModeThatAnswered) {
  server_.Warm();
  Ask("&mode=fast");
  Ask("");
  Ask("&mode=fast&format=bmp");  // refused before its mode is known
  EXPECT_THAT(
      server_.context.metrics->Text(),
      AllOf(HasSubstr("prewarm_requests_total{code=\"200\",mode=\"fast\"} 1"),
            HasSubstr("prewarm_requests_total{code=\"200\",mode=\"base\"} 1"),
            HasSubstr("prewarm_requests_total{code=\"400\",mode=\"base\"} 1"),
            HasSubstr("prewarm_store_state_total{outcome=\"miss\"} 2"),
            HasSubstr("phase=\"bind_fast\"")));
}

TEST_F(Modes, BaseWithoutMemoryIsAnsweredByFastAndSaysSo) {
  server_.Warm();
  base_holds_ = 0;
  for (const char* query : {"", "&mode=base", "&resize=dynamic"}) {
    const Reply reply = Ask(query);
    EXPECT_EQ(WhoAnswered(reply), "fast") << query;
    EXPECT_EQ(reply.headers.at("x-prewarm-degraded"), "mode") << query;
    EXPECT_EQ(reply.headers.at("x-prewarm-mode"), "fast") << query;
  }
  EXPECT_THAT(
      server_.context.metrics->Text(),
      HasSubstr("prewarm_requests_total{code=\"200\",mode=\"fast\"} 3"));
  ExpectAnswer("&mode=fast", "fast");  // no less than what was asked for
}

TEST_F(Modes, DynamicSizeIsGivenUpBeforeTheMode) {
  server_.Warm();
  base_holds_ = kSide;
  const Reply reply = Ask("&resize=dynamic");
  EXPECT_EQ(WhoAnswered(reply), "base");
  EXPECT_EQ(reply.headers.at("x-prewarm-degraded"), "resize");
}

TEST_F(Modes, NeitherHavingMemoryIsAskedToRetryAndStaysWarm) {
  server_.Warm();
  base_holds_ = quick_holds_ = 0;
  const Reply busy = Ask("");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.count("retry-after"), 1U);
  EXPECT_THAT(busy.body, HasSubstr("no memory left"));
  EXPECT_EQ(Ask("&mode=fast").status, 503);
  EXPECT_EQ(server_.Ask("GET", "/readyz").status, 200);
}

TEST_F(Modes, FastThatBreaksIsProvenAgainAndBaseIsNot) {
  server_.Warm();
  quick_breaks_ = true;
  EXPECT_EQ(Ask("&mode=fast").status, 500);
  quick_breaks_ = false;
  const json report = json::parse(server_.Warm().body);
  std::string phases;
  for (const json& each : report["phases"]) phases += each["name"].dump();
  EXPECT_THAT(phases, AllOf(HasSubstr("\"verify_fast\""),
                            Not(HasSubstr("\"verify\""))));
  ExpectAnswer("&mode=fast", "fast");
  ExpectAnswer("&mode=base", "base");
}

TEST_F(OnlyFast, IsTheModeOfTheReportAndTheDefaultAndBaseIsRefused) {
  // Cold, and warm.
  for (int i = 0; i < 2; ++i) {
    server_.volume()->Finish(std::chrono::seconds(60));
    const Reply refused = Ask("&mode=base");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("expected fast"));
    ExpectAnswer("", "fast");
    ExpectAnswer("&mode=fast", "fast");
  }
  const json report = json::parse(server_.Warm().body);
  EXPECT_EQ(report["mode"], "fast");
  EXPECT_EQ(report.count("modes"), 0U);
}

TEST_F(OnlyBase, RefusesFastAndSaysHowToHaveIt) {
  for (int i = 0; i < 2; ++i) {
    server_.volume()->Finish(std::chrono::seconds(60));
    const Reply refused = Ask("&mode=fast");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("--fast-model"));
    EXPECT_EQ(json::parse(refused.body)["field"], "mode");
    ExpectAnswer("&mode=base", "base");
  }
  const json report = json::parse(server_.Warm().body);
  EXPECT_EQ(report["mode"], "base");
  EXPECT_EQ(report.count("modes"), 0U);
}

// As long as no manifest says which mode it will be, either is taken in, and
// answered when that is known.
TEST_F(NothingImported, ModeThatTurnsOutNotToBeServedIsRefusedWhenItIsKnown) {
  server_.volume()->Finish(std::chrono::seconds(60));
  EXPECT_TRUE(
      json::parse(server_.Ask("GET", "/health").body)["modes"][0]["mode"]
          .is_null());
  PublishTestModel(server_.store(), kSide, "later");
  const Reply refused = Ask("&mode=fast");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("expected base"));
  ExpectAnswer("&mode=base", "base");
}

}  // namespace
}  // namespace prewarm
