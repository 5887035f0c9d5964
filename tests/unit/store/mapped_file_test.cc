#include "common/store/mapped_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "common/store/memory_copy.h"
#include "tests/support/temp_dir.h"

namespace prewarm {
namespace {

constexpr std::size_t kPages = std::size_t{8} * 4096;

class Mapping : public testing::Test {
 protected:
  Mapping() { GuardMappings(); }

  std::shared_ptr<const MappedFile> Map(const std::string& name = "a") {
    const auto path = folder_.Write(name, std::string(kPages, 'x'));
    auto map = MappedFile::Open(path);
    EXPECT_TRUE(map.ok()) << map.error().message;
    return *map;
  }
  static unsigned Sum(const MappedFile& map) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < map.size(); ++i) sum += map.data()[i];
    return sum;
  }

  TempDir folder_;
};

TEST_F(Mapping, IsReadAndIntact) {
  const auto map = Map();
  EXPECT_EQ(Sum(*map), kPages * 'x');
  EXPECT_TRUE(map->intact());
}

TEST_F(Mapping, CutShortGivesZerosAndSaysSo) {
  const auto map = Map();
  const auto other = Map("b");
  std::filesystem::resize_file(folder_.File("a"), 4096);
  EXPECT_EQ(Sum(*map), 4096 * 'x');
  EXPECT_FALSE(map->intact());
  EXPECT_EQ(Sum(*other), kPages * 'x');
  EXPECT_TRUE(other->intact());
}

TEST_F(Mapping, WriteInPlaceStaysPrivateAndIsTold) {
  const auto map = Map();
  auto* bytes = const_cast<std::uint8_t*>(map->data());
  *const_cast<volatile std::uint8_t*>(bytes + 5000) = 'y';
  EXPECT_FALSE(map->intact());
  EXPECT_EQ(TempDir::Read(folder_.File("a")), std::string(kPages, 'x'));
}

TEST_F(Mapping, SlotOfADeadMapIsUsedAgainAndClean) {
  for (int i = 0; i < 200; ++i) {
    const auto map = Map();
    EXPECT_TRUE(map->intact());
    std::filesystem::resize_file(folder_.File("a"), 4096);
    EXPECT_EQ(Sum(*map), 4096 * 'x');
    EXPECT_FALSE(map->intact()) << i;
  }
}

TEST_F(Mapping, ThreadsThatFaultTogetherAllGoOn) {
  const auto map = Map();
  std::filesystem::resize_file(folder_.File("a"), 4096);
  std::vector<std::thread> readers;
  readers.reserve(8);
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] { EXPECT_EQ(Sum(*map), 4096 * 'x'); });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(map->intact());
}

// How a child of ours ended.
template <typename Work>
int StatusOf(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST_F(Mapping, FaultOutsideOfAnyStillEndsTheProcess) {
  const int status = StatusOf([this] {
    // What the sanitizers installed before would report and exit.
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    const int fd =
        open(folder_.Write("c", std::string(kPages, 'x')).c_str(), O_RDONLY);
    const void* bare = mmap(nullptr, kPages, PROT_READ, MAP_PRIVATE, fd, 0);
    std::filesystem::resize_file(folder_.File("c"), 0);
    static_cast<void>(*static_cast<const volatile char*>(bare));
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGBUS);
}

TEST_F(Mapping, SignalThatSomebodySentEndsTheProcessAsEver) {
  const auto map = Map();
  for (const int number : {SIGBUS, SIGSEGV}) {
    const int status = StatusOf([number] { raise(number); });
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
  }
}

TEST_F(Mapping, PipeIsRefusedAndNotWaitedFor) {
  const std::string path = folder_.File("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::Open(path).error().code, ErrorCode::kCorrupt);
}

TEST_F(Mapping, FileBeyondTheLimitIsRefused) {
  const std::string path = folder_.Write("large", std::string(1001, 'x'));
  EXPECT_EQ(MappedFile::Open(path, 1000).error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(MappedFile::Open(path, 1001).ok());
}

TEST_F(Mapping, PrefetchChangesNothing) {
  const auto map = Map();
  map->Prefetch();
  EXPECT_EQ(Sum(*map), kPages * 'x');
}

TEST_F(Mapping, CopyInMemoryOutlivesTheFile) {
  const std::string text(3 << 20, 'z');
  const int fd = open(folder_.Write("d", text).c_str(), O_RDONLY);
  EXPECT_FALSE(OnNetworkVolume(fd));
  const int copy = CopyToMemory(fd, text.size());
  ASSERT_GE(copy, 0);
  std::filesystem::resize_file(folder_.File("d"), 0);
  std::string read(text.size(), ' ');
  EXPECT_EQ(pread(copy, read.data(), read.size(), 0),
            static_cast<ssize_t>(text.size()));
  EXPECT_EQ(read, text);
  EXPECT_EQ(CopyToMemory(fd, text.size()), -1);  // it ends before
  EXPECT_EQ(errno, EIO);
  close(copy);
  close(fd);
}

}  // namespace
}  // namespace prewarm
