#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "common/access/access.h"
#include "common/base/sha256.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kResults[] = "/api/v2/results/";

ServerConfig ResultsConfigOf(ResultsMode mode) {
  ServerConfig config;
  config.results.mode = mode;
  config.results.secrets = {"a-secret-of-at-least-32-characters"};
  return config;
}

// A warm server that counts its inferences beyond those of the warm-up.
class ResultsServer {
 public:
  explicit ResultsServer(const ServerConfig& config) : server(config) {
    server.engine.on_infer = [this](const Bitmap& rgb) -> Result<Plane> {
      ++all_;
      return LuminanceMatte(rgb);
    };
    EXPECT_EQ(
        server.Ask("POST", "/warmup", "", "X-Prewarm-Admin-Token: admin\r\n")
            .status,
        200);
    all_ = 0;
  }
  int inferences() const { return all_; }
  Reply Upload(const std::string& query = "", const std::string& headers = "",
               int side = 64) const {
    return server.Ask("POST", "/api/v2/process" + query, DiscPng(side, side),
                      headers);
  }
  Reply Get(const std::string& path, const std::string& headers = "") const {
    return server.Ask("GET", path, "", headers);
  }
  std::string Metrics() const { return Get("/metrics").body; }

  WholeServer server;

 private:
  std::atomic<int> all_{0};
};

std::string Value(const Reply& reply, const std::string& name) {
  const auto it = reply.headers.find(name);
  return it == reply.headers.end() ? "" : it->second;
}

TEST(Results, ArePrivateUnlessTheOperatorSaysOtherwise) {
  const ResultsServer server(ServerConfig{});
  const Reply reply = server.Upload();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Value(reply, "cache-control"), "private, no-store");
  EXPECT_EQ(Value(reply, "content-location"), "");
  EXPECT_EQ(Value(reply, "x-prewarm-result"), "");
  const Reply asked = server.Upload("?share=true");
  EXPECT_EQ(asked.status, 400);
  EXPECT_THAT(asked.body, HasSubstr("--results"));
  const std::string key = std::string(16, 'a') + "-" + std::string(64, 'b');
  EXPECT_EQ(server.Get(kResults + key).status, 404);
  EXPECT_EQ(server.server.Ask("DELETE", kResults + key).status, 404);
  EXPECT_THAT(server.Metrics(), Not(HasSubstr("prewarm_result_cache")));
}

TEST(Results, OfASharedUploadAreHadAgainByItsContentLocation) {
  const ResultsServer server(ResultsConfigOf(ResultsMode::kAsked));
  const Reply upload = server.Upload("?share=true&output=mask");
  ASSERT_EQ(upload.status, 200) << upload.body;
  EXPECT_EQ(Value(upload, "x-prewarm-result"), "miss");
  // The reply to a POST itself is for nobody's cache.
  EXPECT_EQ(Value(upload, "cache-control"), "private, no-store");
  const std::string path = Value(upload, "content-location");
  ASSERT_THAT(path, StartsWith(kResults));

  const Reply got = server.Get(path);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, upload.body);
  EXPECT_EQ(Value(got, "content-type"), "image/png");
  EXPECT_EQ(Value(got, "cache-control"), "public, max-age=3600, immutable");
  EXPECT_EQ(Value(got, "etag"), "\"" + Sha256Hex(upload.body) + "\"");
  EXPECT_EQ(Value(got, "vary"), "");
  EXPECT_EQ(Value(got, "x-content-type-options"), "nosniff");
  EXPECT_THAT(Value(got, "last-modified"), HasSubstr(" GMT"));
  EXPECT_EQ(server.inferences(), 1);
}

TEST(Results, ASecondUploadOfTheSamePixelsNeedsNoInference) {
  const ResultsServer server(ResultsConfigOf(ResultsMode::kShared));
  const Reply first = server.Upload();
  const Reply again = server.Upload("?quality=40&max_wait=5");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(Value(again, "x-prewarm-result"), "hit");
  EXPECT_EQ(Value(again, "content-location"), Value(first, "content-location"));
  EXPECT_EQ(again.body, first.body);
  for (const char* name : {"x-prewarm-mode", "x-prewarm-empty-scene",
                           "content-type", "cache-control", "vary"}) {
    EXPECT_EQ(Value(again, name), Value(first, name)) << name;
  }
  EXPECT_THAT(Value(again, "server-timing"), HasSubstr("lookup;dur="));
  EXPECT_THAT(Value(again, "server-timing"), Not(HasSubstr("infer")));
  EXPECT_EQ(server.inferences(), 1);
  const std::string metrics = server.Metrics();
  for (const char* line :
       {"prewarm_result_cache_hits_total{request=\"process\"} 1",
        "prewarm_result_cache_misses_total{request=\"process\"} 1",
        "prewarm_result_cache_stores_total 1",
        "prewarm_result_cache_entries 1"}) {
    EXPECT_THAT(metrics, HasSubstr(line));
  }
}

TEST(Results, OfOtherOptionsAreOthers) {
  const ResultsServer server(ResultsConfigOf(ResultsMode::kShared));
  std::set<std::string> paths;
  for (const char* query :
       {"", "?output=mask", "?reverse=true", "?format=webp", "?output=white"}) {
    const Reply reply = server.Upload(query);
    EXPECT_EQ(Value(reply, "x-prewarm-result"), "miss") << query;
    paths.insert(Value(reply, "content-location"));
  }
  EXPECT_EQ(paths.size(), 5U);
  EXPECT_EQ(server.inferences(), 5);
}

TEST(Results, WithoutAWordAreSharedOnlyWhereTheServerSharesAll) {
  const ResultsServer asked(ResultsConfigOf(ResultsMode::kAsked));
  EXPECT_EQ(Value(asked.Upload(), "content-location"), "");
  const ResultsServer shared(ResultsConfigOf(ResultsMode::kShared));
  EXPECT_EQ(Value(shared.Upload("?share=false"), "content-location"), "");
  const Reply json = shared.Upload("", "Accept: application/json\r\n");
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(Value(json, "content-location"), "");
  EXPECT_FALSE(std::filesystem::exists(shared.server.results_folder()));
}

TEST(Results, OfTwoTenantsHaveNothingInCommon) {
  ServerConfig config = ResultsConfigOf(ResultsMode::kShared);
  config.access.api_key_hashes = {Sha256Hex("one"), Sha256Hex("two")};
  const ResultsServer server(config);
  const Reply one = server.Upload("", "X-Api-Key: one\r\n");
  const Reply two = server.Upload("", "Authorization: Bearer two\r\n");
  EXPECT_EQ(Value(two, "x-prewarm-result"), "miss");
  EXPECT_EQ(one.body, two.body);
  const std::string path = Value(one, "content-location");
  EXPECT_NE(path, Value(two, "content-location"));
  // Who knows the key needs no other.
  EXPECT_EQ(server.Get(path).status, 200);
  // The other tenant can neither remove it nor learn that it is there.
  EXPECT_EQ(server.server.Ask("DELETE", path, "", "X-Api-Key: two\r\n").status,
            404);
  EXPECT_EQ(server.server.Ask("DELETE", path, "", "X-Api-Key: no\r\n").status,
            401);
  EXPECT_EQ(server.Get(path).status, 200);
  EXPECT_EQ(server.server.Ask("DELETE", path, "", "X-Api-Key: one\r\n").status,
            204);
  EXPECT_EQ(server.Get(path).status, 404);
  EXPECT_EQ(server.Get(Value(two, "content-location")).status, 200);
}

TEST(Results, OfAnUploadTokenStayPrivate) {
  ServerConfig config = ResultsConfigOf(ResultsMode::kShared);
  config.access.upload_secret = "a-secret-of-enough-bytes";
  const ResultsServer server(config);
  const std::int64_t soon = std::chrono::duration_cast<std::chrono::seconds>(
                                Clock::System().WallNow().time_since_epoch())
                                .count() +
                            600;
  const std::string token =
      "X-Upload-Token: " + MakeUploadToken(config.access.upload_secret, soon) +
      "\r\n";
  const Reply reply = server.Upload("", token);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Value(reply, "content-location"), "");
  EXPECT_EQ(server.Upload("?share=true", token).status, 403);
}

TEST(Results, AreRevalidatedByTheirTag) {
  const ResultsServer server(ResultsConfigOf(ResultsMode::kShared));
  const std::string path = Value(server.Upload(), "content-location");
  const std::string tag = Value(server.Get(path), "etag");
  const Reply same = server.Get(path, "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(Value(same, "etag"), tag);
  EXPECT_THAT(Value(same, "cache-control"), StartsWith("public"));
  EXPECT_EQ(server.Get(path, "If-None-Match: \"x\"\r\n").status, 200);
  const Reply head = server.server.Ask("HEAD", path);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(Value(head, "etag"), tag);
}

TEST(Results, CopiesLiveNoLongerThanTheyDo) {
  ServerConfig config = ResultsConfigOf(ResultsMode::kShared);
  config.results.ttl_seconds = 1000;
  const ResultsServer server(config);
  const std::string path = Value(server.Upload(), "content-location");
  const std::string control = Value(server.Get(path), "cache-control");
  ASSERT_THAT(control, StartsWith("public, max-age="));
  const int age = std::stoi(control.substr(16));
  EXPECT_LE(age, 1000);
  EXPECT_GT(age, 900);
}

TEST(Results, KeysThatAreNoneAreRefusedAndUnknownOnesNotFound) {
  const ResultsServer server(ResultsConfigOf(ResultsMode::kShared));
  const Reply bad = server.Get(std::string(kResults) + "abc");
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("\"field\":\"key\""));
  const std::string key = std::string(16, 'a') + "-" + std::string(64, 'b');
  const Reply none = server.Get(kResults + key);
  EXPECT_EQ(none.status, 404);
  for (const Reply& reply : {bad, none}) {
    EXPECT_EQ(Value(reply, "content-type"), "application/problem+json");
    EXPECT_EQ(Value(reply, "cache-control"), "no-store");
  }
  EXPECT_EQ(server.Get(std::string(kResults) + "%2e%2e%2fstate").status, 404);
}

TEST(Results, AreServedWhileTheServerIsCold) {
  ServerConfig config = ResultsConfigOf(ResultsMode::kShared);
  std::string path;
  std::string file;
  std::string bytes;
  {
    const ResultsServer before(config);
    path = Value(before.Upload(), "content-location");
    file = path.substr(sizeof kResults - 1);
    file[16] = '/';
    std::ifstream in(before.server.results_folder() + "/" + file,
                     std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const WholeServer cold(config);
  const std::filesystem::path copy = cold.results_folder() + "/" + file;
  std::filesystem::create_directories(copy.parent_path());
  std::ofstream(copy, std::ios::binary) << bytes;
  EXPECT_EQ(cold.Ask("GET", path).status, 200);
  EXPECT_THAT(cold.Ask("GET", "/warmup").body, HasSubstr("\"cold\""));
}

TEST(Results, AreComputedWhereTheFolderFails) {
  ResultsServer server(ResultsConfigOf(ResultsMode::kShared));
  server.server.results_env.FailFrom(
      0, MakeError(ErrorCode::kResourceExhausted, "the volume is full"));
  const Reply reply = server.Upload();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Value(reply, "x-prewarm-result"), "unstored");
  EXPECT_EQ(Value(reply, "content-location"), "");
  const std::string key = std::string(16, 'a') + "-" + std::string(64, 'b');
  const Reply get = server.Get(kResults + key);
  EXPECT_EQ(get.status, 503);
  EXPECT_THAT(get.body, Not(HasSubstr("volume is full")));
  server.server.results_env.Heal();
  EXPECT_EQ(Value(server.Upload(), "x-prewarm-result"), "miss");
  const std::string metrics = server.Metrics();
  EXPECT_THAT(metrics,
              HasSubstr("prewarm_result_cache_errors_total{task=\"keep\"} 1"));
  EXPECT_THAT(metrics,
              HasSubstr("prewarm_result_cache_errors_total{task=\"read\"} 2"));
}

TEST(Results, LessThanWasAskedForIsNotKept) {
  WholeServer server(ResultsConfigOf(ResultsMode::kShared));
  std::atomic<bool> short_of_memory{true};
  server.engine.size_step = 32;
  server.engine.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    if (short_of_memory && rgb.width != server.engine.input_side) {
      return MakeError(ErrorCode::kResourceExhausted, "no memory");
    }
    return LuminanceMatte(rgb);
  };
  ASSERT_EQ(server.Warm().status, 200);
  const auto upload = [&] {
    return server.Ask("POST", "/api/v2/process?resize=dynamic",
                      DiscPng(128, 128));
  };
  const Reply less = upload();
  EXPECT_EQ(Value(less, "x-prewarm-degraded"), "resize");
  EXPECT_EQ(Value(less, "x-prewarm-result"), "unstored");
  EXPECT_EQ(Value(less, "content-location"), "");
  short_of_memory = false;
  const Reply all = upload();
  EXPECT_EQ(Value(all, "x-prewarm-result"), "miss");
  EXPECT_NE(Value(all, "content-location"), "");
}

TEST(Results, ArePurgedByAnOperatorAllOrOfATenant) {
  ServerConfig config = ResultsConfigOf(ResultsMode::kShared);
  config.access.api_key_hashes = {Sha256Hex("one"), Sha256Hex("two")};
  config.access.admin_tokens = {"admin"};
  const ResultsServer server(config);
  const auto upload = [&](const char* key) {
    return Value(server.Upload("", std::string("X-Api-Key: ") + key + "\r\n"),
                 "content-location");
  };
  const auto purge = [&](const std::string& query, const std::string& header) {
    return server.server.Ask("DELETE", "/api/v2/results" + query, "",
                             header + "\r\n");
  };
  const std::string admin = "X-Prewarm-Admin-Token: admin";
  std::string one = upload("one");
  std::string two = upload("two");
  EXPECT_EQ(purge("", "X-None: 1").status, 401);
  EXPECT_EQ(purge("?tenant=x", admin).status, 400);
  EXPECT_EQ(purge("?all=1", admin).status, 400);
  const std::string tag_of_two = two.substr(sizeof kResults - 1, 16);
  EXPECT_EQ(purge("?tenant=" + tag_of_two, "X-Api-Key: one").status, 403);

  const Reply own = purge("", "X-Api-Key: one");
  EXPECT_EQ(own.status, 200);
  EXPECT_EQ(own.body, "{\"removed\":1}\n");
  EXPECT_EQ(server.Get(one).status, 404);
  EXPECT_EQ(server.Get(two).status, 200);

  one = upload("one");
  EXPECT_EQ(purge("?tenant=" + tag_of_two, admin).body, "{\"removed\":1}\n");
  EXPECT_EQ(server.Get(one).status, 200);
  EXPECT_EQ(server.Get(two).status, 404);

  two = upload("two");
  EXPECT_EQ(purge("", "Authorization: Bearer admin").body, "{\"removed\":2}\n");
  EXPECT_EQ(server.Get(one).status, 404);
  EXPECT_EQ(server.Get(two).status, 404);
}

}  // namespace
}  // namespace prewarm
