// The way of a model's state from the shared store to the local one, and back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/sidecar/staging_board.h"
#include "warmup-controller/staging/place_folders.h"
#include "warmup-controller/staging/stage_plan.h"
#include "warmup-controller/staging/store_listing.h"

namespace prewarm {

struct StagingOptions {
  std::string from;  // roots: of the shared store
  std::string to;    // and the local one
  StageWish wish;
  int streams = 8;
};

// One thread; what it tells is on the board.
class Staging {
 public:
  Staging(StagingOptions options, Env* env, const Clock* clock,
          StagingBoard* board);

  // Copies what a start reads. A prepared state of the shared store that is
  // damaged is left out, and the server makes its own. After an error it may be
  // called again: what has been placed is not copied twice.
  Status Stage();
  // What may follow. Precondition: staged.
  Status StageLater();
  // What the server has made meanwhile goes back. Precondition: staged.
  // kForbidden: the shared store is read-only.
  Status Publish();

 private:
  Status StageOnce();
  Result<StoreListing> ListShared() const;
  void RemoveLeftovers();
  void TellDamage();
  CopyOptions CopyOptionsOf() const;

  const StagingOptions options_;
  Env* const env_;
  const Clock* const clock_;
  StagingBoard* const board_;
  const SteadyTime began_;
  StoreListing shared_;
  std::vector<FolderCopy> later_;
  std::map<std::string, std::string> distrusted_;  // states: why, by key
};

}  // namespace prewarm
