// Plots over time, as SVG without scripts; colours are classes of the page.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/simulate/moment.h"

namespace prewarm {

// Steps of an axis: 1, 2 or 5 times a power of ten, `count` of them at most
// from 0 to `most` or a little above.
std::vector<double> NiceSteps(double most, int count);

// Moments at whole hours, days or weeks of UTC within [begin, end], ten at
// most.
std::vector<Moment> TimeTicks(Moment begin, Moment end);

// One plot; what is added later is drawn above. Values are from 0 to `most`.
class SvgPlot {
 public:
  struct Frame {
    Moment begin;
    Moment end;
    double most;
    int height;         // of the area for values, in pixels
    const char* label;  // what values are, for all readers
  };
  explicit SvgPlot(const Frame& frame);

  // Values of equal parts of the time, from its begin to its end, as steps.
  void AddArea(const std::vector<double>& values, const char* css_class);
  void AddLine(const std::vector<double>& values, const char* css_class);
  void AddDot(Moment at, double value, const char* css_class);

  // The <svg> element with both axes.
  std::string Text() const;

 private:
  std::string Steps(const std::vector<double>& values) const;
  double X(Moment at) const;
  double Y(double value) const;

  Frame frame_;
  double top_ = 1;  // value at the upper edge
  std::string inside_;
};

}  // namespace prewarm
