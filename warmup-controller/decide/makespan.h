// How long it takes until N new instances are verified, learned from how long
// it took.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

namespace prewarm {

// One measured start: from the floor being written to the Nth instance being
// verified. Not the time of one instance: of eight that are each punctual with
// probability 0.95, all eight are with 0.66.
struct Makespan {
  int instances = 1;
  int parallelism = 1;     // warm-ups at once
  bool cold_node = false;  // one of them had to fetch its image
  std::chrono::milliseconds took{0};
  // It was given up, or interrupted: it would have taken longer.
  bool censored = false;
};

// Quantiles of the next makespan. The model: its ratio to a typical makespan of
// that shape (one start, then waves of warm-ups) is lognormal, with a conjugate
// prior worth one observation; the estimate is that of the predictive Student t
// distribution, so that few observations give a careful one. Starts of a like
// number (the same power of two) refine what all starts say. Sources: Gelman et
// al., Bayesian Data Analysis, 3.3; a start that was given up weighs what it
// tells (lognormal.cc): nothing where it was given up early.
//
// Guard rails: never less than the empirical quantile (Kaplan, Meier 1958) of
// like starts; more instances never get less time than fewer; with cold nodes
// among the observations it is a quantile of the mixture.
//
// The last kKept observations count; the first to go are those that were given
// up sooner than any start was completed. Value semantics; not thread-safe.
class MakespanModel {
 public:
  static constexpr std::size_t kKept = 64;

  // Times of 0 or less count as 1 ms.
  void Add(const Makespan& observed);
  std::size_t observations() const { return kept_.size(); }
  const std::deque<Makespan>& kept() const { return kept_; }  // the newest last

  // `quantile` in (0, 1), `instances` and `parallelism` at least 1.
  std::chrono::milliseconds Quantile(int instances, int parallelism,
                                     double quantile) const;

 private:
  std::deque<Makespan>::const_iterator LeastTelling() const;
  // In seconds, by the observations of cold nodes or of warm ones.
  double QuantileOf(int instances, int parallelism, double quantile) const;

  std::deque<Makespan> kept_;
};

}  // namespace prewarm
