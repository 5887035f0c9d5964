#include "inference-server/imaging/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace prewarm {
namespace {

Error SystemError(const char* what, int number) {
  return MakeError(ErrorCode::kInternal, std::string(what) + " failed: " +
                                             std::strerror(number) + ".");
}

// A descriptor closed at the end of its scope.
struct Descriptor {
  int fd = -1;
  Descriptor() = default;
  explicit Descriptor(int number) : fd(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

// 0 or the errno. The file is in memory only and rewound for its reader.
int FillMemoryFile(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put < 0 ? errno : EIO;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return lseek(fd, 0, SEEK_SET) == 0 ? 0 : errno;
}

// posix_spawn: no fork handlers run and the address space is not copied,
// which matters beside gigabytes of weights and dozens of threads.
int Spawn(const std::string& program, const std::vector<std::string>& arguments,
          int input, int output, pid_t* pid) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  char* environment[] = {nullptr};

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  // The server blocks and handles signals; the child starts without.
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int code = posix_spawn(pid, program.c_str(), &actions, &attributes,
                               argv.data(), environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

}  // namespace

Result<ChildProcess> ChildProcess::Start(
    const std::string& program, const std::vector<std::string>& arguments,
    std::string_view input, Deadline deadline) {
  const Descriptor file(memfd_create("prewarm-image", MFD_CLOEXEC));
  if (file.fd < 0) return SystemError("memfd_create", errno);
  if (const int code = FillMemoryFile(file.fd, input); code != 0) {
    return SystemError("Handing the image to its decoder", code);
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return SystemError("pipe2", errno);
  Descriptor from(ends[0]);
  const Descriptor to(ends[1]);
  fcntl(ends[0], F_SETPIPE_SZ, 1 << 20);  // fewer switches; optional
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    return SystemError("fcntl", errno);
  }
  pid_t pid = -1;
  const int code = Spawn(program, arguments, file.fd, to.fd, &pid);
  if (code != 0) return SystemError(("Starting " + program).c_str(), code);
  return ChildProcess(pid, std::exchange(from.fd, -1), deadline);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      deadline_(other.deadline_),
      status_(other.status_) {}

ChildProcess::~ChildProcess() { Stop(); }

ChildProcess::ReadOutcome ChildProcess::Read(void* into, std::size_t size) {
  char* at = static_cast<char*>(into);
  while (size > 0) {
    const ssize_t got = read(output_, at, size);
    if (got > 0) {
      at += got;
      size -= static_cast<std::size_t>(got);
      continue;
    }
    if (got == 0) return ReadOutcome::kEnded;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return ReadOutcome::kEnded;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return ReadOutcome::kDeadline;
    pollfd wait = {output_, POLLIN, 0};
    poll(&wait, 1,
         static_cast<int>(std::min<std::int64_t>(left.count() + 1, 60'000)));
  }
  return ReadOutcome::kDone;
}

int ChildProcess::Stop() {
  if (output_ >= 0) close(std::exchange(output_, -1));
  if (pid_ < 0) return status_;
  // Dead children keep their number until waitpid, so this hits nobody else.
  // SIGKILL changes no status of one that has already ended.
  kill(pid_, SIGKILL);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status_;
}

}  // namespace prewarm
