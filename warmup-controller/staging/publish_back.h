// What a server has made in its local store goes back to the shared one, so
// that the next start finds it there.
#pragma once

#include <string>

#include "common/base/result.h"
#include "warmup-controller/staging/place_folders.h"
#include "warmup-controller/staging/store_listing.h"

namespace prewarm {

struct Published {
  int states = 0;
  std::uint64_t bytes = 0;
  int history_files = 0;
};

// `from` is the local store, `to` the shared one, of which `known` is a
// listing: what is published is added to it. Prepared states that are there
// already stay; of the history of starts the lines are joined. kForbidden: the
// shared store is read-only. `progress`
// begins at 0. Nobody else needs to hold still: two that publish
// the same at once do double work, no more.
Result<Published> PublishBack(const Stores& stores, const CopyOptions& options,
                              StoreListing* known, CopyProgress* progress);

// The lines of both without those that are twice, each one's order kept, the
// last `most`. Lines that are not whole are left out. Pure.
std::string JoinHistory(const std::string& shared, const std::string& local,
                        std::size_t most = 256);

}  // namespace prewarm
