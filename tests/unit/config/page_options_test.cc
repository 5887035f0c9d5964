#include "inference-server/config/page_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Complaint(const std::string& controller,
                      const std::string& target) {
  ServerConfig config;
  config.page_controller = controller;
  config.page_target = target;
  const Status status = CheckPageOptions(&config);
  return status.ok() ? "" : status.error().message;
}

TEST(PageOptions, AControllerAndItsTargetAreTakenTogetherOrNeither) {
  EXPECT_EQ(Complaint("", ""), "");
  EXPECT_EQ(Complaint("https://warm.shop.example", "shop/server"), "");
  EXPECT_EQ(Complaint("http://127.0.0.1:8091", "shop/server"), "");
  EXPECT_EQ(Complaint("http://[::1]:8091/a", "shop/server"), "");
  EXPECT_THAT(Complaint("https://warm.shop.example", ""),
              AllOf(HasSubstr("--page-target"), HasSubstr("missing")));
  EXPECT_THAT(Complaint("", "shop/server"),
              AllOf(HasSubstr("--page-controller"), HasSubstr("missing")));
}

TEST(PageOptions, SlashesAtTheUrlsEndAreTakenOff) {
  ServerConfig config;
  config.page_controller = "https://a.example/warm//";
  config.page_target = "shop/server";
  ASSERT_TRUE(CheckPageOptions(&config).ok());
  EXPECT_EQ(config.page_controller, "https://a.example/warm");
}

TEST(PageOptions, WhatWouldEndInTheMiddleOfAPolicyIsRefused) {
  for (const char* url :
       {"https://a.example; script-src *", "https://a.example,b", "https:///x",
        "ftp://a.example", "a.example", "https://", "https://u@a.example",
        "https://a.example?x=1", "https://a.example#x", "https://a.example/'x'",
        "https://a.example\nX: y", "javascript://a"}) {
    EXPECT_THAT(Complaint(url, "shop/server"),
                AllOf(HasSubstr("--page-controller"), HasSubstr("write it")))
        << url;
  }
  EXPECT_NE(Complaint("https://" + std::string(2000, 'a'), "shop/server"), "");
}

TEST(PageOptions, ATargetIsANamespaceAndAName) {
  for (const char* target : {"server", "shop/", "/server", "a/b/c",
                             "Shop/server", "../server", "shop/.."}) {
    EXPECT_THAT(Complaint("https://a.example", target),
                AllOf(HasSubstr("--page-target"), HasSubstr("NAMESPACE/NAME")))
        << target;
  }
}

}  // namespace
}  // namespace prewarm
