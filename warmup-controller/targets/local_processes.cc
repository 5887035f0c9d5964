#include "warmup-controller/targets/local_processes.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace prewarm {
namespace {

constexpr int kMostDoublings = 6;

std::string Substituted(std::string text, const std::string& what,
                        const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string Seconds(SteadyTime::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s",
                std::chrono::duration<double>(time).count());
  return text;
}

std::string Told(const ProcessEnd& end) {
  return end.signal != 0 ? "was ended by signal " + std::to_string(end.signal)
                         : "exited with status " + std::to_string(end.status);
}

}  // namespace

LocalProcesses::LocalProcesses(LocalProcess declared, Machine* machine,
                               const Clock* clock)
    : declared_(std::move(declared)), machine_(machine), clock_(clock) {}

LocalProcesses::~LocalProcesses() {
  for (const Slot& slot : slots_) {
    if (slot.process) machine_->Signal(*slot.process, SIGKILL);
  }
}

std::string LocalProcesses::IdOf(const Slot& slot) const {
  std::string id = declared_.name;
  id += '-';
  id += std::to_string(slot.number);
  id += '.';
  return id + std::to_string(slot.start);
}

std::string LocalProcesses::LogOf(const Slot& slot) const {
  if (declared_.log_directory.empty()) return "";
  std::string file = declared_.log_directory;
  file += '/';
  file += declared_.name;
  file += '-';
  return file + std::to_string(slot.number) + ".log";
}

std::string LocalProcesses::UrlAt(int port) const {
  const bool bare_ipv6 = declared_.host.find(':') != std::string::npos;
  const std::string host =
      bare_ipv6 ? "[" + declared_.host + "]" : declared_.host;
  return "http://" + host + ":" + std::to_string(port);
}

int LocalProcesses::staying() const {
  return static_cast<int>(
      std::count_if(slots_.begin(), slots_.end(),
                    [](const Slot& slot) { return !slot.leaves; }));
}

// As many as an instance needs; fewer where they are taken.
std::vector<int> LocalProcesses::FreePorts() {
  const std::size_t needed = declared_.has_admin_port() ? 2 : 1;
  std::vector<int> ports;
  for (int port = declared_.first_port;
       port <= declared_.last_port && ports.size() < needed; ++port) {
    const bool ours =
        std::any_of(slots_.begin(), slots_.end(), [port](const Slot& slot) {
          return std::count(slot.ports.begin(), slot.ports.end(), port) > 0;
        });
    if (!ours && machine_->IsFree(declared_.host, port)) ports.push_back(port);
  }
  return ports;
}

void LocalProcesses::StartOne(Slot* slot, SteadyTime now) {
  const auto later = [&](const std::string& why) {
    const int doublings = std::min(slot->failures, kMostDoublings);
    const auto pause = std::min<SteadyTime::duration>(
        kLongestPause, kFirstPause * (1 << doublings));
    ++slot->failures;
    slot->again = now + pause;
    trouble_ = why;
  };
  const std::vector<int> ports = FreePorts();
  const std::size_t needed = declared_.has_admin_port() ? 2 : 1;
  if (ports.size() < needed) {
    later("no free port from " + std::to_string(declared_.first_port) + " to " +
          std::to_string(declared_.last_port) + " on " + declared_.host);
    return;
  }
  ProcessStart start;
  start.environment = declared_.environment;
  start.directory = declared_.working_directory;
  start.log_file = LogOf(*slot);
  start.command.reserve(declared_.command.size());
  for (const std::string& argument : declared_.command) {
    start.command.push_back(
        Substituted(Substituted(argument, "{port}", std::to_string(ports[0])),
                    "{admin_port}", std::to_string(ports.back())));
  }
  const Result<int> process = machine_->Start(start);
  if (!process.ok()) {
    later(process.error().message);
    return;
  }
  const auto number = static_cast<std::size_t>(slot->number);
  if (starts_.size() <= number) starts_.resize(number + 1);
  slot->start = starts_[number]++;
  slot->process = *process;
  slot->ports = ports;
  slot->began = now;
  slot->kill_at.reset();
  slot->killed = false;
}

void LocalProcesses::Reap(Slot* slot, SteadyTime now) {
  if (!slot->process) return;
  const auto end = machine_->Ended(*slot->process);
  if (!end) {
    if (slot->kill_at && *slot->kill_at <= now && !slot->killed) {
      machine_->Signal(*slot->process, SIGKILL);
      slot->killed = true;
    }
    return;
  }
  slot->process.reset();
  slot->ports.clear();
  slot->again = now;
  if (slot->kill_at) {
    slot->failures = 0;
    return;
  }
  const SteadyTime::duration ran = now - slot->began;
  if (ran >= kStable) slot->failures = 0;
  const int doublings = std::min(slot->failures, kMostDoublings);
  const auto pause = std::min<SteadyTime::duration>(
      kLongestPause, kFirstPause * (1 << doublings));
  ++slot->failures;
  slot->again = now + pause;
  trouble_ = IdOf(*slot) + " " + Told(*end) + " after " + Seconds(ran) +
             "; starts again " + Seconds(pause) + " later";
  const std::string log = LogOf(*slot);
  if (!log.empty()) trouble_ += "; see " + log;
}

TargetView LocalProcesses::Observe() {
  const SteadyTime now = clock_->Now();
  for (Slot& slot : slots_) Reap(&slot, now);
  slots_.erase(std::remove_if(slots_.begin(), slots_.end(),
                              [](const Slot& slot) {
                                return slot.leaves && !slot.process;
                              }),
               slots_.end());
  for (Slot& slot : slots_) {
    if (!slot.process && slot.again <= now) StartOne(&slot, now);
  }
  TargetView view;
  bool well = true;
  for (const Slot& slot : slots_) {
    // It has not come to run for long enough to be trusted.
    const bool young = !slot.process || now - slot.began < kStable;
    well = well && !(slot.failures > 0 && young);
    if (!slot.process) continue;
    InstanceSeen seen;
    seen.id = IdOf(slot);
    seen.urls[""] = UrlAt(slot.ports.front());
    if (slot.ports.size() > 1) seen.urls["admin"] = UrlAt(slot.ports.back());
    seen.stopping = slot.kill_at.has_value();
    view.instances.push_back(std::move(seen));
  }
  if (well) trouble_.clear();
  view.trouble = trouble_;
  return view;
}

void LocalProcesses::Stop(Slot* slot, bool leaves, SteadyTime now) {
  slot->leaves = leaves;
  if (!slot->process || slot->kill_at) return;
  machine_->Signal(*slot->process, SIGTERM);
  slot->kill_at = now + declared_.stop_timeout;
}

Status LocalProcesses::Scale(int replicas,
                             const std::vector<std::string>& dispensable) {
  const SteadyTime now = clock_->Now();
  // What does not run is let go of first, then as told, then the newest.
  std::vector<Slot*> order;
  for (Slot& slot : slots_) {
    if (!slot.process && !slot.leaves) order.push_back(&slot);
  }
  for (const std::string& id : dispensable) {
    for (Slot& slot : slots_) {
      if (slot.process && !slot.leaves && IdOf(slot) == id) {
        order.push_back(&slot);
      }
    }
  }
  for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
    const bool known = std::count(order.begin(), order.end(), &*slot) > 0;
    if (!known && !slot->leaves) order.push_back(&*slot);
  }
  for (Slot* slot : order) {
    if (staying() <= replicas) break;
    Stop(slot, /*leaves=*/true, now);
  }
  const int most = declared_.most_instances();
  const int wanted = std::min(replicas, most);
  for (int number = 0; staying() < wanted; ++number) {
    const auto at = std::find_if(
        slots_.begin(), slots_.end(),
        [number](const Slot& slot) { return slot.number >= number; });
    if (at != slots_.end() && at->number == number) continue;
    Slot slot;
    slot.number = number;
    slot.again = now;
    slots_.insert(at, slot);
  }
  if (replicas <= most) return Ok{};
  return MakeError(ErrorCode::kUnavailable,
                   std::to_string(replicas) + " instances are asked for; " +
                       "spec.ports has room for " + std::to_string(most),
                   "ports");
}

Status LocalProcesses::Replace(const std::string& id) {
  const SteadyTime now = clock_->Now();
  for (Slot& slot : slots_) {
    if (slot.process && !slot.leaves && IdOf(slot) == id) {
      Stop(&slot, /*leaves=*/false, now);
    }
  }
  return Ok{};
}

}  // namespace prewarm
