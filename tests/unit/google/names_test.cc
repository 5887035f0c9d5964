#include "warmup-controller/google/names.h"

#include <gtest/gtest.h>

#include <string>

namespace prewarm::google {
namespace {

TEST(Names, ProjectIsAnIdANumberOrAnIdWithItsDomain) {
  for (const std::string text :
       {"shop-project", "shop42", "example.com:shop", "1234567890",
        "a23456789012345678901234567890"}) {
    EXPECT_TRUE(IsProject(text)) << text;
  }
  for (const std::string text :
       {"", "a b", "shop", "Shop-Project", "shop-project-", "-shop-project",
        "9-shop-project", "shop_project", "shop/project", "projects/shop",
        "example:shop", "example.com:", ":shop-project", ".com:shop",
        "example.com.:shop", "Example.com:shop", "example.com:shop:x",
        "a234567890123456789012345678901"}) {
    EXPECT_FALSE(IsProject(text)) << text;
  }
}

TEST(Names, RegionEndsWithItsNumberAndAZoneDoesNot) {
  for (const std::string text :
       {"europe-west1", "us-central1", "northamerica-northeast2",
        "europe-west12", "u-germany-northeast1"}) {
    EXPECT_TRUE(IsRegion(text)) << text;
  }
  for (const std::string text : {"", "x/y", "europe-west1-b", "europe", "-",
                                 "Europe-West1", "europe west1", "global"}) {
    EXPECT_FALSE(IsRegion(text)) << text;
  }
}

TEST(Names, AccountIsAnAddressAndNothingElse) {
  for (const std::string text :
       {"scheduler@shop-project.iam.gserviceaccount.com",
        "1234-compute@developer.gserviceaccount.com",
        "scheduler@shop.example.com.iam.gserviceaccount.com",
        "jane.o'neil+x@example.com"}) {
    EXPECT_TRUE(IsAccount(text)) << text;
  }
  for (const std::string text :
       {"", "nobody", "@example.com", "scheduler@", "a@b@c", "a b@example.com",
        "serviceAccount:scheduler@example.com", "a@example.com,b@example.com",
        "Jane <jane@example.com>"}) {
    EXPECT_FALSE(IsAccount(text)) << text;
  }
  EXPECT_FALSE(IsAccount(std::string(251, 'a') + "@b.c"));
}

}  // namespace
}  // namespace prewarm::google
