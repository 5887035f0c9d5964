// An API server in memory: objects by their collection, merge patches with
// their guards, finalizers, and watches that tell what has changed.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/kube/fake_api.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm {

// Thread-safe. Names of collections ("deployments") are unique here.
class SmallServer {
 public:
  using Json = kube::Json;
  // Before a call is answered; an error is the answer.
  using Fault = std::function<std::optional<Error>(const kube::ApiRequest&)>;

  kube::FakeApi* api() { return &api_; }
  void FailWith(Fault fault) {
    const std::lock_guard<std::mutex> lock(mutex_);
    fault_ = std::move(fault);
  }
  // As somebody else does it.
  void Put(const std::string& collection, Json object) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Store(collection, std::move(object));
  }
  // Null: there is none.
  Json Get(const std::string& collection, const std::string& name) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = objects_.find({collection, name});
    return found == objects_.end() ? Json() : found->second;
  }
  std::vector<Json> events() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return events_;
  }
  // "PATCH horizontalpodautoscalers/web", without those that only read.
  std::vector<std::string> writes(const std::string& collection) const {
    std::vector<std::string> writes;
    for (const kube::ApiRequest& call : api_.calls()) {
      const Place place = PlaceOf(call.path);
      if (call.method == "GET" || place.collection != collection) continue;
      writes.push_back(call.method + " " + collection + "/" + place.name);
    }
    return writes;
  }

 private:
  struct Place {
    std::string collection;
    std::string name;  // "": all of them
    std::string part;  // "status"
  };

  static Place PlaceOf(const std::string& path) {
    std::vector<std::string> parts;
    const std::string plain = path.substr(0, path.find('?'));
    for (std::size_t at = 1; at < plain.size();) {
      const std::size_t end = std::min(plain.find('/', at), plain.size());
      parts.push_back(plain.substr(at, end - at));
      at = end + 1;
    }
    std::size_t i = parts.at(0) == "api" ? 2 : 3;
    if (i + 2 < parts.size() && parts[i] == "namespaces") i += 2;
    const auto part = [&parts](std::size_t at) {
      return at < parts.size() ? parts[at] : std::string();
    };
    return {part(i), part(i + 1), part(i + 2)};
  }

  void Store(const std::string& collection, Json object) {
    const std::string name = object["metadata"]["name"];
    object["metadata"]["resourceVersion"] = std::to_string(++version_);
    if (!object["metadata"].contains("uid")) {
      object["metadata"]["uid"] = "uid-" + name;
    }
    auto& place = objects_[{collection, name}];
    const char* const type = place.is_null() ? "ADDED" : "MODIFIED";
    place = std::move(object);
    Announce(collection, type, place);
  }
  void Announce(const std::string& collection, const char* type,
                const Json& object) {
    api_.WatchWith({{kube::WriteJson(Json{{"type", type}, {"object", object}})},
                    Ok{},
                    "/" + collection + "?"});
  }
  Result<Json> Answer(const kube::ApiRequest& call) {
    std::unique_lock<std::mutex> lock(mutex_);
    const Fault fault = fault_;
    lock.unlock();
    if (fault) {
      if (auto error = fault(call)) return *std::move(error);
    }
    lock.lock();
    const Place place = PlaceOf(call.path);
    if (place.collection == "events") {
      events_.push_back(Json::parse(call.body));
      return Json::object();
    }
    if (place.name.empty()) return List(place.collection);
    const auto found = objects_.find({place.collection, place.name});
    if (found == objects_.end()) {
      return MakeError(ErrorCode::kNotFound, "404 " + call.path);
    }
    if (call.method != "PATCH") return found->second;
    const Json patch = Json::parse(call.body);
    const Json& metadata = found->second["metadata"];
    for (const char* const guard : {"uid", "resourceVersion"}) {
      const std::string asked = kube::TextAt(patch, {"metadata", guard});
      if (!asked.empty() && asked != metadata[guard]) {
        return MakeError(ErrorCode::kConflict, "409");
      }
    }
    Json object = found->second;
    object.merge_patch(patch);
    if (object["metadata"].contains("deletionTimestamp") &&
        object["metadata"].value("finalizers", Json::array()).empty()) {
      objects_.erase(found);
      object["metadata"]["resourceVersion"] = std::to_string(++version_);
      Announce(place.collection, "DELETED", object);
      return object;
    }
    if (object != found->second) Store(place.collection, object);
    return object;
  }
  Json List(const std::string& collection) const {
    Json items = Json::array();
    for (const auto& [place, object] : objects_) {
      if (place.first == collection) items.push_back(object);
    }
    return {{"metadata", {{"resourceVersion", std::to_string(version_)}}},
            {"items", items}};
  }

  mutable std::mutex mutex_;
  Fault fault_;
  std::map<std::pair<std::string, std::string>, Json> objects_;
  std::vector<Json> events_;
  int version_ = 100;
  kube::FakeApi api_{
      [this](const kube::ApiRequest& call) { return Answer(call); }};
};

}  // namespace prewarm
