#include "warmup-controller/operate/finalizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kube/fake_api.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {
namespace {

using kube::Json;

Json Live(const std::string& version) {
  return {{"metadata",
           {{"resourceVersion", version}, {"finalizers", {"other/one"}}}}};
}

PolicyObject Object() {
  PolicyObject object;
  object.namespace_name = "shop";
  object.name = "hours";
  object.uid = "p";
  return object;
}

TEST(Finalizer, ThoseOfOthersStay) {
  kube::FakeApi api;
  api.Answer(Live("7"));
  api.Answer(Json::object());
  ASSERT_TRUE(WriteFinalizer(&api, Object(), true).ok());
  const Json written = Json::parse(api.calls().back().body);
  EXPECT_EQ(written["metadata"]["finalizers"],
            Json({"other/one", "prewarm.dev/restore"}));
  EXPECT_EQ(written["metadata"]["resourceVersion"], "7");
}

TEST(Finalizer, RaceWithAWriterOfTheStatusIsRunAgainAtOnce) {
  kube::FakeApi api;
  api.Answer(Live("7"));
  api.Answer(MakeError(ErrorCode::kConflict, "409"));
  api.Answer(Live("8"));
  api.Answer(Json::object());
  ASSERT_TRUE(WriteFinalizer(&api, Object(), true).ok());
  const Json written = Json::parse(api.calls().back().body);
  EXPECT_EQ(written["metadata"]["resourceVersion"], "8");
}

TEST(Finalizer, PolicyThatIsGoneNeedsNoneTakenAway) {
  kube::FakeApi api;
  api.Answer(MakeError(ErrorCode::kNotFound, "404"));
  EXPECT_TRUE(WriteFinalizer(&api, Object(), false).ok());
}

}  // namespace
}  // namespace prewarm
