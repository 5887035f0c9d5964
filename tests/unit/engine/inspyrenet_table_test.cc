#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "inference-server/engine/inspyrenet/table.h"

namespace prewarm::inspyrenet {
namespace {

TEST(InspyrenetTable, IsTheOfficialStateDictWithoutWhatIsIgnored) {
  auto table = Tensors();
  std::ifstream file(PREWARM_TESTDATA "/inspyrenet/state_dict_keys.tsv");
  std::string name, shape, type;
  int ignored = 0;
  while (std::getline(file, name, '\t') && std::getline(file, shape, '\t') &&
         std::getline(file, type)) {
    if (IsIgnored(name)) {
      EXPECT_EQ(table.count(name), 0U);
      ++ignored;
      continue;
    }
    EXPECT_EQ(type, "torch.float32") << name;
    ASSERT_EQ(table.count(name), 1U) << name;
    std::ostringstream text;
    for (const auto side : table.at(name)) {
      text << (text.tellp() == 0 ? "[" : ", ") << side;
    }
    EXPECT_EQ(text.str() + "]", shape) << name;
    table.erase(name);
  }
  EXPECT_EQ(ignored, 24 + 205);
  EXPECT_TRUE(table.empty()) << table.begin()->first;
}

TEST(InspyrenetTable, ArchitecturesHaveTheSideTheyWereTrainedOn) {
  EXPECT_EQ(BaseSide("inspyrenet-base"), 1024);
  EXPECT_EQ(BaseSide("inspyrenet-base-nightly"), 1024);
  EXPECT_EQ(BaseSide("inspyrenet-fast"), 384);
  EXPECT_FALSE(BaseSide("isnet").has_value());
  EXPECT_FALSE(BaseSide("inspyrenet").has_value());
}

}  // namespace
}  // namespace prewarm::inspyrenet
