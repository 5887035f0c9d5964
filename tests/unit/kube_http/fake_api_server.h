// A small API server on a socket: it keeps pods in memory, lists them in pages
// and lets them be watched, as a real one does where that matters here.
#pragma once

#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/http_client/raw_server.h"
#include "warmup-controller/kube/json_text.h"

namespace prewarm::kube {

// Thread-safe.
class FakeApiServer {
 public:
  // Only who shows this token is answered.
  explicit FakeApiServer(std::string token) : token_(std::move(token)) {}
  ~FakeApiServer() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;  // also for watches that come only now
    changed_.notify_all();
  }

  std::string Url() const { return server_.Url(""); }

  void Put(const std::string& name, const std::string& phase) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool is_new = pods_.count(name) == 0;
    Json pod = {{"metadata",
                 {{"namespace", "shop"},
                  {"name", name},
                  {"resourceVersion", std::to_string(++version_)}}},
                {"status", {{"phase", phase}}}};
    pods_[name] = pod;
    Log(is_new ? "ADDED" : "MODIFIED", pod);
  }
  void Delete(const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Json pod = pods_.at(name);
    pods_.erase(name);
    pod["metadata"]["resourceVersion"] = std::to_string(++version_);
    Log("DELETED", pod);
  }
  // Hangs up on all watches.
  void DropWatches() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++generation_;
    changed_.notify_all();
  }
  // Watches from before now are told that their version is gone.
  void Compact() {
    const std::lock_guard<std::mutex> lock(mutex_);
    oldest_ = ++version_;
    ++generation_;
    changed_.notify_all();
  }
  int lists() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return lists_;
  }
  int watches() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return watches_;
  }

 private:
  void Log(const std::string& type, const Json& pod) {
    log_.emplace_back(version_,
                      WriteJson({{"type", type}, {"object", pod}}) + "\n");
    changed_.notify_all();
  }

  static std::string Parameter(const std::string& request,
                               const std::string& name) {
    const std::string head = request.substr(0, request.find(" HTTP/"));
    for (const char before : {'?', '&'}) {
      const std::size_t at = head.find(before + name + "=");
      if (at == std::string::npos) continue;
      const std::size_t begin = at + name.size() + 2;
      return head.substr(begin, head.find('&', begin) - begin);
    }
    return "";
  }
  static std::string StatusOf(int code, const std::string& reason) {
    return WriteJson({{"kind", "Status"}, {"code", code}, {"reason", reason}});
  }

  bool Serve(const std::string& request, int connection) {
    if (request.find("Authorization:Bearer " + token_) == std::string::npos &&
        request.find("Authorization: Bearer " + token_) == std::string::npos) {
      RawServer::Send(
          connection,
          RawServer::Answer("401 Unauthorized", StatusOf(401, "Unauthorized")));
      return true;
    }
    if (!Parameter(request, "watch").empty()) return Watch(request, connection);
    RawServer::Send(connection, RawServer::Answer("200 OK", List(request)));
    return true;
  }

  std::string List(const std::string& request) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++lists_;
    const std::string after = Parameter(request, "continue");
    const int limit = std::atoi(Parameter(request, "limit").c_str());
    Json list = {{"metadata", {{"resourceVersion", std::to_string(version_)}}},
                 {"items", Json::array()}};
    auto one = after.empty() ? pods_.begin() : pods_.upper_bound(after);
    std::string last;
    for (int i = 0; i < limit && one != pods_.end(); ++i, ++one) {
      list["items"].push_back(one->second);
      last = one->first;
    }
    if (one != pods_.end()) list["metadata"]["continue"] = last;
    return WriteJson(list);
  }

  bool Watch(const std::string& request, int connection) {
    long from = std::atol(Parameter(request, "resourceVersion").c_str());
    std::unique_lock<std::mutex> lock(mutex_);
    ++watches_;
    if (from < oldest_) {
      lock.unlock();
      RawServer::Send(connection,
                      RawServer::Answer("410 Gone", StatusOf(410, "Expired")));
      return true;
    }
    const int generation = generation_;
    RawServer::Send(connection,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (generation == generation_ && !ending_) {
      for (const auto& [version, line] : log_) {
        if (version <= from) continue;
        from = version;
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", line.size());
        RawServer::Send(connection, size + line + "\r\n");
      }
      changed_.wait(lock);
    }
    return false;
  }

  const std::string token_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Json> pods_;
  std::vector<std::pair<long, std::string>> log_;
  long version_ = 1;
  long oldest_ = 0;
  int generation_ = 0;
  bool ending_ = false;
  int lists_ = 0;
  int watches_ = 0;
  RawServer server_{[this](const std::string& request, int connection) {
    return Serve(request, connection);
  }};
};

}  // namespace prewarm::kube
