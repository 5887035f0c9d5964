#include "warmup-controller/kube/list_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_api.h"

namespace prewarm::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Json Page(const std::vector<std::string>& names, const std::string& more,
          const std::string& version) {
  Json page = {{"metadata", {{"continue", more}, {"resourceVersion", version}}},
               {"items", Json::array()}};
  for (const std::string& name : names) {
    page["items"].push_back({{"metadata", {{"name", name}}}});
  }
  return page;
}

Error Gone() { return MakeError(ErrorCode::kGone, "expired"); }

class ListPagesTest : public testing::Test {
 protected:
  Result<std::string> List(ListLimits limits = {}) {
    return ListAll(
        &api_, {{"", "v1", "pods"}, "shop", "app=a", ""}, limits,
        [this](const Json& one) {
          names_.push_back(TextAt(one, {"metadata", "name"}));
        },
        [this] { names_.clear(); });
  }

  FakeApi api_;
  std::vector<std::string> names_;
};

TEST_F(ListPagesTest, PagesAreOneListAndItsVersionIsTheLastOnes) {
  api_.Answer(Page({"a", "b"}, "token=1", "7"));
  api_.Answer(Page({"c"}, "", "7"));
  EXPECT_EQ(*List(), "7");
  EXPECT_THAT(names_, ElementsAre("a", "b", "c"));
  EXPECT_EQ(api_.calls()[0].path,
            "/api/v1/namespaces/shop/pods?labelSelector=app%3Da&limit=500");
  EXPECT_THAT(api_.calls()[1].path, HasSubstr("&continue=token%3D1"));
}

TEST_F(ListPagesTest, ExpiredTokenBeginsTheListAnew) {
  api_.Answer(Page({"a"}, "t", "7"));
  api_.Answer(Gone());
  api_.Answer(Page({"a"}, "u", "9"));
  api_.Answer(Page({"b"}, "", "9"));
  EXPECT_EQ(*List(), "9");
  EXPECT_THAT(names_, ElementsAre("a", "b"));
  EXPECT_THAT(api_.calls()[2].path, Not(HasSubstr("continue")));
}

TEST_F(ListPagesTest, TokensThatAlwaysExpireAreAnErrorInTheEnd) {
  for (int i = 0; i < 10; ++i) {
    api_.Answer(Page({"a"}, "t", "7"));
    api_.Answer(Gone());
  }
  EXPECT_EQ(List().error().code, ErrorCode::kGone);
  EXPECT_EQ(api_.calls().size(), 8U);
}

TEST_F(ListPagesTest, PageThatIsTooLargeIsAskedForInHalves) {
  api_.Answer(MakeError(ErrorCode::kTooLarge, "too large"));
  api_.Answer(Page({"a"}, "", "7"));
  EXPECT_TRUE(List().ok());
  EXPECT_THAT(api_.calls()[1].path, HasSubstr("limit=250"));
}

TEST_F(ListPagesTest, OneObjectThatIsTooLargeIsAnError) {
  for (int i = 0; i < 20; ++i) {
    api_.Answer(MakeError(ErrorCode::kTooLarge, "too large"));
  }
  EXPECT_EQ(List().error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(api_.calls().back().path, HasSubstr("limit=1"));
}

TEST_F(ListPagesTest, MoreObjectsThanAllowedAreAnErrorWithAWayOut) {
  api_.Answer(Page({"a", "b"}, "t", "7"));
  api_.Answer(Page({"c", "d"}, "t", "7"));
  ListLimits limits;
  limits.most_objects = 3;
  const auto list = List(limits);
  EXPECT_EQ(list.error().code, ErrorCode::kTooLarge);
  EXPECT_THAT(list.error().message, HasSubstr("narrow it"));
}

TEST_F(ListPagesTest, ListsThatAreNoneAreErrors) {
  api_.Answer(Page({}, "", ""));
  EXPECT_EQ(List().error().code, ErrorCode::kUnprocessable);
  api_.Answer(Json{{"items", "x"}});
  EXPECT_EQ(List().error().code, ErrorCode::kUnprocessable);
  api_.Answer(MakeError(ErrorCode::kForbidden, "no"));
  EXPECT_EQ(List().error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace prewarm::kube
