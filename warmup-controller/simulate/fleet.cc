#include "warmup-controller/simulate/fleet.h"

#include <algorithm>
#include <deque>
#include <queue>

namespace prewarm {
namespace {

constexpr int kWord = 64;

// The instances with a free slot: the lowest one in a few instructions.
class FreeSet {
 public:
  explicit FreeSet(int size)
      : words_(static_cast<std::size_t>(size + kWord - 1) / kWord) {}

  void Insert(int i) { words_[Word(i)] |= Bit(i); }
  void Erase(int i) { words_[Word(i)] &= ~Bit(i); }
  int Lowest() const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      if (words_[w] != 0) {
        return static_cast<int>(w) * kWord + __builtin_ctzll(words_[w]);
      }
    }
    return -1;
  }

 private:
  static std::size_t Word(int i) { return static_cast<std::size_t>(i) / kWord; }
  static std::uint64_t Bit(int i) { return std::uint64_t{1} << (i % kWord); }

  std::vector<std::uint64_t> words_;
};

struct Event {
  Moment at;
  int instance;
  bool operator>(const Event& other) const { return at > other.at; }
};
using Events = std::priority_queue<Event, std::vector<Event>, std::greater<>>;

struct Slot {
  enum class State { kOff, kStarting, kWarm };
  State state = State::kOff;
  int busy = 0;
  Moment ready_at = 0;
  Moment idle_since = 0;
  Moment check_at = kNever;  // whether it was idle for long enough
};

class Fleet {
 public:
  Fleet(const FleetOptions& options, Moment begin, Moment end, Scaler* scaler)
      : options_(options),
        begin_(begin),
        end_(end),
        scaler_(scaler),
        slots_(static_cast<std::size_t>(options.max_instances)),
        free_(options.max_instances),
        service_(options.seed),
        starts_(options.seed ^ 0x9e3779b97f4a7c15ULL),
        now_(begin),
        counted_until_(begin) {}

  FleetResult Run(const std::vector<Moment>& arrivals) {
    result_.counts.push_back({begin_, 0});
    Look();
    begun_ = true;
    for (const Moment arrival : arrivals) {
      while (NextEvent() <= arrival) Step();
      now_ = arrival;
      Arrive();
    }
    while (NextEvent() < end_ || in_flight_ > 0 || !queue_.empty()) Step();
    now_ = std::max(now_, end_);
    Count();
    return std::move(result_);
  }

 private:
  struct Waiting {
    Moment arrived;
    Moment service;
  };

  Moment NextEvent() const {
    Moment next = look_at_;
    if (!departures_.empty()) next = std::min(next, departures_.top().at);
    if (!ready_.empty()) next = std::min(next, ready_.top().at);
    if (!idle_.empty()) next = std::min(next, idle_.top().at);
    return next;
  }

  void Step() {
    const Moment at = NextEvent();
    now_ = at;
    if (!departures_.empty() && departures_.top().at == at) {
      Depart();
    } else if (!ready_.empty() && ready_.top().at == at) {
      BecomeReady();
    } else if (!idle_.empty() && idle_.top().at == at) {
      CheckIdle();
    } else {
      Look();
    }
  }

  void Arrive() {
    ++result_.requests;
    const Moment service = options_.service.Draw(&service_);
    result_.busy_seconds += static_cast<double>(service) / kSecond;
    const bool looks = scaler_->OnArrival(now_);
    const int instance = free_.Lowest();
    if (instance >= 0) {
      Serve(instance, service);
    } else {
      queue_.push_back({now_, service});
      // One more than those that are starting can take.
      if (static_cast<std::int64_t>(queue_.size()) >
          std::int64_t{starting_} * options_.concurrency) {
        Start();
      }
    }
    if (looks) Look();
  }

  void Serve(int instance, Moment service) {
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    ++slot.busy;
    ++in_flight_;
    if (slot.busy == options_.concurrency) free_.Erase(instance);
    departures_.push({now_ + service, instance});
    if (options_.on_served) {
      options_.on_served(instance, now_, now_ + service);
    }
  }

  void ServeFirst(int instance) {
    const Waiting first = queue_.front();
    queue_.pop_front();
    const auto wait =
        static_cast<float>(static_cast<double>(now_ - first.arrived) / kSecond);
    result_.waits.push_back(wait);
    const Slot& slot = slots_[static_cast<std::size_t>(instance)];
    if (slot.ready_at > first.arrived) {
      ++result_.cold_requests;
      result_.cold_waits.push_back({first.arrived, wait});
    }
    Serve(instance, first.service);
  }

  void Depart() {
    const int instance = departures_.top().instance;
    departures_.pop();
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    --slot.busy;
    --in_flight_;
    free_.Insert(instance);
    if (!queue_.empty()) {
      ServeFirst(instance);
    } else if (slot.busy == 0) {
      BecomeIdle(instance);
    }
    if (in_flight_ == 0 && queue_.empty() && scaler_->OnAllIdle(now_)) Look();
  }

  void BecomeReady() {
    const int instance = ready_.top().instance;
    ready_.pop();
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    slot.state = Slot::State::kWarm;
    slot.ready_at = now_;
    --starting_;
    ++warm_;
    Counted();
    free_.Insert(instance);
    while (!queue_.empty() && slot.busy < options_.concurrency) {
      ServeFirst(instance);
    }
    if (slot.busy == 0) BecomeIdle(instance);
    Look();
  }

  void BecomeIdle(int instance) {
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    slot.idle_since = now_;
    Check(instance, now_ + scaler_->IdleTimeout());
  }

  // At `at`, unless there is a check before that: it looks again if it is
  // early.
  void Check(int instance, Moment at) {
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    if (at >= slot.check_at) return;
    slot.check_at = at;
    idle_.push({at, instance});
  }

  void CheckIdle() {
    const auto [at, instance] = idle_.top();
    idle_.pop();
    Slot& slot = slots_[static_cast<std::size_t>(instance)];
    if (slot.check_at != at) return;  // an earlier one came after it
    slot.check_at = kNever;
    if (slot.state != Slot::State::kWarm || slot.busy > 0) return;
    const Moment due = slot.idle_since + scaler_->IdleTimeout();
    if (due > now_) {
      Check(instance, due);
    } else if (warm_ > floor_) {
      // Not for one that still starts: it can't stand in for this one yet.
      Stop(instance);
    }
  }

  // The floor, now; what it asks for is started, what it frees may go.
  void Look() {
    const FleetView view{now_, warm_, starting_, Busy(), Seconds()};
    const int floor = std::min(scaler_->Floor(view), options_.max_instances);
    look_at_ = std::max(scaler_->NextLook(), now_ + 1);
    while (warm_ + starting_ < floor) Start();
    const Moment timeout = scaler_->IdleTimeout();
    const bool lets_go = floor < floor_ || timeout < timeout_;
    floor_ = floor;
    timeout_ = timeout;
    if (!lets_go) return;
    // From the last one: work is packed onto the first ones.
    for (std::size_t i = slots_.size(); i-- > 0;) {
      const Slot& slot = slots_[i];
      if (slot.state != Slot::State::kWarm || slot.busy > 0) continue;
      Check(static_cast<int>(i), std::max(now_, slot.idle_since + timeout));
    }
  }

  void Start() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].state != Slot::State::kOff) continue;
      Count();
      slots_[i].state = Slot::State::kStarting;
      // Drawn in any case: later starts take as long as they would have.
      const Moment takes = options_.cold_start.Draw(&starts_);
      slots_[i].ready_at = begun_ ? now_ + takes : now_;
      ready_.push({slots_[i].ready_at, static_cast<int>(i)});
      ++starting_;
      ++result_.starts;
      Counted();
      return;
    }
  }

  void Stop(int instance) {
    Count();
    slots_[static_cast<std::size_t>(instance)].state = Slot::State::kOff;
    free_.Erase(instance);
    --warm_;
    result_.instance_seconds += static_cast<double>(std::clamp<Moment>(
                                    end_ - now_, 0, options_.stopping)) /
                                kSecond;
    Counted();
  }

  // Instance-seconds until now, by the number until now.
  void Count() {
    result_.instance_seconds += Uncounted();
    counted_until_ = std::max(counted_until_, std::min(now_, end_));
  }
  double Uncounted() const {
    const Moment until = std::min(now_, end_);
    if (until <= counted_until_) return 0;
    return static_cast<double>(until - counted_until_) / kSecond *
           (warm_ + starting_);
  }
  double Seconds() const { return result_.instance_seconds + Uncounted(); }
  void Counted() {
    const FleetResult::Count count{now_, warm_ + starting_, warm_};
    if (result_.counts.back().at == now_) {
      result_.counts.back() = count;
    } else {
      result_.counts.push_back(count);
    }
  }

  int Busy() const {
    return static_cast<int>(std::min<std::int64_t>(in_flight_, warm_));
  }

  const FleetOptions& options_;
  Moment begin_;
  Moment end_;
  Scaler* scaler_;
  std::vector<Slot> slots_;
  FreeSet free_;
  std::mt19937_64 service_;
  std::mt19937_64 starts_;
  Events departures_;
  Events ready_;
  Events idle_;
  std::deque<Waiting> queue_;
  bool begun_ = false;  // the first look is over
  Moment now_;
  Moment counted_until_;
  Moment look_at_ = 0;
  int warm_ = 0;
  int starting_ = 0;
  int floor_ = 0;
  Moment timeout_ = 0;  // the scaler's, at the last look
  std::int64_t in_flight_ = 0;
  FleetResult result_;
};

}  // namespace

FleetResult Simulate(const FleetOptions& options,
                     const std::vector<Moment>& arrivals, Moment begin,
                     Moment end, Scaler* scaler) {
  return Fleet(options, begin, end, scaler).Run(arrivals);
}

}  // namespace prewarm
