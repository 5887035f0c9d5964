#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "common/http/http.h"

namespace prewarm::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class Recorder : public Responder {
 public:
  void Send(Response sent) override { response = std::move(sent); }
  std::shared_ptr<EventStream> StartEvents() override { return nullptr; }
  bool ClientGone() const override { return false; }
  void OnClientGone(std::function<void()>) override {}
  Response response{0, "", {}, ""};
};

Handler Says(const std::string& text) {
  return [text](const Request& request, const ResponderPtr& responder) {
    Response response;
    response.body = text + request.path;
    responder->Send(std::move(response));
  };
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    router_.Add("GET", "/a", Says("get "));
    router_.Add("POST", "/a", Says("post "));
    router_.AddPrefix("GET", "/tail/", Says("tail "));
    router_.AddPattern("GET", "/shops/{shop}/{shelf}/state",
                       [](const Request& request, const ResponderPtr& reply) {
                         Response response;
                         response.body = request.path_values.at("shop") + "," +
                                         request.path_values.at("shelf");
                         reply->Send(std::move(response));
                       });
    router_.AddPattern("POST", "/shops/{shop}/{shelf}/state", Says("post "));
    router_.Add("GET", "/throws", [](const Request&, const ResponderPtr&) {
      throw std::runtime_error("secret detail");
    });
  }

  Response Ask(std::string method, std::string path) {
    Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    auto recorder = std::make_shared<Recorder>();
    router_.Dispatch(std::move(request), recorder);
    return recorder->response;
  }

  Router router_;
};

TEST_F(RouterTest, MethodAndPathChooseTheHandler) {
  EXPECT_EQ(Ask("GET", "/a").body, "get /a");
  EXPECT_EQ(Ask("POST", "/a").body, "post /a");
}

TEST_F(RouterTest, HeadIsServedFromGet) {
  EXPECT_EQ(Ask("HEAD", "/a").body, "get /a");
}

TEST_F(RouterTest, APrefixTakesItsTail) {
  EXPECT_EQ(Ask("GET", "/tail/x/y").body, "tail /tail/x/y");
  EXPECT_EQ(Ask("GET", "/tai").status, 404);
}

TEST_F(RouterTest, APatternTakesItsSegmentsByName) {
  EXPECT_EQ(Ask("GET", "/shops/a/b c/state").body, "a,b c");
  EXPECT_EQ(Ask("HEAD", "/shops/{shop}/state/state").body, "{shop},state");
  EXPECT_EQ(Ask("POST", "/shops/a/b/state").body, "post /shops/a/b/state");
}

TEST_F(RouterTest, APatternHasAsManySegmentsAndNoneIsEmpty) {
  for (const char* path :
       {"/shops/a/b", "/shops/a/b/", "/shops/a/b/state/", "/shops/a/b/c/state",
        "/shops//b/state", "/shops/a//state", "/shops/a/b/states",
        "//shops/a/b/state", "/shops", "/shops/a/state", ""}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(RouterTest, APatternIsAPathWithMethods) {
  const Response response = Ask("DELETE", "/shops/a/b/state");
  EXPECT_EQ(response.status, 405);
  EXPECT_THAT(response.headers,
              Contains(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  EXPECT_EQ(Ask("OPTIONS", "/shops/a/b/state").status, 204);
  EXPECT_THAT(router_.Methods("/shops/a/b"), IsEmpty());
}

TEST_F(RouterTest, PathsMatchExactly) {
  for (const char* path : {"/", "/a/", "//a", "/A", "/a/..", "/../a"}) {
    EXPECT_EQ(Ask("GET", path).status, 404) << path;
  }
}

TEST_F(RouterTest, AnUnknownMethodIs405WithAllow) {
  const Response response = Ask("DELETE", "/a");
  EXPECT_EQ(response.status, 405);
  EXPECT_THAT(response.headers,
              Contains(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
}

TEST_F(RouterTest, OptionsNamesTheMethods) {
  const Response response = Ask("OPTIONS", "/a");
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(response.headers,
              Contains(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
}

TEST_F(RouterTest, MethodsOfAnUnknownPathAreNone) {
  EXPECT_THAT(router_.Methods("/none"), IsEmpty());
  EXPECT_THAT(router_.Methods("/tail/z"),
              ElementsAre("GET", "HEAD", "OPTIONS"));
}

TEST_F(RouterTest, WhatAHandlerThrowsIsNotForTheClient) {
  const Response response = Ask("GET", "/throws");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace prewarm::http
