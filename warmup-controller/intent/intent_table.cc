#include "warmup-controller/intent/intent_table.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/intent/visit_stats.h"
#include "warmup-controller/intent/visitor_book.h"

namespace prewarm {
namespace {

using End = Visitor::End;
using std::chrono::seconds;

constexpr seconds kHeartbeat{10};
// So many may be lost on the way.
constexpr int kSilence = 3;
// From the begin of an upload until it is a request that is worked on.
constexpr seconds kUpload = kHeartbeat;
// A page that is loaded anew leaves and comes back: an instance is not to be
// stopped in between.
constexpr seconds kReload{3};
constexpr std::size_t kShortestId = 8;
constexpr std::size_t kLongestId = 64;
constexpr int kMinute = 60;
constexpr int kBurstShare = 6;  // of a minute's visitors

Status CheckVisitor(const std::string& id) {
  const bool known = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (known && id.size() >= kShortestId && id.size() <= kLongestId) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "visitor is " + Quoted(id) +
                       "; expected 8 to 64 letters, digits, - or _, made at "
                       "random by the page",
                   "visitor");
}

Error Exhausted(const std::string& what, int retry_after) {
  Error error = MakeError(ErrorCode::kResourceExhausted, what, "visitor");
  error.retry_after_seconds = retry_after;
  return error;
}

}  // namespace

class IntentTable::State {
 public:
  explicit State(const IntentLimits& limits)
      : limits_(limits),
        book_(limits.visitors),
        posts_(limits.per_client_posts) {}

  struct Listened {
    explicit Listened(const IntentRules& declared, std::size_t think_times)
        : stats(think_times) {
      Obey(declared);
    }
    void Obey(const IntentRules& declared) {
      const bool same =
          arrivals && declared.rate_per_minute == rules.rate_per_minute;
      rules = declared;
      if (same) return;
      const double rate = rules.rate_per_minute;
      arrivals = std::make_unique<TokenBuckets>(
          RateLimit{rate / kMinute, std::max(1.0, rate / kBurstShare)}, 1);
    }
    seconds ttl() const { return rules.ttl.value_or(stats.time_to_live()); }

    IntentRules rules;
    VisitStats stats;
    std::unique_ptr<TokenBuckets> arrivals;  // of new visits
    std::size_t opened = 0, converted = 0, wasted = 0, refused = 0;
  };

  // With the lock held, all of these.
  void Expire(SteadyTime now) {
    while (Visitor* const visitor = book_.FirstExpired(now)) {
      Listened& target = targets_.at(visitor->target);
      if (visitor->uploading) {
        book_.StopCounting(visitor, End::kUploaded);
        continue;
      }
      const bool too_long = visitor->opened + target.ttl() <= now;
      ++target.wasted;
      target.stats.Ended(false);
      book_.StopCounting(visitor, visitor->leaving ? End::kLeft
                                  : too_long       ? End::kTimeToLive
                                                   : End::kSilent);
    }
  }

  // Nobody counts for longer than the rules of now say.
  void Shorten(const std::string& target, seconds ttl) {
    for (Visitor* const visitor : book_.CountingAt(target)) {
      if (visitor->uploading) continue;
      const SteadyTime latest = visitor->opened + ttl;
      if (latest < visitor->expires) book_.Count(visitor, latest);
    }
  }

  Result<IntentGrant> Take(const IntentPost& post, SteadyTime now) {
    const Status heard = posts_.Take(post.client, now);
    const auto found = targets_.find(post.target);
    if (found == targets_.end()) {
      PREWARM_RETURN_IF_ERROR(heard);
      return MakeError(ErrorCode::kNotFound,
                       "no policy listens to visitors of this target; "
                       "spec.intent.enabled makes one listen",
                       "target");
    }
    Listened& target = found->second;
    Status done = heard;
    if (done.ok()) done = CheckVisitor(post.visitor);
    if (done.ok()) done = Heed(post, now, &target);
    if (!done.ok()) {
      ++target.refused;
      return done.error();
    }
    return IntentGrant{kHeartbeat, target.ttl()};
  }

  std::mutex mutex_;
  const IntentLimits limits_;
  VisitorBook book_;
  TokenBuckets posts_;  // by client
  std::map<std::string, Listened> targets_;
  std::function<void(const std::string&)> changed_;

 private:
  Status Heed(const IntentPost& post, SteadyTime now, Listened* target) {
    Visitor* visitor = book_.Find(post.target, post.visitor);
    switch (post.state) {
      case VisitorState::kLeft:
        if (visitor != nullptr) Leave(visitor, now);
        return Ok{};
      case VisitorState::kOpen:
        // Her time is over, even if her page is still there.
        if (visitor != nullptr && visitor->end == End::kTimeToLive) {
          return Ok{};
        }
        if (visitor == nullptr || !visitor->counts) {
          return Begin(post, now, target, visitor);
        }
        if (!visitor->uploading) Refresh(visitor, now, *target);
        return Ok{};
      case VisitorState::kUploading:
        return Upload(post, now, target, visitor);
    }
    return Ok{};
  }

  Status CheckShare(const std::string& client) const {
    if (book_.CountingOf(client) < limits_.per_client) return Ok{};
    return Exhausted("too many open pages of one client",
                     static_cast<int>(kHeartbeat.count()));
  }

  Status Admit(const IntentPost& post, SteadyTime now, Listened* target,
               Visitor** visitor) {
    PREWARM_RETURN_IF_ERROR(CheckShare(post.client));
    if (*visitor == nullptr && !book_.HasRoom()) {
      return Exhausted("too many visitors at once",
                       static_cast<int>(kHeartbeat.count()));
    }
    PREWARM_RETURN_IF_ERROR(Arrive(now, target));
    if (*visitor == nullptr) *visitor = book_.Add(post.target, post.visitor);
    (*visitor)->client = post.client;
    (*visitor)->opened = now;
    (*visitor)->end = End::kNone;
    ++target->opened;
    return Ok{};
  }

  static Status Arrive(SteadyTime now, Listened* target) {
    const Status taken = target->arrivals->Take("", now);
    if (taken.ok()) return Ok{};
    return Exhausted("more visitors than spec.intent.ratePerMinute, " +
                         std::to_string(target->rules.rate_per_minute) +
                         ", allows",
                     taken.error().retry_after_seconds.value_or(1));
  }

  Status Begin(const IntentPost& post, SteadyTime now, Listened* target,
               Visitor* visitor) {
    PREWARM_RETURN_IF_ERROR(Admit(post, now, target, &visitor));
    Refresh(visitor, now, *target);
    return Ok{};
  }

  void Refresh(Visitor* visitor, SteadyTime now, const Listened& target) {
    visitor->leaving = false;
    book_.Count(visitor, std::min(visitor->opened + target.ttl(),
                                  now + kSilence * kHeartbeat));
  }

  void Leave(Visitor* visitor, SteadyTime now) {
    if (!visitor->counts) return;
    if (visitor->uploading) {
      book_.StopCounting(visitor, End::kUploaded);
      return;
    }
    visitor->leaving = true;
    book_.Count(visitor, std::min(visitor->expires, now + kReload));
  }

  Status Upload(const IntentPost& post, SteadyTime now, Listened* target,
                Visitor* visitor) {
    // Said again it is the same upload.
    if (visitor != nullptr && visitor->uploading) return Ok{};
    const End end = visitor == nullptr ? End::kLeft : visitor->end;
    if (visitor != nullptr && visitor->counts) {
      target->stats.Thought(now - visitor->opened);
      target->stats.Ended(true);
      ++target->converted;
    } else if (end == End::kTimeToLive || end == End::kSilent) {
      // The slow thinkers, whose time was over, teach most about it.
      PREWARM_RETURN_IF_ERROR(CheckShare(post.client));
      target->stats.Thought(now - visitor->opened);
      target->stats.ConvertedAfterAll();
      ++target->converted;
    } else if (end == End::kUploaded) {
      // Another photo of the same visit.
      PREWARM_RETURN_IF_ERROR(CheckShare(post.client));
      PREWARM_RETURN_IF_ERROR(Arrive(now, target));
    } else {
      // Her page never said that it was open: nothing to learn from.
      PREWARM_RETURN_IF_ERROR(Admit(post, now, target, &visitor));
      ++target->converted;
    }
    if (!visitor->counts) visitor->client = post.client;
    visitor->end = End::kNone;
    visitor->leaving = false;
    visitor->uploading = true;
    book_.Count(visitor, now + kUpload);
    return Ok{};
  }
};

IntentTable::IntentTable(const IntentLimits& limits)
    : state_(std::make_unique<State>(limits)) {}

IntentTable::~IntentTable() = default;

void IntentTable::Listen(const std::map<std::string, IntentRules>& targets) {
  const std::lock_guard<std::mutex> lock(state_->mutex_);
  for (auto it = state_->targets_.begin(); it != state_->targets_.end();) {
    if (targets.count(it->first) > 0) {
      ++it;
      continue;
    }
    state_->book_.ForgetTarget(it->first);
    it = state_->targets_.erase(it);
  }
  for (const auto& [name, rules] : targets) {
    const auto [place, is_new] =
        state_->targets_.try_emplace(name, rules, state_->limits_.think_times);
    if (is_new) continue;
    place->second.Obey(rules);
    state_->Shorten(name, place->second.ttl());
  }
}

Result<IntentGrant> IntentTable::Post(const IntentPost& post, SteadyTime now) {
  std::function<void(const std::string&)> changed;
  Result<IntentGrant> grant = IntentGrant{};
  {
    const std::lock_guard<std::mutex> lock(state_->mutex_);
    state_->Expire(now);
    const int before = state_->book_.Counting(post.target);
    grant = state_->Take(post, now);
    // One who leaves changes until when the others are all that count.
    if (state_->book_.Counting(post.target) != before ||
        (post.state == VisitorState::kLeft && before > 0)) {
      changed = state_->changed_;
    }
  }
  if (changed) changed(post.target);
  return grant;
}

IntentTally IntentTable::Tally(const std::string& target, SteadyTime now) {
  const std::lock_guard<std::mutex> lock(state_->mutex_);
  state_->Expire(now);
  IntentTally tally;
  const auto found = state_->targets_.find(target);
  if (found == state_->targets_.end()) return tally;
  const State::Listened& listened = found->second;
  tally.visitors = state_->book_.Counting(target);
  tally.until = state_->book_.NextExpiry(target);
  tally.conversion = listened.stats.conversion();
  tally.think_mean = listened.stats.mean();
  tally.think_median = listened.stats.median();
  tally.ttl = listened.ttl();
  tally.opened = listened.opened;
  tally.converted = listened.converted;
  tally.wasted = listened.wasted;
  tally.refused = listened.refused;
  return tally;
}

IntentLearned IntentTable::Learned(const std::string& target) const {
  const std::lock_guard<std::mutex> lock(state_->mutex_);
  const auto found = state_->targets_.find(target);
  return found == state_->targets_.end() ? IntentLearned{}
                                         : found->second.stats.Learned();
}

void IntentTable::Restore(const std::string& target,
                          const IntentLearned& learned) {
  const std::lock_guard<std::mutex> lock(state_->mutex_);
  const auto found = state_->targets_.find(target);
  if (found != state_->targets_.end()) found->second.stats.Restore(learned);
}

void IntentTable::OnChange(
    std::function<void(const std::string& target)> changed) {
  const std::lock_guard<std::mutex> lock(state_->mutex_);
  state_->changed_ = std::move(changed);
}

}  // namespace prewarm
