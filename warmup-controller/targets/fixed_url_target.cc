#include "warmup-controller/targets/fixed_url_target.h"

#include <algorithm>
#include <utility>

namespace prewarm {

FixedUrlTarget::FixedUrlTarget(FixedUrls declared)
    : declared_(std::move(declared)) {}

TargetView FixedUrlTarget::Observe() {
  TargetView view;
  view.trouble = shortage_;
  view.instances.reserve(used_);
  for (std::size_t i = 0; i < used_; ++i) {
    InstanceSeen seen;
    seen.id = declared_.name;
    seen.id += '-';
    seen.id += std::to_string(i);
    seen.id += ".0";
    seen.urls[""] = declared_.urls[i];
    if (!declared_.admin_urls.empty()) {
      seen.urls["admin"] = declared_.admin_urls[i];
    }
    view.instances.push_back(std::move(seen));
  }
  return view;
}

Status FixedUrlTarget::Scale(int replicas,
                             const std::vector<std::string>& /*dispensable*/) {
  const auto wanted = static_cast<std::size_t>(std::max(0, replicas));
  used_ = std::min(wanted, declared_.urls.size());
  shortage_.clear();
  if (wanted > used_) {
    shortage_ = std::to_string(wanted) +
                " instances are asked for; spec.urls has " +
                std::to_string(used_);
  }
  return Ok{};
}

Status FixedUrlTarget::Replace(const std::string& id) {
  return MakeError(ErrorCode::kUnavailable,
                   id + " is at a fixed URL: whoever runs it has to replace it",
                   "urls");
}

}  // namespace prewarm
