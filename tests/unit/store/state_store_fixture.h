// A state store of one state, in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/store/state_paths.h"
#include "common/store/state_store.h"
#include "tests/support/fault_env.h"
#include "tests/support/temp_dir.h"

namespace prewarm {

class StateStoreTest : public testing::Test {
 protected:
  StateStoreTest() {
    GuardMappings();
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] = static_cast<std::uint8_t>(i * 31 + i / 4096);
    }
    tensors_["first"] = View(0, 1000);
    tensors_["second"] = View(1000, bytes_.size() - 1000);
  }

  TensorView View(std::size_t at, std::size_t count) const {
    TensorView view;
    view.dtype = DType::kU8;
    view.shape = {static_cast<std::int64_t>(count)};
    view.data = bytes_.data() + at;
    view.bytes = count;
    return view;
  }
  Status Publish(Env* env = Env::System()) const {
    return StateStore(folder_.path(), env).Publish(key_, tensors_, {});
  }
  std::string Folder() const {
    return StatePaths(folder_.path()).State(key_.Hex());
  }
  std::string File() const { return Folder() + "/" + kStateFile; }
  static int Count(const std::string& path) {
    std::error_code error;
    const auto it = std::filesystem::directory_iterator(path, error);
    return error ? 0 : static_cast<int>(std::distance(begin(it), end(it)));
  }
  // As if it had been used that long ago.
  void Age(const StateKey& key, std::chrono::hours by) const {
    std::filesystem::last_write_time(
        StatePaths(folder_.path()).State(key.Hex()) + "/" + kBlocksFile,
        std::filesystem::file_time_type::clock::now() - by);
  }
  // Opens and verifies: the state is what was published, or there is none.
  void ExpectWholeOrAbsent() const {
    const auto state = store_.Open(key_);
    if (!state.ok()) {
      EXPECT_EQ(state.error().code, ErrorCode::kNotFound)
          << state.error().message;
      return;
    }
    EXPECT_TRUE((*state)->Verify().ok());
    EXPECT_EQ((*state)->tensors().at("second").bytes, bytes_.size() - 1000);
  }

  TempDir folder_;
  const StateStore store_{folder_.path(), Env::System()};
  const StateKey key_{"isnet", "digest", "onednn 2", "bf16", "isa 7", "cpu"};
  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(3500000);
  std::map<std::string, TensorView> tensors_;
};

}  // namespace prewarm
