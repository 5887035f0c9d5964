#include "warmup-controller/intent/visitor_book.h"

namespace prewarm {

Visitor* VisitorBook::Find(const std::string& target, const std::string& id) {
  const auto found = index_.find(KeyOf(target, id));
  return found == index_.end() ? nullptr : &*found->second;
}

Visitor* VisitorBook::Add(const std::string& target, const std::string& id) {
  if (index_.size() >= most_) {
    if (others_.empty()) return nullptr;
    index_.erase(KeyOf(others_.front().target, others_.front().id));
    others_.pop_front();
  }
  Visitor visitor;
  visitor.target = target;
  visitor.id = id;
  others_.push_back(std::move(visitor));
  index_[KeyOf(target, id)] = std::prev(others_.end());
  return &others_.back();
}

void VisitorBook::Count(Visitor* visitor, SteadyTime expires) {
  if (visitor->counts) {
    expiries_.erase({visitor->expires, visitor});
    by_target_[visitor->target].erase({visitor->expires, visitor});
  } else {
    const Place place = index_.at(KeyOf(visitor->target, visitor->id));
    counting_.splice(counting_.end(), others_, place);
    visitor->counts = true;
    ++by_client_[visitor->client];
  }
  visitor->expires = expires;
  expiries_.emplace(expires, visitor);
  by_target_[visitor->target].emplace(expires, visitor);
}

void VisitorBook::StopCounting(Visitor* visitor, Visitor::End end) {
  if (!visitor->counts) return;
  visitor->counts = false;
  visitor->uploading = false;
  visitor->end = end;
  expiries_.erase({visitor->expires, visitor});
  const auto mine = by_target_.find(visitor->target);
  mine->second.erase({visitor->expires, visitor});
  if (mine->second.empty()) by_target_.erase(mine);
  const auto client = by_client_.find(visitor->client);
  if (--client->second == 0) by_client_.erase(client);
  const Place place = index_.at(KeyOf(visitor->target, visitor->id));
  others_.splice(others_.end(), counting_, place);
}

Visitor* VisitorBook::FirstExpired(SteadyTime now) const {
  if (expiries_.empty() || expiries_.begin()->first > now) return nullptr;
  return expiries_.begin()->second;
}

void VisitorBook::ForgetTarget(const std::string& target) {
  for (Place it = counting_.begin(); it != counting_.end();) {
    Visitor* const visitor = &*it++;
    if (visitor->target == target) StopCounting(visitor, Visitor::End::kLeft);
  }
  for (Place it = others_.begin(); it != others_.end();) {
    if (it->target != target) {
      ++it;
      continue;
    }
    index_.erase(KeyOf(it->target, it->id));
    it = others_.erase(it);
  }
}

std::vector<Visitor*> VisitorBook::CountingAt(const std::string& target) const {
  std::vector<Visitor*> visitors;
  const auto found = by_target_.find(target);
  if (found == by_target_.end()) return visitors;
  visitors.reserve(found->second.size());
  for (const auto& [expires, visitor] : found->second) {
    visitors.push_back(visitor);
  }
  return visitors;
}

int VisitorBook::Counting(const std::string& target) const {
  const auto found = by_target_.find(target);
  return found == by_target_.end() ? 0 : static_cast<int>(found->second.size());
}

std::size_t VisitorBook::CountingOf(const std::string& client) const {
  const auto found = by_client_.find(client);
  return found == by_client_.end() ? 0 : found->second;
}

std::optional<SteadyTime> VisitorBook::NextExpiry(
    const std::string& target) const {
  const auto found = by_target_.find(target);
  if (found == by_target_.end()) return std::nullopt;
  return found->second.begin()->first;
}

}  // namespace prewarm
