// Runs two contestants over a folder of pictures.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/quality/comparison.h"
#include "inference-server/quality/contestant.h"
#include "inference-server/quality/gallery.h"

namespace prewarm::quality {

struct CompareJob {
  std::string folder;
  std::vector<std::string> names;  // ListPictures
  std::string truth_folder;        // "" without one
  // Called before each picture with its number, from 0.
  std::function<void(std::size_t)> on_picture;
};

// On the thread that opened the contestants. What can't be read, or has no
// truth where there ought to be one, is skipped; an engine that fails ends it
// all, since its figures would be of other pictures than the other one's.
// `gallery` may be null.
Result<Comparison> Compare(const CompareJob& job, Contestant* a, Contestant* b,
                           Gallery* gallery);

}  // namespace prewarm::quality
