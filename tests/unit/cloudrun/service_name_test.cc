#include "warmup-controller/cloudrun/service_name.h"

#include <gtest/gtest.h>

namespace prewarm::cloudrun {
namespace {

TEST(ServiceName, ShortNameIsCompleted) {
  const auto name = CompleteName("server", "p", "l");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->Full(), "projects/p/locations/l/services/server");
  EXPECT_EQ(ShortName(*name, "p", "l"), "server");
}

TEST(ServiceName, FullNameNeedsNoCompletion) {
  const auto name =
      CompleteName("projects/q/locations/m/services/server", "", "");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(ShortName(*name, "p", "l"), "server.m.q");
  EXPECT_EQ(ShortName(*name, "q", "m"), "server");
}

TEST(ServiceName, WhatCanNotBeCompletedSaysWhatIsMissing) {
  for (const auto& [project, location] :
       {std::pair("", "l"), std::pair("p", ""), std::pair("", "")}) {
    const auto name = CompleteName("server", project, location);
    ASSERT_FALSE(name.ok());
    EXPECT_NE(name.error().message.find("--project and --location"),
              std::string::npos);
  }
  EXPECT_FALSE(CompleteName("projects/p/services/s", "p", "l").ok());
}

}  // namespace
}  // namespace prewarm::cloudrun
