#include "warmup-controller/reconcile/outlook.h"

#include <iterator>
#include <utility>

namespace prewarm {

void OutlookBoard::Set(const std::string& key,
                       std::shared_ptr<const Outlook> outlook) {
  const std::lock_guard lock(mutex_);
  outlooks_[key] = std::move(outlook);
}

void OutlookBoard::KeepIf(
    const std::function<bool(const std::string& key)>& keep) {
  const std::lock_guard lock(mutex_);
  for (auto it = outlooks_.begin(); it != outlooks_.end();) {
    it = keep(it->first) ? std::next(it) : outlooks_.erase(it);
  }
}

std::shared_ptr<const Outlook> OutlookBoard::Find(
    const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = outlooks_.find(key);
  return found == outlooks_.end() ? nullptr : found->second;
}

OutlookBoard::Outlooks OutlookBoard::All() const {
  const std::lock_guard lock(mutex_);
  return outlooks_;
}

}  // namespace prewarm
