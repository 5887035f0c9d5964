#include "warmup-controller/staging/copy_files.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/unit/staging/store_fixture.h"

namespace prewarm {
namespace {

using ::testing::HasSubstr;

class CopyFilesTest : public TwoStores {
 protected:
  CopyFilesTest() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] = static_cast<char>(i * 7 + i / 1000);
    }
    task_.from = shared_.Write("from", bytes_);
    task_.to = local_.File("to");
    sums_ = ChecksumBlocks({{bytes_.data(), bytes_.size()}});
    task_.checksums = &sums_;
    task_.group = "state/k1";
  }
  // Ranges of one block, so that all streams have work.
  static CopyOptions Small(int streams) {
    CopyOptions options;
    options.streams = streams;
    options.range_bytes = std::uint64_t{1} << 20;
    return options;
  }

  std::string bytes_ = std::string((std::size_t{5} << 20) + 123, '\0');
  BlockChecksums sums_;
  FileTask task_;
};

TEST_F(CopyFilesTest, EveryByteArrivesWhateverTheNumberOfStreams) {
  for (const int streams : {1, 3, 16}) {
    task_.to = local_.File("to" + std::to_string(streams));
    CopyProgress progress;
    const Status copied =
        CopyFiles({task_}, Small(streams), Env::System(), &progress);
    ASSERT_TRUE(copied.ok()) << copied.error().message;
    EXPECT_EQ(TempDir::Read(task_.to), bytes_);
    EXPECT_EQ(progress.bytes, bytes_.size());
    EXPECT_EQ(progress.total, bytes_.size());
  }
}

TEST_F(CopyFilesTest, EmptyFileIsCopiedToo) {
  FileTask empty;
  empty.from = shared_.Write("empty", "");
  empty.to = local_.File("empty");
  ASSERT_TRUE(CopyFiles({empty}, {}, Env::System(), &progress_).ok());
  EXPECT_TRUE(std::filesystem::exists(empty.to));
}

TEST_F(CopyFilesTest, BitThatFlipsOnTheWayIsReadAgain) {
  FaultEnv env;
  std::atomic<bool> flipped{false};
  env.on_read = [&flipped](std::uint64_t offset, void* bytes, std::size_t) {
    if (offset == std::uint64_t{2} << 20 && !flipped.exchange(true)) {
      *static_cast<char*>(bytes) ^= 1;
    }
  };
  ASSERT_TRUE(CopyFiles({task_}, Small(4), &env, &progress_).ok());
  EXPECT_TRUE(flipped);
  EXPECT_EQ(TempDir::Read(task_.to), bytes_);
}

TEST_F(CopyFilesTest, DamageIsNamedWithItsBlockAndGroup) {
  FlipByte(task_.from, (std::size_t{3} << 20) + 5);
  const Status copied = CopyFiles({task_}, Small(4), Env::System(), &progress_);
  ASSERT_FALSE(copied.ok());
  EXPECT_EQ(copied.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(copied.error().message, HasSubstr("block 3 of 1 MiB differs"));
  EXPECT_EQ(copied.error().field, "state/k1");
}

TEST_F(CopyFilesTest, AnotherSizeIsDamage) {
  task_.bytes = bytes_.size() + 1;
  const Status copied = CopyFiles({task_}, {}, Env::System(), &progress_);
  EXPECT_EQ(copied.error().code, ErrorCode::kCorrupt);
}

TEST_F(CopyFilesTest, FileThatGrowsBeyondItsChecksumsIsDamage) {
  sums_.sums.pop_back();
  const Status copied = CopyFiles({task_}, {}, Env::System(), &progress_);
  EXPECT_EQ(copied.error().code, ErrorCode::kCorrupt);
}

TEST_F(CopyFilesTest, WrongDigestIsDamage) {
  task_.checksums = nullptr;
  task_.sha256 = Sha256Hex("something else");
  const Status copied = CopyFiles({task_}, {}, Env::System(), &progress_);
  ASSERT_FALSE(copied.ok());
  EXPECT_EQ(copied.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(copied.error().message, HasSubstr("its manifest says"));
}

TEST_F(CopyFilesTest, CancelledCopyEndsAndSaysSo) {
  progress_.cancelled = true;
  const Status copied = CopyFiles({task_}, {}, Env::System(), &progress_);
  EXPECT_EQ(copied.error().code, ErrorCode::kCancelled);
}

TEST_F(CopyFilesTest, WhateverFailsIsTheError) {
  FaultEnv counting;
  ASSERT_TRUE(CopyFiles({task_}, Small(1), &counting, &progress_).ok());
  for (int n = 0; n < counting.calls(); ++n) {
    FaultEnv env;
    env.FailFrom(n, MakeError(ErrorCode::kResourceExhausted, "full"));
    task_.to = local_.File("failed" + std::to_string(n));
    const Status copied = CopyFiles({task_}, Small(3), &env, &progress_);
    ASSERT_FALSE(copied.ok()) << "call " << n;
    EXPECT_EQ(copied.error().code, ErrorCode::kResourceExhausted);
  }
}

TEST_F(CopyFilesTest, NothingIsOverwritten) {
  local_.Write("to", "mine");
  EXPECT_FALSE(CopyFiles({task_}, {}, Env::System(), &progress_).ok());
  EXPECT_EQ(TempDir::Read(task_.to), "mine");
}

}  // namespace
}  // namespace prewarm
