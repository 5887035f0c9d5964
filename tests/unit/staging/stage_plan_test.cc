#include "warmup-controller/staging/stage_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ListedModel ModelOf(const std::string& name, const std::string& digest) {
  ListedModel model;
  model.stored.manifest.name = name;
  model.stored.manifest.digest = digest;
  model.stored.manifest.bytes = 100;
  model.stored.manifest.reference_sha256 = "reference";
  model.newest = model.has_weights = true;
  return model;
}

ListedState StateOf(const std::string& key, const std::string& digest,
                    int used_hours_ago = 0) {
  ListedState state;
  state.key = key;
  state.weights_digest = digest;
  state.checksums.bytes = 1000;
  state.used = std::chrono::system_clock::time_point(hours(1000)) -
               hours(used_hours_ago);
  return state;
}

StagePlan Plan(const StoreListing& shared, const StoreListing& local,
               const StageWish& wish = {}) {
  auto plan = PlanStaging(shared, local, wish);
  EXPECT_TRUE(plan.ok()) << plan.error().message;
  return plan.ok() ? std::move(plan).value() : StagePlan();
}

std::vector<std::string> FilesOf(const std::vector<FolderCopy>& copies) {
  std::vector<std::string> files;
  for (const FolderCopy& copy : copies) {
    for (const FileCopy& file : copy.files) {
      files.push_back(copy.folder + "/" + file.name);
    }
  }
  return files;
}

TEST(PlanStagingTest, WithoutAStateTheWeightsAreNeeded) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  const StagePlan plan = Plan(shared, {});
  EXPECT_THAT(FilesOf(plan.needed),
              ElementsAre("models/isnet/d1/weights.safetensors",
                          "models/isnet/d1/reference.safetensors",
                          "models/isnet/d1/manifest.yaml"));
  EXPECT_TRUE(plan.needed[0].whole);
  EXPECT_THAT(plan.later, IsEmpty());
}

TEST(PlanStagingTest, WeightsBesideAStateFollowLater) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k1", "d1")};
  const StagePlan plan = Plan(shared, {});
  EXPECT_THAT(FilesOf(plan.needed),
              ElementsAre("state/k1/state.safetensors", "state/k1/blocks",
                          "models/isnet/d1/reference.safetensors",
                          "models/isnet/d1/manifest.yaml"));
  EXPECT_THAT(FilesOf(plan.later),
              ElementsAre("models/isnet/d1/weights.safetensors"));
  EXPECT_FALSE(plan.later[0].whole);
  EXPECT_EQ(plan.later[0].files[0].bytes, 100U);
}

TEST(PlanStagingTest, ChecksumsAreWantedOfAllThatHasSome) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k1", "d1")};
  const StagePlan plan = Plan(shared, {});
  EXPECT_TRUE(plan.needed[0].files[0].checksums.has_value());
  EXPECT_EQ(plan.needed[1].files[0].sha256, "reference");
  EXPECT_EQ(plan.later[0].files[0].sha256, "d1");
}

TEST(PlanStagingTest, OnlyTheStatesUsedLastAreStaged) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("old", "d1", 3), StateOf("new", "d1", 1),
                   StateOf("middle", "d1", 2)};
  const StagePlan plan = Plan(shared, {}, {{}, 2});
  ASSERT_EQ(plan.needed.size(), 3U);
  EXPECT_EQ(plan.needed[0].folder, "state/new");
  EXPECT_EQ(plan.needed[1].folder, "state/middle");
}

TEST(PlanStagingTest, StatesOfOtherWeightsStayWhereTheyAre) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k2", "d2")};
  EXPECT_THAT(FilesOf(Plan(shared, {}).needed),
              ElementsAre("models/isnet/d1/weights.safetensors",
                          "models/isnet/d1/reference.safetensors",
                          "models/isnet/d1/manifest.yaml"));
}

TEST(PlanStagingTest, OldImportsStayWhereTheyAre) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "old"), ModelOf("isnet", "new")};
  shared.models[0].newest = false;
  const StagePlan plan = Plan(shared, {});
  ASSERT_EQ(plan.needed.size(), 1U);
  EXPECT_EQ(plan.needed[0].folder, "models/isnet/new");
}

TEST(PlanStagingTest, WhatIsThereAlreadyIsNotCopiedTwice) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k1", "d1")};
  shared.history = {{"h", 10}};
  const StagePlan plan = Plan(shared, shared);
  EXPECT_THAT(plan.needed, IsEmpty());
  EXPECT_THAT(plan.later, IsEmpty());
}

TEST(PlanStagingTest, WeightsThatWereNotStagedYetFollow) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k1", "d1")};
  StoreListing local = shared;
  local.models[0].has_weights = false;
  const StagePlan plan = Plan(shared, local);
  EXPECT_THAT(plan.needed, IsEmpty());
  EXPECT_THAT(FilesOf(plan.later),
              ElementsAre("models/isnet/d1/weights.safetensors"));
}

TEST(PlanStagingTest, ModelsThatAreNotWishedForStayWhereTheyAre) {
  StoreListing shared;
  shared.models = {ModelOf("fast", "d1"), ModelOf("isnet", "d2")};
  const StagePlan plan = Plan(shared, {}, {{"fast"}, 3});
  ASSERT_EQ(plan.needed.size(), 1U);
  EXPECT_EQ(plan.needed[0].folder, "models/fast/d1");
}

TEST(PlanStagingTest, ModelThatIsNotThereIsNamedWithThoseThatAre) {
  StoreListing shared;
  shared.models = {ModelOf("fast", "d1")};
  const auto plan = PlanStaging(shared, {}, {{"isnet"}, 3});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(plan.error().message,
              HasSubstr("no model \"isnet\"; it has: fast"));
  EXPECT_THAT(plan.error().message, HasSubstr("prewarm-model import"));
}

TEST(PlanStagingTest, EmptyStoreIsAnErrorAndNeverAStagedOne) {
  StoreListing shared;
  shared.damaged_models = {"models/isnet/d1 has no readable manifest.yaml"};
  const auto plan = PlanStaging(shared, {}, {});
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(plan.error().message, HasSubstr("has no models"));
  EXPECT_THAT(plan.error().message, HasSubstr("no readable manifest"));
}

TEST(PlanStagingTest, NeitherStateNorWeightsIsAnError) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.models[0].has_weights = false;
  EXPECT_EQ(PlanStaging(shared, {}, {}).error().code, ErrorCode::kCorrupt);
}

TEST(PlanStagingTest, HistoryComesAlongWhereThereIsNone) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.history = {{"a", 10}, {"b", 20}};
  StoreListing local = shared;
  local.history.erase("a");
  EXPECT_THAT(FilesOf(Plan(shared, local).needed), ElementsAre("history/a"));
}

TEST(PlanPublishingTest, StateThatTheSharedStoreLacksGoesBack) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  StoreListing local = shared;
  local.states = {StateOf("k1", "d1")};
  const auto copies = PlanPublishing(local, shared);
  // The checksums last: who finds them finds the rest.
  EXPECT_THAT(FilesOf(copies),
              ElementsAre("state/k1/state.safetensors", "state/k1/blocks"));
  EXPECT_TRUE(copies[0].whole);
}

TEST(PlanPublishingTest, StateThatIsThereStays) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  shared.states = {StateOf("k1", "d1")};
  EXPECT_THAT(PlanPublishing(shared, shared), IsEmpty());
}

TEST(PlanPublishingTest, StateOfWeightsThatNobodySharesStays) {
  StoreListing shared;
  shared.models = {ModelOf("isnet", "d1")};
  StoreListing local;
  local.states = {StateOf("k1", "d2")};
  EXPECT_THAT(PlanPublishing(local, shared), IsEmpty());
}

}  // namespace
}  // namespace prewarm
