#include "warmup-controller/warmer/read_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// As the inference server writes it.
constexpr char kReport[] =
    R"({"state":"ready","instance_id":"abc","model":"isnet","already_warm":true,
        "phases":[{"name":"load","start_ms":0,"duration_ms":40.5},
                  {"name":"first_inference","start_ms":41,"duration_ms":812.4}],
        "total_ms":900,
        "verified":{"canary":true,"max_abs_error":0.001}})";

HttpAnswer Answer(int status, const std::string& body) {
  return {status, {}, body};
}

std::string Replaced(std::string text, const std::string& from,
                     const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) ADD_FAILURE() << from;
  return text.replace(at, from.size(), to);
}

Error WhyNot(const HttpAnswer& answer, const std::string& id = "") {
  const auto proof = ReadReport(answer, id);
  if (proof.ok()) ADD_FAILURE() << answer.body;
  return proof.ok() ? Error{} : proof.error();
}

TEST(ReadReportTest, VerifiedReportOfThisInstanceIsTheProof) {
  const auto proof = ReadReport(Answer(200, kReport), "abc");
  ASSERT_TRUE(proof.ok()) << proof.error().message;
  EXPECT_EQ(proof->instance_id, "abc");
  EXPECT_TRUE(proof->already_warm);
  EXPECT_EQ(proof->inference, milliseconds(812));
  EXPECT_TRUE(ReadReport(Answer(200, kReport), "").ok());
}

TEST(ReadReportTest, A200WithoutAProofIsNotWarm) {
  const auto why = [](const std::string& from, const std::string& to) {
    return WhyNot(Answer(200, Replaced(kReport, from, to)), "abc").message;
  };
  EXPECT_THAT(why("\"canary\":true", "\"canary\":false"),
              HasSubstr("verified.canary is not true"));
  EXPECT_THAT(why("\"canary\":true", "\"canary\":\"true\""),
              HasSubstr("verified.canary"));
  EXPECT_THAT(why("\"verified\"", "\"unverified\""), HasSubstr("canary"));
  EXPECT_THAT(why("\"state\":\"ready\"", "\"state\":\"warming\""),
              HasSubstr("state is \"warming\""));
  EXPECT_THAT(why("\"instance_id\":\"abc\",", ""), HasSubstr("instance_id"));
  EXPECT_THAT(why("\"instance_id\":\"abc\"", "\"instance_id\":\"\""),
              HasSubstr("instance_id"));
  for (const char* body : {"", "OK", "[]", "null", "\"ready\"", "{"}) {
    EXPECT_THAT(WhyNot(Answer(200, body)).message, HasSubstr("JSON object"));
  }
  EXPECT_THAT(WhyNot(Answer(200, "{}")).message, HasSubstr("state is \"\""));
}

TEST(ReadReportTest, AnotherProcessProvesNothingOfThisOne) {
  EXPECT_THAT(WhyNot(Answer(200, kReport), "other").message,
              HasSubstr("expected \"other\": another process"));
}

TEST(ReadReportTest, EveryModeHasToBeVerified) {
  const auto with = [](const std::string& modes) {
    return Answer(200, Replaced(kReport, "\"total_ms\"",
                                "\"modes\":" + modes + ",\"total_ms\""));
  };
  EXPECT_TRUE(
      ReadReport(with(R"([{"mode":"base","verified":{"canary":true}}])"), "abc")
          .ok());
  EXPECT_THAT(WhyNot(with(R"([{"mode":"base","verified":{"canary":true}},
                              {"mode":"fast","verified":{"canary":false}}])"))
                  .message,
              HasSubstr("mode \"fast\""));
  EXPECT_THAT(WhyNot(with("7")).message, HasSubstr("modes is no list"));
}

TEST(ReadReportTest, RefusalsKeepTheirReason) {
  HttpAnswer busy = Answer(503, R"({"title":"Service Unavailable",
                                    "detail":"the model is failed\u0007"})");
  busy.headers["retry-after"] = "12";
  const Error error = WhyNot(busy);
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.message, "HTTP 503: the model is failed?");
  EXPECT_EQ(error.retry_after_seconds, 12);
  EXPECT_EQ(WhyNot(Answer(401, "")).code, ErrorCode::kUnauthorized);
  EXPECT_EQ(WhyNot(Answer(403, "<html>")).code, ErrorCode::kForbidden);
  EXPECT_EQ(WhyNot(Answer(404, kReport)).code, ErrorCode::kUnprocessable);
  EXPECT_EQ(WhyNot(Answer(204, "")).code, ErrorCode::kUnprocessable);
  busy.headers["retry-after"] = "Wed, 21 Oct";
  EXPECT_EQ(WhyNot(busy).retry_after_seconds, std::nullopt);
  EXPECT_LT(
      WhyNot(Answer(500, "{\"detail\":\"" + std::string(5000, 'x') + "\"}"))
          .message.size(),
      300U);
}

TEST(ReadHealthTest, SaysWhatTheServerSays) {
  const InstanceHealth health = ReadHealth(
      Answer(200, R"({"state":"warming","instance_id":"abc","ready":false,
               "progress":0.5,"eta_ms":1200.4,"queue":{"accepted":3}})"));
  EXPECT_EQ(health.state, "warming");
  EXPECT_EQ(health.instance_id, "abc");
  EXPECT_FALSE(health.ready);
  EXPECT_EQ(health.in_flight, 3);
  EXPECT_EQ(health.eta, milliseconds(1200));
  EXPECT_EQ(health.progress, 0.5);
}

TEST(ReadHealthTest, WhoSaysNothingOfUseIsThereAllTheSame) {
  for (const char* body :
       {"", "OK", "[1]", R"({"state":7,"ready":"yes","queue":[]})",
        R"({"eta_ms":-1,"progress":9,"queue":{"accepted":1e30}})",
        R"({"eta_ms":null,"queue":{"accepted":-4}})"}) {
    const InstanceHealth health = ReadHealth(Answer(200, body));
    EXPECT_EQ(health.state, "");
    EXPECT_FALSE(health.ready);
    EXPECT_EQ(health.in_flight, 0);
    EXPECT_FALSE(health.eta.has_value());
    EXPECT_FALSE(health.progress.has_value());
  }
  EXPECT_FALSE(ReadHealth(Answer(503, R"({"ready":true})")).ready);
}

TEST(ReadHealthTest, DeepNestingIsNoDanger) {
  const std::string deep(200'000, '[');
  EXPECT_EQ(ReadHealth(Answer(200, deep)).state, "");
  EXPECT_FALSE(ReadReport(Answer(200, deep), "").ok());
}

}  // namespace
}  // namespace prewarm
