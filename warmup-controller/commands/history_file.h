// The history of a controller on a disk.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/reconcile/history.h"

namespace prewarm {

// Says whose the file is as long as it lives: two controllers would each write
// what the other does not know. As a file beside it, PATH.lock.
class HistoryLock {
 public:
  // kInvalidArgument: another one has it, or nothing can be written beside
  // `path`; says what to do. Its folder is there.
  static Result<std::unique_ptr<HistoryLock>> Take(const std::string& path);
  explicit HistoryLock(int file) : file_(file) {}
  ~HistoryLock();
  HistoryLock(const HistoryLock&) = delete;
  HistoryLock& operator=(const HistoryLock&) = delete;

 private:
  const int file_;
};

// Without a file: an empty history. kCorrupt: what the file holds is none; it
// was set aside as PATH.bad, so that the next save does not lose it. Else it is
// left as it is: it can't be read, or a later version wrote it.
Result<History> LoadHistory(const std::string& path);
// What a start with it would be refused for; nothing is made, locked or set
// aside.
Status CheckHistory(const std::string& path);

// The file holds the old history or the new one, whatever happens meanwhile: by
// a file beside it that takes its place; where a bucket is mounted, in place.
// Makes its folder, should it have gone.
Status SaveHistory(const std::string& path, const History& history);
Status SaveHistoryBeside(const std::string& path, const History& history);
// An object store takes a whole object when the file is closed, or none; there
// a rename is a copy and a deletion.
Status SaveHistoryInPlace(const std::string& path, const History& history);

}  // namespace prewarm
