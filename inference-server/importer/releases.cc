#include "inference-server/importer/releases.h"

#include <algorithm>
#include <vector>

namespace prewarm {
namespace {

Release Make(const std::string& kind, const std::string& file,
             const std::string& md5) {
  return {"inspyrenet-" + kind, file, md5,
          "https://github.com/plemeri/transparent-background/releases/"
          "download/1.2.12/" +
              file};
}

std::optional<Release> Find(const std::string Release::*key,
                            const std::string& value) {
  static const std::vector<Release> kReleases = {
      Make("base", "ckpt_base.pth", "d692e3dd5fa1b9658949d452bebf1cda"),
      Make("fast", "ckpt_fast.pth", "9efdbfbcc49b79ef0f7891c83d2fd52f"),
      Make("base-nightly", "ckpt_base_nightly.pth", "")};
  const auto it = std::find_if(kReleases.begin(), kReleases.end(),
                               [&](const Release& release) {
                                 return !value.empty() && release.*key == value;
                               });
  if (it == kReleases.end()) return std::nullopt;
  return *it;
}

}  // namespace

std::optional<Release> ReleaseByMd5(const std::string& md5) {
  return Find(&Release::md5, md5);
}

std::optional<Release> ReleaseByFile(const std::string& file) {
  return Find(&Release::file, file);
}

std::optional<Release> ReleaseFor(const std::string& architecture) {
  return Find(&Release::architecture, architecture);
}

std::string DescribeRelease(const std::string& md5) {
  const auto release = ReleaseByMd5(md5);
  return release ? release->Title() : "none we know (md5 " + md5 + ")";
}

std::string ReleaseWarning(const std::string& architecture,
                           const std::string& file_name,
                           const std::string& md5) {
  const auto named = ReleaseByFile(file_name);
  if (named && !named->md5.empty() && named->md5 != md5) {
    return "this is not the " + named->file +
           " that was released: its md5 is " + md5 + " and not " + named->md5;
  }
  const auto release = ReleaseByMd5(md5);
  if (release && release->architecture != architecture) {
    return "the weights are those of " + release->architecture +
           ", imported as " + architecture;
  }
  return "";
}

}  // namespace prewarm
