#include "warmup-controller/kube/event_writer.h"

#include <utility>

namespace prewarm::kube {

EventWriter::EventWriter(Api* api, EventLimits limits,
                         const std::string& instance, std::size_t most_waiting,
                         const Clock& clock)
    : api_(api),
      most_waiting_(most_waiting),
      clock_(clock),
      book_(limits, instance),
      thread_([this] { Run(); }) {}

EventWriter::~EventWriter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void EventWriter::Note(const EventNote& note) {
  const std::lock_guard<std::mutex> lock(mutex_);
  waiting_.push_back(note);
  ++noted_;
  if (waiting_.size() > most_waiting_) {
    waiting_.pop_front();
    ++dropped_;
  }
  changed_.notify_all();
}

std::size_t EventWriter::waiting() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waiting_.size();
}

std::uint64_t EventWriter::noted() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return noted_;
}

std::uint64_t EventWriter::dropped() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return dropped_;
}

std::uint64_t EventWriter::failed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failed_;
}

void EventWriter::Run() {
  while (true) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const EventNote note = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Write(note);
  }
}

void EventWriter::Write(const EventNote& note) {
  const auto write = book_.Note(note, clock_.Now(), clock_.WallNow());
  if (!write) return;
  auto written = api_->Call(write->request);
  if (!written.ok() && written.error().code == ErrorCode::kNotFound &&
      write->request.method == "PATCH") {
    const auto again = book_.Lost(write->id, clock_.WallNow());
    if (again) written = api_->Call(again->request);
  }
  if (written.ok()) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  ++failed_;
}

}  // namespace prewarm::kube
