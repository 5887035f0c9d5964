#include "warmup-controller/targets/local_processes.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "common/base/backoff.h"
#include "warmup-controller/policy/duration.h"
#include "warmup-controller/targets/local_instance.h"

namespace prewarm {
namespace {

std::string Told(const ProcessEnd& end, SteadyTime::duration ran) {
  char after[48];
  std::snprintf(after, sizeof after, " after %.1f s",
                std::chrono::duration<double>(ran).count());
  const std::string how =
      end.signal != 0 ? "was ended by signal " : "exited with status ";
  return how + std::to_string(end.signal != 0 ? end.signal : end.status) +
         after;
}

}  // namespace

LocalProcesses::LocalProcesses(LocalProcess declared, Machine* machine,
                               const Clock* clock,
                               std::shared_ptr<ProcessLedger> ledger)
    : declared_(std::move(declared)),
      machine_(machine),
      clock_(clock),
      ledger_(std::move(ledger)) {}

LocalProcesses::~LocalProcesses() {
  for (const Slot& slot : slots_) {
    if (slot.process) machine_->Kill(*slot.process);
    for (const int port : slot.ports) ledger_->GiveBack(port);
  }
}

std::string LocalProcesses::IdOf(const Slot& slot) const {
  return InstanceId(declared_, slot.number, slot.start);
}

int LocalProcesses::staying() const {
  return static_cast<int>(
      std::count_if(slots_.begin(), slots_.end(),
                    [](const Slot& slot) { return !slot.kill_at; }));
}

// As many as an instance needs; fewer where they are taken.
std::vector<int> LocalProcesses::FreePorts() const {
  std::vector<int> ports;
  for (int port = declared_.first_port; port <= declared_.last_port; ++port) {
    if (static_cast<int>(ports.size()) == declared_.ports_each()) break;
    if (!ledger_->IsTaken(port) && machine_->IsFree(declared_.host, port)) {
      ports.push_back(port);
    }
  }
  return ports;
}

void LocalProcesses::Fail(Slot* slot, const std::string& what, SteadyTime now) {
  ++slot->failures;
  const auto pause = Backoff(kFirstPause, kLongestPause, slot->failures);
  slot->again = now + pause;
  slot->troubled = now;
  slot->trouble = what;
  slot->trouble += "; starts again ";
  slot->trouble += std::to_string(pause.count());
  slot->trouble += " s later";
}

void LocalProcesses::StartOne(Slot* slot, SteadyTime now) {
  const std::vector<int> ports = FreePorts();
  if (static_cast<int>(ports.size()) < declared_.ports_each()) {
    // Those of one that stops are free soon: no failure, and no pause.
    if (staying() < static_cast<int>(slots_.size())) return;
    slot->start_failed = true;
    Fail(slot,
         "no free port from " + std::to_string(declared_.first_port) + " to " +
             std::to_string(declared_.last_port) + " on " + declared_.host,
         now);
    return;
  }
  const Result<int> process =
      machine_->Start(InstanceStart(declared_, slot->number, ports));
  if (!process.ok()) {
    slot->start_failed = true;
    Fail(slot, process.error().message, now);
    return;
  }
  if (slot->start_failed) slot->trouble.clear();
  slot->start_failed = false;
  slot->start =
      ledger_->NextStart(declared_.namespace_name + "/" + declared_.name + "-" +
                         std::to_string(slot->number));
  slot->process = *process;
  slot->ports = ports;
  for (const int port : ports) ledger_->Take(port);
  slot->began = now;
}

void LocalProcesses::StartDue(SteadyTime now) {
  for (Slot& slot : slots_) {
    if (!slot.process && slot.again <= now) StartOne(&slot, now);
  }
}

void LocalProcesses::Reap(Slot* slot, SteadyTime now) {
  if (!slot->process) return;
  const auto end = machine_->Ended(*slot->process);
  if (!end) {
    if (slot->kill_at && *slot->kill_at <= now && !slot->killed) {
      machine_->Signal(*slot->process, SIGKILL);
      slot->killed = true;
      news_.push_back(IdOf(*slot) + " was killed: it had not ended " +
                      FormatDuration(declared_.stop_timeout) +
                      " after SIGTERM, its stopTimeout");
    }
    if (now - slot->began >= kStable) slot->trouble.clear();
    return;
  }
  slot->process.reset();
  for (const int port : slot->ports) ledger_->GiveBack(port);
  slot->ports.clear();
  if (slot->kill_at) return;
  const SteadyTime::duration ran = now - slot->began;
  if (ran >= kStable) slot->failures = 0;
  Fail(slot, IdOf(*slot) + " " + Told(*end, ran), now);
  const std::string log = InstanceLog(declared_, slot->number);
  if (!log.empty()) slot->trouble += "; see " + log;
}

InstanceSeen LocalProcesses::Seen(const Slot& slot) const {
  InstanceSeen seen;
  seen.id = IdOf(slot);
  seen.urls[""] = InstanceUrl(declared_, slot.ports.front());
  if (declared_.has_admin_port()) {
    seen.urls["admin"] = InstanceUrl(declared_, slot.ports.back());
  }
  seen.stopping = slot.kill_at.has_value();
  return seen;
}

void LocalProcesses::Sweep() {
  slots_.erase(std::remove_if(slots_.begin(), slots_.end(),
                              [](const Slot& slot) {
                                return slot.kill_at && !slot.process;
                              }),
               slots_.end());
}

TargetView LocalProcesses::Observe() {
  const SteadyTime now = clock_->Now();
  for (Slot& slot : slots_) Reap(&slot, now);
  Sweep();
  StartDue(now);
  TargetView view;
  view.trouble = shortage_;
  view.news = std::exchange(news_, {});
  SteadyTime last{};
  for (const Slot& slot : slots_) {
    if (slot.process) view.instances.push_back(Seen(slot));
    if (slot.kill_at || slot.trouble.empty() || slot.troubled < last) continue;
    view.trouble = slot.trouble;
    last = slot.troubled;
  }
  return view;
}

void LocalProcesses::Stop(Slot* slot, SteadyTime now) {
  slot->kill_at = now + declared_.stop_timeout;
  if (slot->process) machine_->Signal(*slot->process, SIGTERM);
}

std::vector<LocalProcesses::Slot*> LocalProcesses::InOrderOfStop(
    const std::vector<std::string>& dispensable) {
  struct Candidate {
    std::ptrdiff_t rank;  // -1: waits for its start
    Slot* slot;
  };
  std::vector<Candidate> candidates;
  candidates.reserve(slots_.size());
  for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
    if (slot->kill_at) continue;
    const auto told =
        std::find(dispensable.begin(), dispensable.end(), IdOf(*slot));
    candidates.push_back(
        {slot->process ? told - dispensable.begin() : -1, &*slot});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     if (a.rank != b.rank) return a.rank < b.rank;
                     return a.rank >= 0 && a.slot->began > b.slot->began;
                   });
  std::vector<Slot*> order;
  order.reserve(candidates.size());
  for (const Candidate& each : candidates) order.push_back(each.slot);
  return order;
}

// In the first free place.
void LocalProcesses::Add(SteadyTime now) {
  Slot slot;
  slot.again = now;
  auto at = slots_.begin();
  for (; at != slots_.end() && at->number == slot.number; ++at) ++slot.number;
  slots_.insert(at, std::move(slot));
}

Status LocalProcesses::Scale(int replicas,
                             const std::vector<std::string>& dispensable) {
  const SteadyTime now = clock_->Now();
  if (staying() > replicas) {
    for (Slot* slot : InOrderOfStop(dispensable)) {
      if (staying() > replicas) Stop(slot, now);
    }
    Sweep();
  }
  const int most = declared_.most_instances();
  shortage_.clear();
  if (replicas > most) {
    shortage_ = std::to_string(replicas) +
                " instances are asked for; spec.ports has room for " +
                std::to_string(most);
  }
  while (staying() < std::min(replicas, most)) Add(now);
  StartDue(now);
  return Ok{};
}

Status LocalProcesses::Replace(const std::string& id) {
  const SteadyTime now = clock_->Now();
  const auto old =
      std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
        return slot.process && !slot.kill_at && IdOf(slot) == id;
      });
  if (old == slots_.end()) return Ok{};
  Stop(&*old, now);
  Add(now);
  StartDue(now);
  return Ok{};
}

}  // namespace prewarm
