#include "warmup-controller/targets/this_machine.h"

#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prewarm {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void Close() {
    close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

Error Failed(const std::string& what, int number) {
  return MakeError(ErrorCode::kUnavailable, what + ": " + std::strerror(number),
                   "command");
}

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts->size() + 1);
  for (std::string& text : *texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Those of this process, with others or in addition.
std::vector<std::string> EnvironmentWith(
    const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string entry = *at;
    bool replaced = false;
    for (const auto& [name, value] : more) {
      replaced = replaced || entry.compare(0, name.size() + 1, name + "=") == 0;
    }
    if (!replaced) all.push_back(entry);
  }
  for (const auto& [name, value] : more) {
    std::string entry = name;
    entry += '=';
    entry += value;
    all.push_back(std::move(entry));
  }
  return all;
}

// What the child needs, made before it exists: between fork and exec only
// async-signal-safe calls are allowed.
struct ChildPlan {
  char* const* arguments;
  char* const* environment;
  const char* directory;  // nullptr: stays
  int log;                // -1: stderr
  int report;             // where errno goes if it comes to nothing; above 2
  pid_t parent;
};

[[noreturn]] void BeChild(const ChildPlan& plan) {
  const auto fail = [&plan] {
    const int number = errno;
    [[maybe_unused]] const ssize_t told =
        write(plan.report, &number, sizeof number);
    _exit(127);
  };
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // The parent may have ended before that.
  if (getppid() != plan.parent) _exit(127);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) fail();
  if (plan.log >= 0 && dup2(plan.log, STDERR_FILENO) < 0) fail();
  if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0) fail();
  if (plan.directory != nullptr && chdir(plan.directory) != 0) fail();
  // All others are closed by exec, or were inherited and are closed here.
  const int report = plan.report;
  if (report > STDERR_FILENO + 1) {
    close_range(STDERR_FILENO + 1, static_cast<unsigned>(report) - 1, 0);
  }
  close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
  execvpe(plan.arguments[0], plan.arguments, plan.environment);
  fail();
  _exit(127);
}

// Its number is nobody else's until it has been waited for; before that goes
// what it has started itself.
std::optional<ProcessEnd> EndOf(int process) {
  siginfo_t info{};
  const auto id = static_cast<id_t>(process);
  const int looked = waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT);
  if (looked == 0 && info.si_pid == 0) return std::nullopt;
  if (looked != 0) {
    if (errno == EINTR) return std::nullopt;
    return ProcessEnd{};
  }
  kill(-process, SIGKILL);
  int status = 0;
  if (waitpid(process, &status, WNOHANG) != process) return ProcessEnd{};
  if (WIFSIGNALED(status)) return ProcessEnd{0, WTERMSIG(status)};
  return ProcessEnd{WEXITSTATUS(status), 0};
}

// The streams are none of its business, even where this process lacks one.
int AboveStreams(int number) {
  if (number < 0 || number > STDERR_FILENO) return number;
  const int above = fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(number);
  return above;
}

}  // namespace

Result<int> ThisMachine::Start(const ProcessStart& start) {
  Bury();
  std::vector<std::string> command = start.command;
  std::vector<std::string> environment = EnvironmentWith(start.environment);
  const std::vector<char*> arguments = Pointers(&command);
  const std::vector<char*> variables = Pointers(&environment);
  constexpr int kMode = 0640;
  const Descriptor log(
      start.log_file.empty()
          ? -1
          : AboveStreams(open(start.log_file.c_str(),
                              O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                              kMode)));
  if (!start.log_file.empty() && log.get() < 0) {
    return Failed("can't write the log " + start.log_file, errno);
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Failed("pipe", errno);
  const Descriptor from(ends[0]);
  Descriptor to(AboveStreams(ends[1]));
  if (to.get() < 0) return Failed("pipe", errno);
  const ChildPlan plan = {
      arguments.data(),
      variables.data(),
      start.directory.empty() ? nullptr : start.directory.c_str(),
      log.get(),
      to.get(),
      getpid()};
  const pid_t child = fork();
  if (child < 0) return Failed("fork", errno);
  if (child == 0) BeChild(plan);
  // Here as well as there: whoever comes first, it is so afterwards.
  setpgid(child, child);
  to.Close();
  int number = 0;
  ssize_t got = 0;
  do {
    got = read(from.get(), &number, sizeof number);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return static_cast<int>(child);  // exec has closed the pipe
  waitpid(child, nullptr, 0);
  const std::string where =
      start.directory.empty() ? "" : " in " + start.directory;
  return Failed("can't start " + start.command.front() + where,
                got == sizeof number ? number : EIO);
}

std::optional<ProcessEnd> ThisMachine::Ended(int process) {
  Bury();
  return EndOf(process);
}

void ThisMachine::Signal(int process, int number) { kill(-process, number); }

void ThisMachine::Kill(int process) {
  kill(-process, SIGKILL);
  killed_.push_back(process);
  Bury();
}

void ThisMachine::Bury() {
  killed_.erase(
      std::remove_if(killed_.begin(), killed_.end(),
                     [](int process) { return EndOf(process).has_value(); }),
      killed_.end());
}

bool ThisMachine::IsFree(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) !=
      0) {
    return false;
  }
  const Descriptor one(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Connections of a process before in TIME_WAIT are in nobody's way.
  const int yes = 1;
  setsockopt(one.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool free =
      one.get() >= 0 && bind(one.get(), found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  return free;
}

}  // namespace prewarm
