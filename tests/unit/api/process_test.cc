#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "inference-server/imaging/decode.h"
#include "inference-server/imaging/encode.h"
#include "tests/unit/api/whole_server.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

constexpr char kProcessPath[] = "/api/v2/process";

Bitmap Pixels(const Reply& reply) {
  EXPECT_EQ(reply.status, 200) << reply.body.substr(0, 300);
  const auto decoded = Decode(reply.body, {});
  EXPECT_TRUE(decoded.ok());
  return decoded.ok() ? decoded->rgb : MakeBitmap(1, 1, 3);
}

std::vector<int> At(const Bitmap& bitmap, int x, int y) {
  const std::uint8_t* p = bitmap.row(y) + std::ptrdiff_t{3} * x;
  return {p[0], p[1], p[2]};
}

class ProcessTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new WholeServer;
    EXPECT_EQ(server_->Warm().status, 200);
  }
  static void TearDownTestSuite() { delete server_; }

  static Reply Cut(const std::string& query) {
    return server_->Ask("POST", kProcessPath + query, DiscPng(96, 64));
  }
  // In the ground's corner, and in the subject's middle.
  static void Expect(const std::string& query, const std::vector<int>& corner,
                     const std::vector<int>& middle) {
    const Bitmap pixels = Pixels(Cut(query));
    EXPECT_EQ(pixels.width, 96) << query;
    EXPECT_EQ(At(pixels, 1, 1), corner) << query;
    EXPECT_EQ(At(pixels, 48, 32), middle) << query;
  }

  static WholeServer* server_;
};

WholeServer* ProcessTest::server_ = nullptr;

TEST_F(ProcessTest, EachOutputIsWhatItsNameSays) {
  Expect("?output=mask", {0, 0, 0}, {255, 255, 255});
  Expect("?output=mask&reverse=true", {255, 255, 255}, {0, 0, 0});
  Expect("?output=mask&threshold=0.5", {0, 0, 0}, {255, 255, 255});
  Expect("?output=white", {255, 255, 255}, {255, 255, 255});
  Expect("?output=green", {120, 255, 155}, {255, 255, 255});
  Expect("?output=%23102030", {16, 32, 48}, {255, 255, 255});
}

TEST_F(ProcessTest, RgbaIsClearWhereTheGroundWas) {
  const auto decoded = Decode(Cut("").body, {});
  ASSERT_TRUE(decoded.ok() && decoded->alpha.has_value());
  EXPECT_EQ(decoded->alpha->row(1)[1], 0);
  EXPECT_EQ(decoded->alpha->row(32)[48], 255);
}

TEST_F(ProcessTest, BlurAndOverlayKeepTheSize) {
  for (const char* output : {"?output=blur", "?output=overlay"}) {
    EXPECT_EQ(Pixels(Cut(output)).height, 64) << output;
  }
}

TEST_F(ProcessTest, CropKeepsTheSubjectOnly) {
  const Bitmap whole = Pixels(Cut("?output=mask"));
  const Bitmap part = Pixels(Cut("?output=mask&crop=true"));
  EXPECT_LT(part.width, whole.width);
  EXPECT_LT(part.height, whole.height);
  EXPECT_EQ(At(part, part.width / 2, part.height / 2),
            (std::vector<int>{255, 255, 255}));
}

TEST_F(ProcessTest, TimingNamesEveryStageOnceAndTheTotal) {
  const std::string timing = Cut("").headers["server-timing"];
  for (const char* stage : {"queue", "decode", "preprocess", "infer",
                            "postprocess", "encode", "total"}) {
    const std::size_t at = timing.find(std::string(stage) + ";dur=");
    EXPECT_NE(at, std::string::npos) << stage;
    EXPECT_EQ(timing.find(std::string(stage) + ";dur=", at + 1),
              std::string::npos);
  }
}

TEST_F(ProcessTest, SameKeyReplaysAndAnotherBodyIsRefused) {
  const std::string key = "Idempotency-Key: one\r\n";
  const auto ask = [&](const std::string& body) {
    return server_->Ask("POST", kProcessPath, body, key);
  };
  const Reply first = ask(DiscPng(32, 32));
  const Reply again = ask(DiscPng(32, 32));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(again.headers.at("server-timing"),
            first.headers.at("server-timing"));
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(ask(DiscPng(48, 48)).status, 422);
}

TEST_F(ProcessTest, EmptySceneIsToldInHeaderAndJson) {
  const std::string json = "Accept: application/json\r\n";
  const auto ask = [&](const std::string& png) {
    return server_->Ask("POST", kProcessPath, png, json);
  };
  const Reply full = ask(DiscPng(96, 64));
  EXPECT_EQ(full.headers.at("content-type"), "application/json");
  EXPECT_EQ(full.headers.at("x-prewarm-empty-scene"), "false");
  EXPECT_THAT(full.body, HasSubstr("\"empty_scene\":false,\"coverage\":0."));
  EXPECT_THAT(full.body, HasSubstr("\"box\":{\"x\":"));
  const Reply empty = ask(*Encode(MakeBitmap(20, 10, 3), {}));
  EXPECT_EQ(empty.headers.at("x-prewarm-empty-scene"), "true");
  EXPECT_THAT(empty.body,
              HasSubstr("{\"empty_scene\":true,\"coverage\":0,\"box\":null,"
                        "\"width\":20,\"height\":10,"));
}

TEST(WholeServer, ColdServerQueuesAndServesOnceWarm) {
  WholeServer server;
  const Reply reply = server.Ask("POST", kProcessPath, DiscPng(32, 32));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("x-prewarm-state"), "cold");
}

// A ramp over two pixels: corners not aligned, its ends are flat.
TEST(WholeServer, MatteIsStretchedAsTheEngineWantsIt) {
  for (const bool align : {false, true}) {
    WholeServer server;
    std::atomic<bool> warm = false;
    server.engine.align_corners = align;
    server.engine.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
      if (!warm) return LuminanceMatte(rgb);
      return Plane{2, 2, {0.0F, 1.0F, 0.0F, 1.0F}};
    };
    EXPECT_EQ(server.Warm().status, 200);
    warm = true;
    const Bitmap mask = Pixels(server.Ask(
        "POST", std::string(kProcessPath) + "?output=mask", DiscPng(8, 8)));
    EXPECT_EQ(At(mask, 0, 4)[0], 0);
    EXPECT_EQ(At(mask, 7, 4)[0], 255);
    EXPECT_EQ(At(mask, 1, 4)[0], align ? 36 : 0);
  }
}

// Fails where a picture of that size is more than memory holds.
Result<Plane> UpTo(int side, const Bitmap& rgb) {
  if (rgb.width > side || rgb.height > side) {
    return MakeError(ErrorCode::kResourceExhausted, "no memory left");
  }
  return LuminanceMatte(rgb);
}

TEST(WholeServer, DynamicResizeKeepsThePicturesProportions) {
  WholeServer server;
  server.engine.size_step = 32;
  std::atomic<int> width = 0, height = 0;
  std::atomic<std::size_t> reserved = 0;
  server.engine.on_infer = [&](const Bitmap& rgb) -> Result<Plane> {
    width = rgb.width;
    height = rgb.height;
    reserved = server.context.queue->load().network_bytes;
    return LuminanceMatte(rgb);
  };
  EXPECT_EQ(server.Warm().status, 200);
  const std::string target = std::string(kProcessPath) + "?output=mask&resize=";
  const Reply dynamic =
      server.Ask("POST", target + "dynamic", DiscPng(192, 128));
  EXPECT_EQ(dynamic.status, 200) << dynamic.body.substr(0, 300);
  EXPECT_EQ(width, 192);
  EXPECT_EQ(height, 128);
  EXPECT_EQ(reserved, server.engine.bytes_per_pixel * 192 * 128);
  EXPECT_EQ(dynamic.headers.count("x-prewarm-degraded"), 0U);
  EXPECT_EQ(server.Ask("POST", target + "static", DiscPng(192, 128)).status,
            200);
  EXPECT_EQ(width, 64);
  EXPECT_EQ(height, 64);
}

TEST(WholeServer, DynamicResizeOfANetworkWithOneSizeIsRefused) {
  WholeServer server;
  const std::string target = std::string(kProcessPath) + "?resize=dynamic";
  // Cold as well as warm: before there is an engine nobody can tell.
  for (int i = 0; i < 2; ++i) {
    const Reply refused = server.Ask("POST", target, DiscPng(96, 64));
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("send resize=static"));
  }
}

TEST(WholeServer, TooLittleMemoryForADynamicSizeGivesTheStaticOnesMatte) {
  WholeServer server;
  server.engine.size_step = 32;
  server.engine.on_infer = [](const Bitmap& rgb) { return UpTo(64, rgb); };
  EXPECT_EQ(server.Warm().status, 200);
  const Reply reply = server.Ask(
      "POST", std::string(kProcessPath) + "?output=mask&resize=dynamic",
      DiscPng(192, 128));
  EXPECT_EQ(reply.headers.at("x-prewarm-degraded"), "resize");
  EXPECT_EQ(Pixels(reply).width, 192);
}

TEST(WholeServer, EngineWithoutMemoryIsAskedToRetryAndStaysWarm) {
  WholeServer server;
  std::atomic<int> side = 64;
  server.engine.on_infer = [&](const Bitmap& rgb) { return UpTo(side, rgb); };
  EXPECT_EQ(server.Warm().status, 200);
  side = 0;
  const Reply busy = server.Ask("POST", kProcessPath, DiscPng(96, 64));
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.count("retry-after"), 1U);
  EXPECT_THAT(busy.body, HasSubstr("no memory left"));
  side = 64;
  const Reply served = server.Ask("POST", kProcessPath, DiscPng(96, 64));
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.headers.at("x-prewarm-state"), "ready");
}

TEST(WholeServer, SizeWhoseNetworkIsOverTheBudgetIsRefusedColdAndWarm) {
  ServerConfig config;
  config.memory_budget_mib = 64;
  WholeServer server(config);
  server.engine.size_step = 32;
  server.engine.bytes_per_pixel = 4096;
  const std::string target = std::string(kProcessPath) + "?resize=";
  for (int i = 0; i < 2; ++i) {
    const Reply refused =
        server.Ask("POST", target + "dynamic", DiscPng(160, 128));
    EXPECT_EQ(refused.status, 413);
    EXPECT_THAT(refused.body, HasSubstr("resize=static"));
  }
  EXPECT_EQ(server.Ask("POST", target + "static", DiscPng(160, 128)).status,
            200);
}

TEST(WholeServer, FailedWarmUpTellsThoseWhoWaitAndTheNextOneRetries) {
  std::atomic<bool> broken{true};
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    if (broken) return MakeError(ErrorCode::kCorrupt, "damaged weights");
    return Ok{};
  };
  const Reply reply = server.Ask("POST", kProcessPath, DiscPng(32, 32));
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.body, HasSubstr("damaged weights"));
  EXPECT_TRUE(reply.headers.count("retry-after"));
  EXPECT_EQ(server.Ask("GET", "/readyz").status, 503);
  EXPECT_EQ(server.Ask("GET", "/livez").status, 200);
  broken = false;
  EXPECT_EQ(server.Ask("POST", kProcessPath, DiscPng(32, 32)).status, 200);
}

TEST(WholeServer, AcceptedBeforeTheDrainIsServedEvenIfStillCold) {
  std::promise<void> loading, go_on;  // outlive the thread that waits
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    loading.set_value();
    go_on.get_future().wait();
    return Ok{};
  };
  auto reply = std::async(std::launch::async, [&] {
    return server.Ask("POST", kProcessPath, DiscPng(32, 32));
  });
  loading.get_future().wait();
  while (server.context.queue->waiting() == 0) std::this_thread::yield();
  server.context.warm_up->MarkDraining();
  go_on.set_value();
  EXPECT_EQ(reply.get().status, 200);
}

TEST(WholeServer, ClientThatHangsUpFreesItsPlace) {
  std::promise<void> go_on;
  const auto released = go_on.get_future().share();
  WholeServer server;
  server.engine.on_create = [&](const EngineOptions&) -> Status {
    released.wait();
    return Ok{};
  };
  auto stays = std::async(std::launch::async, [&] {
    return server.Ask("POST", kProcessPath, DiscPng(32, 32));
  });
  for (int i = 0; i < 3; ++i) server.AskAndLeave(kProcessPath, DiscPng(8, 8));
  const std::string three_left =
      "prewarm_requests_total{code=\"499\",mode=\"base\"} 3";
  while (server.context.metrics->Text().find(three_left) == std::string::npos) {
    std::this_thread::yield();
  }
  while (server.context.queue->load().queued != 1) std::this_thread::yield();
  go_on.set_value();
  EXPECT_EQ(stays.get().status, 200);
}

TEST(WholeServer, EightClientsOfAllKindsAtOnce) {
  ServerConfig config;
  config.queue = 6;
  WholeServer server(config);
  std::atomic<int> served{0}, odd{0};
  const std::string picture = DiscPng(40, 40);
  const auto client = [&](int number) {
    for (int i = 0; i < 12; ++i) {
      Reply reply;
      switch ((number + i) % 6) {
        case 0:
          reply = server.Ask("POST", "/warmup");
          break;
        case 1:
          reply = server.Ask("GET", "/health");
          break;
        case 2:
          reply = server.Ask("GET", "/metrics");
          break;
        case 3:
          server.AskAndLeave(kProcessPath, picture);
          continue;
        case 4:
          reply = server.Ask("POST", kProcessPath, picture,
                             "Idempotency-Key: shared\r\n");
          break;
        default:
          reply = server.Ask("POST", kProcessPath, picture);
      }
      if (reply.status == 200) {
        ++served;
      } else if (reply.status != 429 && reply.status != 503) {
        ++odd;
      }
    }
  };
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) clients.emplace_back(client, i);
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(odd, 0);
  EXPECT_GT(served, 20);
  EXPECT_THAT(server.Ask("GET", "/metrics").body,
              HasSubstr("prewarm_state{state=\"ready\"} 1"));
}

}  // namespace
}  // namespace prewarm
