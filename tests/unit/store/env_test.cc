#include "common/store/env.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

class SystemEnv : public testing::Test {
 protected:
  static Piece Of(const std::string& text) {
    return {text.data(), text.size()};
  }
  TempDir folder_;
  Env* const env_ = Env::System();
};

TEST_F(SystemEnv, WritesPiecesOneAfterTheOther) {
  const std::string path = folder_.File("a");
  ASSERT_TRUE(env_->WriteNew(path, {Of("one "), Of(""), Of("two")}).ok());
  EXPECT_EQ(*env_->Read(path, 7), "one two");
}

TEST_F(SystemEnv, NeverWritesOverAFile) {
  const std::string path = folder_.Write("a", "old");
  EXPECT_FALSE(env_->WriteNew(path, {Of("new")}).ok());
  EXPECT_EQ(TempDir::Read(path), "old");
}

TEST_F(SystemEnv, ReadsUpToTheLimitAndRegularFilesOnly) {
  const std::string path = folder_.Write("a", "12345");
  EXPECT_TRUE(env_->Read(path, 5).ok());
  EXPECT_EQ(env_->Read(path, 4).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(env_->Read(folder_.File("b"), 5).error().code,
            ErrorCode::kNotFound);
  EXPECT_FALSE(env_->Read(folder_.path(), 5).ok());
  // Who opens a pipe without a writer to read it waits for ever.
  ASSERT_EQ(mkfifo(folder_.File("pipe").c_str(), 0600), 0);
  EXPECT_EQ(env_->Read(folder_.File("pipe"), 5).error().code,
            ErrorCode::kCorrupt);
}

TEST_F(SystemEnv, ErrorsNameThePathAndTheReason) {
  const auto read = env_->Read(folder_.File("gone"), 1);
  EXPECT_NE(read.error().message.find(folder_.File("gone")), std::string::npos);
  EXPECT_NE(read.error().message.find("No such file"), std::string::npos);
}

TEST_F(SystemEnv, LinesOfManyWritersAreWhole) {
  const std::string path = folder_.File("log");
  const std::string line(1000, 'x');
  std::vector<std::thread> writers;
  writers.reserve(8);
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        EXPECT_TRUE(env_->Append(path, line + "\n").ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::istringstream lines(TempDir::Read(path));
  int count = 0;
  for (std::string got; std::getline(lines, got); ++count) {
    EXPECT_EQ(got, line);
  }
  EXPECT_EQ(count, 400);
}

TEST_F(SystemEnv, FolderThatExistsIsNotReplacedEmptyOrNot) {
  for (const char* inside : {"", "kept"}) {
    SCOPED_TRACE(inside);
    const TempDir root;
    root.Write("from/new", "new");
    std::filesystem::create_directories(root.File("to"));
    if (*inside != 0) root.Write(std::string("to/") + inside, "old");
    const auto moved = env_->RenameNew(root.File("from"), root.File("to"));
    ASSERT_TRUE(moved.ok()) << moved.error().message;
    EXPECT_FALSE(*moved);
    EXPECT_TRUE(std::filesystem::exists(root.File("from/new")));
  }
}

TEST_F(SystemEnv, FolderIsRenamedToAFreeName) {
  folder_.Write("from/new", "new");
  const auto moved = env_->RenameNew(folder_.File("from"), folder_.File("to"));
  ASSERT_TRUE(moved.ok());
  EXPECT_TRUE(*moved);
  EXPECT_EQ(TempDir::Read(folder_.File("to/new")), "new");
}

TEST_F(SystemEnv, RemovesAllBelowAndFollowsNoLinks) {
  folder_.Write("other/kept", "kept");
  folder_.Write("a/b/c", "gone");
  std::filesystem::create_symlink(folder_.File("other"),
                                  folder_.File("a/link"));
  ASSERT_TRUE(env_->Remove(folder_.File("a")).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_.File("a")));
  EXPECT_EQ(TempDir::Read(folder_.File("other/kept")), "kept");
  EXPECT_TRUE(env_->Remove(folder_.File("a")).ok());  // nothing there
}

TEST_F(SystemEnv, ListsByNameAndCallsNoLinkAFolder) {
  folder_.Write("z", "");
  folder_.Write("folder/a", "");
  std::filesystem::create_symlink(folder_.File("folder"), folder_.File("link"));
  const auto entries = env_->List(folder_.path());
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].name, "folder");
  EXPECT_TRUE((*entries)[0].is_folder);
  EXPECT_EQ((*entries)[1].name, "link");
  EXPECT_FALSE((*entries)[1].is_folder);
  EXPECT_EQ((*entries)[2].name, "z");
}

TEST_F(SystemEnv, OneHolderOfALockAtATime) {
  auto first = env_->TryLock(folder_.File("lock"));
  ASSERT_TRUE(first.ok());
  ASSERT_NE(*first, nullptr);
  EXPECT_EQ(*env_->TryLock(folder_.File("lock")), nullptr);
  first->reset();
  EXPECT_NE(*env_->TryLock(folder_.File("lock")), nullptr);
}

TEST_F(SystemEnv, LockOfAProcessThatDiedIsFree) {
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = env_->TryLock(folder_.File("lock"));
    _exit(lock.ok() && *lock != nullptr ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(*env_->TryLock(folder_.File("lock")), nullptr);
}

TEST_F(SystemEnv, MapsFilesThatAreNotEmpty) {
  const auto map = env_->Map(folder_.Write("a", "bytes"), 5);
  ASSERT_TRUE(map.ok()) << map.error().message;
  EXPECT_EQ(std::string((*map)->data(), (*map)->data() + (*map)->size()),
            "bytes");
  EXPECT_EQ(env_->Map(folder_.Write("b", ""), 5).error().code,
            ErrorCode::kCorrupt);
  EXPECT_EQ(env_->Map(folder_.path(), 5).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(env_->Map(folder_.File("c"), 5).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace prewarm
