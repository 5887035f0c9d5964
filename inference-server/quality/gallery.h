// Small pictures of where two mattes differ most. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm::quality {

// What a difference of the mattes is multiplied with, to be seen.
inline constexpr int kAmplified = 16;

struct Exhibit {
  std::string name;
  double mae = 0;  // of B to A
  // JPEG files of at most 320 pixels a side.
  std::string picture;
  std::string a;
  std::string b;
  std::string difference;  // red where B keeps more, blue where it keeps less
  std::string truth;       // "" without one
};

// What of one picture an exhibit is made.
struct Materials {
  const Bitmap* picture = nullptr;  // 3 channels
  const Bitmap* a = nullptr;        // 1 channel, all of one size
  const Bitmap* b = nullptr;
  const Bitmap* truth = nullptr;  // may stay null
};

// Keeps the `capacity` worst of those it is shown: a thousand pictures are no
// matter of memory.
class Gallery {
 public:
  explicit Gallery(std::size_t capacity) : capacity_(capacity) {}

  // Does nothing where enough worse ones are there, or where nothing differs.
  Status Show(const std::string& name, double mae, const Materials& materials);

  // The worst first; among equals those shown first.
  const std::vector<Exhibit>& exhibits() const { return exhibits_; }

 private:
  std::size_t capacity_;
  std::vector<Exhibit> exhibits_;
};

}  // namespace prewarm::quality
