#include "warmup-controller/cloudrun/admin_client.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/unit/cloudrun/fakes.h"
#include "tests/unit/google/later_http.h"
#include "warmup-controller/cloudrun/api_error.h"

namespace prewarm::cloudrun {
namespace {

class AdminClientTest : public testing::Test {
 protected:
  FakeTokens tokens_;
  google::LaterHttp http_;
  std::vector<std::string> answered_;
  AdminClient client_{
      "https://run.example", &tokens_, &http_,
      [this](const std::string& verb, int status) {
        answered_.push_back(verb + " " + std::to_string(status));
      }};
};

TEST_F(AdminClientTest, ServiceIsAskedForByItsName) {
  std::optional<Result<ServiceSeen>> got;
  client_.Get(kServiceName,
              [&got](const Result<ServiceSeen>& seen) { got = seen; });
  EXPECT_EQ(http_.calls[0].url,
            std::string("https://run.example/v2/") + kServiceName);
  EXPECT_EQ(http_.calls[0].headers["Authorization"], "Bearer token");
  http_.Answer(200, R"({"name":"projects/p/locations/l/services/s"})");
  EXPECT_TRUE(got && got->ok());
  EXPECT_EQ(answered_, std::vector<std::string>{"get 200"});
}

TEST_F(AdminClientTest, PatchNamesWhatItChangesAndNothingElse) {
  ServicePatch patch;
  patch.name = kServiceName;
  patch.etag = "\"e\"";
  patch.min = 0;
  patch.annotations = std::map<std::string, std::string>{{"a", "b"}};
  std::optional<Result<OperationSeen>> got;
  client_.Patch(patch,
                [&got](const Result<OperationSeen>& seen) { got = seen; });
  EXPECT_EQ(http_.calls[0].method, "PATCH");
  EXPECT_EQ(http_.calls[0].url,
            std::string("https://run.example/v2/") + kServiceName +
                "?updateMask=scaling.minInstanceCount%2Cannotations");
  EXPECT_EQ(ReadJson(http_.calls[0].body).value(),
            Json({{"name", kServiceName},
                  {"etag", "\"e\""},
                  {"scaling", {{"minInstanceCount", 0}}},
                  {"annotations", {{"a", "b"}}}}));
  http_.Answer(200, R"({"name":"a/o"})");
  EXPECT_EQ(got->value().name, "a/o");
  client_.Poll("a/o", kServiceName,
               [&got](const Result<OperationSeen>& seen) { got = seen; });
  EXPECT_EQ(http_.calls[1].url, "https://run.example/v2/a/o");
  http_.Answer(200, R"({"name":"a/o","done":true})");
  EXPECT_TRUE(got->value().done);
}

TEST_F(AdminClientTest, ValidationHasNoOperationToFollow) {
  ServicePatch patch;
  patch.name = kServiceName;
  patch.min = 1;
  patch.validate_only = true;
  std::optional<Result<OperationSeen>> got;
  client_.Patch(patch,
                [&got](const Result<OperationSeen>& seen) { got = seen; });
  EXPECT_NE(http_.calls[0].url.find("&validateOnly=true"), std::string::npos);
  http_.Answer(200, "{}");
  EXPECT_TRUE(got->ok() && got->value().done);
}

TEST_F(AdminClientTest, TokenThatIsNotTakenIsReplacedOnce) {
  std::optional<Result<ServiceSeen>> got;
  client_.Get(kServiceName,
              [&got](const Result<ServiceSeen>& seen) { got = seen; });
  http_.Answer(401, "{}");
  EXPECT_EQ(tokens_.refused, std::vector<std::string>{" token"});
  ASSERT_EQ(http_.calls.size(), 2U);
  EXPECT_FALSE(got.has_value());
  http_.Answer(401, "{}");
  EXPECT_EQ(got->error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(http_.calls.size(), 2U);
}

TEST_F(AdminClientTest, ErrorsNameTheService) {
  std::optional<Result<ServiceSeen>> got;
  const auto take = [&got](const Result<ServiceSeen>& seen) { got = seen; };
  client_.Get(kServiceName, take);
  http_.Answer(MakeError(ErrorCode::kUnavailable, "nobody answers"));
  EXPECT_EQ(got->error().message,
            std::string(kServiceName) + ": nobody answers");
  tokens_.answer = MakeError(ErrorCode::kUnavailable, "no token");
  client_.Get(kServiceName, take);
  EXPECT_EQ(got->error().message, "no token");
  EXPECT_EQ(answered_, std::vector<std::string>{"get 0"});
}

}  // namespace
}  // namespace prewarm::cloudrun
