// Metrics of a controller in a cluster, beside those of every controller,
// docs/metrics.md. Nothing of prometheus-cpp passes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace prewarm {

// Thread-safe.
class OperatorMetrics {
 public:
  OperatorMetrics();
  ~OperatorMetrics();
  OperatorMetrics(const OperatorMetrics&) = delete;
  OperatorMetrics& operator=(const OperatorMetrics&) = delete;

  void SetLeader(bool leads);
  // An answer of the API server; `code` is its status, 0 where there was none.
  // The labels are few and known words: no names of objects.
  void ApiAnswered(const std::string& verb, const std::string& resource,
                   int code);
  // Work that waits for the API server: `name` is a queue's, `added` what has
  // come into it since the start.
  void SetQueue(const std::string& name, std::size_t depth, std::size_t added);
  // What a queue gave up since the start.
  void SetDropped(const std::string& name, std::size_t dropped);
  void HistoryWritten(bool ok);
  void SetHistoryIgnored(bool ignored);

  // Prometheus text format 0.0.4.
  std::string Text() const;

 private:
  class Series;
  std::unique_ptr<Series> series_;
};

}  // namespace prewarm
