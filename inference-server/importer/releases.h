// The checkpoints of InSPyReNet that its authors released (transparent-
// background 1.2.12), by the md5 that they name them with.
#pragma once

#include <optional>
#include <string>

namespace prewarm {

struct Release {
  std::string architecture;  // "inspyrenet-base"
  std::string file;          // "ckpt_base.pth"
  std::string md5;           // "" where none was published
  std::string url;

  std::string Title() const { return "transparent-background 1.2.12, " + file; }
};

// Of any but an empty md5, as lower-case hex.
std::optional<Release> ReleaseByMd5(const std::string& md5);
std::optional<Release> ReleaseByFile(const std::string& file);
std::optional<Release> ReleaseFor(const std::string& architecture);

}  // namespace prewarm
