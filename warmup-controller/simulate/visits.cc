#include "warmup-controller/simulate/visits.h"

#include <algorithm>

namespace prewarm {
namespace {

struct Change {
  Moment at;
  int visitors;  // more or fewer
};

class Visits {
 public:
  explicit Visits(const VisitModel& model)
      : model_(model), random_(model.seed ^ 0x76697369746f7273ULL) {}

  std::vector<Change> ChangesOf(const std::vector<Moment>& uploads) {
    const double leave = (1 - model_.conversion) / model_.conversion;
    std::uniform_int_distribution<Moment> around(-kAround, kAround);
    for (const Moment upload : uploads) {
      const Moment think = model_.think.Draw(&random_);
      Visit(upload - think, think + kAnswer);
      if (leave <= 0) continue;
      std::poisson_distribution<int> others(leave);
      for (int left = others(random_); left > 0; --left) {
        const Moment begin = upload + around(random_);
        Visit(begin, model_.think.Draw(&random_) + kReload);
      }
    }
    std::sort(changes_.begin(), changes_.end(),
              [](const Change& a, const Change& b) { return a.at < b.at; });
    return std::move(changes_);
  }

 private:
  void Visit(Moment begin, Moment stays) {
    Moment counts = model_.time_to_live > 0 ? model_.time_to_live : stays;
    if (model_.at_most > 0) counts = std::min(counts, model_.at_most);
    changes_.push_back({begin, 1});
    changes_.push_back({begin + counts, -1});
  }

  const VisitModel& model_;
  std::mt19937_64 random_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<IntentStep> IntentsOf(const std::vector<Moment>& uploads,
                                  const VisitModel& model,
                                  const IntentStats& stats) {
  std::vector<IntentStep> steps;
  int visitors = 0;
  int instances = 0;
  const std::vector<Change> changes = Visits(model).ChangesOf(uploads);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    visitors += changes[i].visitors;
    if (i + 1 < changes.size() && changes[i + 1].at == changes[i].at) continue;
    const int asked = InstancesForIntents(visitors, stats);
    if (asked == instances) continue;
    instances = asked;
    steps.push_back({changes[i].at, instances});
  }
  return steps;
}

}  // namespace prewarm
