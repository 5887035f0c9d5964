// The series of one metric, each of a policy or target, that end with it. Only
// for metrics.cc.
#pragma once

#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <iterator>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "warmup-controller/report/metrics.h"

namespace prewarm {

struct NameLess {
  bool operator()(const ObjectName& a, const ObjectName& b) const {
    return std::tie(a.namespace_name, a.name) <
           std::tie(b.namespace_name, b.name);
  }
};

template <typename Metric>
prometheus::Family<Metric>& Register(prometheus::Registry* registry,
                                     const char* name, const char* help) {
  return prometheus::detail::Builder<Metric>().Name(name).Help(help).Register(
      *registry);
}

// Labels besides the namespace: whose the series are, and one more that may
// tell them apart.
struct OwnerLabels {
  const char* owner;
  const char* other = nullptr;
};

// Not thread-safe. The registry outlives it.
template <typename Metric>
class OwnedSeries {
 public:
  OwnedSeries(prometheus::Registry* registry, OwnerLabels labels,
              const char* name, const char* help)
      : labels_(labels), family_(Register<Metric>(registry, name, help)) {}

  // `arguments` make the series where it is new.
  template <typename... Arguments>
  Metric& Of(const ObjectName& owner, const std::string& other = "",
             const Arguments&... arguments) {
    Metric*& metric = series_[owner][other];
    if (metric == nullptr) {
      prometheus::Labels labels = {{"namespace", owner.namespace_name},
                                   {labels_.owner, owner.name}};
      if (labels_.other != nullptr) labels[labels_.other] = other;
      metric = &family_.Add(labels, arguments...);
    }
    return *metric;
  }

  // Removes the series of all others.
  template <typename IsKept>
  void Keep(const IsKept& is_kept) {
    for (auto it = series_.begin(); it != series_.end();) {
      if (is_kept(it->first)) {
        ++it;
        continue;
      }
      for (const auto& [other, metric] : it->second) family_.Remove(metric);
      it = series_.erase(it);
    }
  }

 private:
  const OwnerLabels labels_;
  prometheus::Family<Metric>& family_;
  std::map<ObjectName, std::map<std::string, Metric*>, NameLess> series_;
};

}  // namespace prewarm
