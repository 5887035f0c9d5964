// A server that keeps one object, with resourceVersions as a real one has them.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "warmup-controller/kube/api.h"

namespace prewarm::kube {

// Thread-safe.
class FakeLeases : public Api {
 public:
  Result<Json> Call(const ApiRequest& request) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++calls_;
    if (down_) return MakeError(ErrorCode::kUnavailable, "down");
    if (request.method == "GET") {
      if (!object_) return MakeError(ErrorCode::kNotFound, "404");
      return *object_;
    }
    const Json body = *ReadJson(request.body);
    if (request.method == "POST") {
      if (object_) return MakeError(ErrorCode::kAlreadyExists, "409");
    } else {
      if (!object_) return MakeError(ErrorCode::kNotFound, "404");
      if (TextAt(body, {"metadata", "resourceVersion"}) !=
          std::to_string(version_)) {
        return MakeError(ErrorCode::kConflict, "409");
      }
    }
    return Put(body);
  }
  Status Watch(const WatchRequest&, const OnLine&, StopSignal*) override {
    return MakeError(ErrorCode::kUnsupported, "no watch");
  }

  // As another writer.
  Json Put(Json body) {
    body["metadata"]["resourceVersion"] = std::to_string(++version_);
    object_ = body;
    return body;
  }
  void PutLocked(const Json& body) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Put(body);
  }
  void SetDown(bool down) {
    const std::lock_guard<std::mutex> lock(mutex_);
    down_ = down;
  }
  void Delete() {
    const std::lock_guard<std::mutex> lock(mutex_);
    object_.reset();
  }
  Json object() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return object_.value_or(Json());
  }
  int calls() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Json> object_;
  int version_ = 0;
  int calls_ = 0;
  bool down_ = false;
};

}  // namespace prewarm::kube
