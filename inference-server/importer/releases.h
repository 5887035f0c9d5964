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

// For the output of an import: the release's title, or that it is none.
std::string DescribeRelease(const std::string& md5);

// What a human should look at again: a file that has a release's name
// (`file_name`, "" if it has none) but not its bytes, or the weights of another
// architecture. "" if there is nothing.
std::string ReleaseWarning(const std::string& architecture,
                           const std::string& file_name,
                           const std::string& md5);

}  // namespace prewarm
