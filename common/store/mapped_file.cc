#include "common/store/mapped_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/store/memory_copy.h"

namespace prewarm {
namespace {

// What a signal handler may touch: lock-free atomics in static memory.
struct Slot {
  std::atomic<std::uintptr_t> begin{0};  // 0: free
  std::atomic<std::uintptr_t> end{0};
  std::atomic<bool> damaged{false};
};
constexpr int kSlots = 64;
std::array<Slot, kSlots> slots;

struct sigaction previous_bus;
struct sigaction previous_segv;
std::uintptr_t page_bytes = 4096;

int TakeSlot(std::uintptr_t begin, std::uintptr_t end) {
  for (int i = 0; i < kSlots; ++i) {
    std::uintptr_t free = 0;
    // Not yet a range: its end is 0.
    if (slots[i].begin.compare_exchange_strong(free, begin)) {
      slots[i].damaged = false;
      slots[i].end = end;
      return i;
    }
  }
  return -1;
}

Slot* Find(std::uintptr_t address) {
  for (Slot& slot : slots) {
    if (slot.begin <= address && address < slot.end) return &slot;
  }
  return nullptr;
}

void PassOn(int number, siginfo_t* info, void* context) {
  const struct sigaction& previous =
      number == SIGBUS ? previous_bus : previous_segv;
  if ((previous.sa_flags & SA_SIGINFO) != 0 &&
      previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    signal(number, SIG_DFL);
    // A fault comes again with its instruction; what was sent does not.
    if (info->si_code <= 0) raise(number);
  }
}

void OnFault(int number, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const bool fault = info->si_code > 0;
  Slot* const slot = fault ? Find(address) : nullptr;
  // Before the page can be read: another thread goes on with it at once.
  if (slot != nullptr) slot->damaged = true;
  void* const page = static_cast<char*>(info->si_addr) - address % page_bytes;
  bool mended = false;
  if (slot != nullptr && number == SIGBUS) {
    // The bare call: nothing may come between a handler and the kernel, not
    // even a sanitizer that takes the new page for a write to the old one.
    mended = syscall(SYS_mmap, page, page_bytes, PROT_READ,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != -1;
  } else if (slot != nullptr && info->si_code == SEGV_ACCERR) {
    mended = mprotect(page, page_bytes, PROT_READ | PROT_WRITE) == 0;
  }
  if (!mended) PassOn(number, info, context);
}

void Install(int number, struct sigaction* previous) {
  struct sigaction action {};
  action.sa_sigaction = OnFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, previous);
}

}  // namespace

void GuardMappings() {
  static const bool installed = [] {
    page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    Install(SIGBUS, &previous_bus);
    Install(SIGSEGV, &previous_segv);
    return true;
  }();
  static_cast<void>(installed);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::Open(
    const std::string& path, std::uint64_t max_bytes) {
  // Not waiting: opening a pipe would.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const ErrorCode code = errno == ENOENT || errno == ENOTDIR
                               ? ErrorCode::kNotFound
                           : errno == EACCES ? ErrorCode::kForbidden
                                             : ErrorCode::kInternal;
    return MakeError(code, "can't open " + path + ": " + std::strerror(errno),
                     "path");
  }
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0) {
    close(fd);
    return MakeError(ErrorCode::kCorrupt,
                     path + " can't be mapped: it is empty or no regular file",
                     "path");
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > max_bytes) {
    close(fd);
    return MakeError(ErrorCode::kTooLarge,
                     path + " has " + std::to_string(size) +
                         " bytes, not at most " + std::to_string(max_bytes),
                     "path");
  }
  void* map = MAP_FAILED;
  if (OnNetworkVolume(fd)) {
    const int copy = CopyToMemory(fd, size);
    if (copy >= 0) map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, copy, 0);
    if (copy >= 0) close(copy);
  } else {
    map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  const int error = errno;
  close(fd);
  if (map == MAP_FAILED) {
    return MakeError(error == ENOMEM || error == ENOSPC
                         ? ErrorCode::kResourceExhausted
                         : ErrorCode::kInternal,
                     "can't map " + path + ": " + std::strerror(error), "path");
  }
  return std::shared_ptr<const MappedFile>(
      std::make_shared<MappedFile>(map, size));
}

MappedFile::MappedFile(void* data, std::size_t size)
    : data_(static_cast<const std::uint8_t*>(data)), size_(size) {
  // The last page counts as a whole, as the kernel maps it.
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  slot_ = TakeSlot(begin,
                   (begin + size + page_bytes - 1) / page_bytes * page_bytes);
}

MappedFile::~MappedFile() {
  if (slot_ >= 0) {
    slots[slot_].end = 0;
    slots[slot_].begin = 0;
  }
  munmap(const_cast<std::uint8_t*>(data_), size_);
}

bool MappedFile::intact() const { return slot_ < 0 || !slots[slot_].damaged; }

void MappedFile::Prefetch() const {
  madvise(const_cast<std::uint8_t*>(data_), size_, MADV_WILLNEED);
}

}  // namespace prewarm
