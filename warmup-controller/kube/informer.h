// A cache of objects of one type, in step with the server.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "warmup-controller/kube/reflector.h"
#include "warmup-controller/kube/watch_event.h"

namespace prewarm::kube {

enum class KeyChange { kAdded, kChanged, kGone };

// What it keeps of an object is a T, made by a function: small, and with ==,
// so that what changes nothing of it is not told. Thread-safe.
template <typename T>
class Informer : private ObjectSink {
 public:
  using Value = std::shared_ptr<const T>;
  using Project = std::function<T(const Json& object)>;
  // On the informer's own thread, after the cache has changed; must not block.
  // Keys are "namespace/name".
  using Handler = std::function<void(KeyChange, const std::string& key)>;

  // `api` outlives it.
  Informer(Api* api, Selection selection, Project project, Handler handler,
           ReflectorOptions options = {})
      : project_(std::move(project)),
        handler_(std::move(handler)),
        reflector_(api, std::move(selection), this, std::move(options)) {}
  ~Informer() override { Stop(); }
  Informer(const Informer&) = delete;
  Informer& operator=(const Informer&) = delete;

  // Once.
  void Start() {
    thread_ = std::thread([this] { reflector_.Run(&stop_); });
  }
  // Waits for its thread.
  void Stop() {
    stop_.Stop();
    if (thread_.joinable()) thread_.join();
  }

  // Whether the first list is whole, and what it held was told.
  bool synced() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return synced_;
  }
  bool WaitUntilSynced(std::chrono::milliseconds patience) const {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return synced_; });
  }
  // Why it is out of step with the server; nothing while it is in step.
  std::optional<Error> trouble() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return trouble_;
  }

  // Null if there is none.
  Value Find(const std::string& key) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : found->second;
  }
  // In no order.
  std::vector<std::pair<std::string, Value>> All() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return {objects_.begin(), objects_.end()};
  }

 private:
  using Objects = std::unordered_map<std::string, Value>;

  void ListBegins() override { listed_.clear(); }
  void Listed(const Json& object) override {
    listed_[KeyOf(object)] = std::make_shared<const T>(project_(object));
  }
  void ListEnds() override {
    std::vector<std::pair<KeyChange, std::string>> changes;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const auto& [key, value] : listed_) {
        const auto before = objects_.find(key);
        if (before == objects_.end()) {
          changes.emplace_back(KeyChange::kAdded, key);
        } else if (!(*before->second == *value)) {
          changes.emplace_back(KeyChange::kChanged, key);
        }
      }
      for (const auto& [key, value] : objects_) {
        if (listed_.count(key) == 0) {
          changes.emplace_back(KeyChange::kGone, key);
        }
      }
      objects_ = std::exchange(listed_, {});
    }
    for (const auto& [change, key] : changes) handler_(change, key);
  }
  void Changed(const Json& object) override {
    const std::string key = KeyOf(object);
    auto value = std::make_shared<const T>(project_(object));
    KeyChange change = KeyChange::kAdded;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      Value& kept = objects_[key];
      // What tells nothing new may still be newer where == does not look.
      const Value before = std::exchange(kept, std::move(value));
      if (before != nullptr) {
        if (*before == *kept) return;
        change = KeyChange::kChanged;
      }
    }
    handler_(change, key);
  }
  void Gone(const Json& object) override {
    const std::string key = KeyOf(object);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (objects_.erase(key) == 0) return;
    }
    handler_(KeyChange::kGone, key);
  }
  void Failed(const Error& error) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    trouble_ = error;
  }
  void Synced() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    trouble_.reset();
    synced_ = true;
    changed_.notify_all();
  }

  const Project project_;
  const Handler handler_;
  Objects listed_;  // of the reflector's thread
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Objects objects_;
  std::optional<Error> trouble_;
  bool synced_ = false;
  StopSignal stop_;
  Reflector reflector_;
  std::thread thread_;
};

}  // namespace prewarm::kube
