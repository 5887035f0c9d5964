// Plots over time, as SVG without scripts; colours are classes of the page.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/plots/moment.h"

namespace prewarm {

// Steps of an axis: 1, 2 or 5 times a power of ten, `count` of them at most
// from 0 to `most` or a little above.
std::vector<double> NiceSteps(double most, int count);

// Moments at round minutes, whole hours, days or weeks of UTC within
// [begin, end], ten at most.
std::vector<Moment> TimeTicks(Moment begin, Moment end);

// One plot; what is added later is drawn above. Values are from 0 to `most`;
// what lies beyond the frame is drawn at its edge, or not at all.
class SvgPlot {
 public:
  struct Tick {
    Moment at;
    std::string label;  // of digits, letters and spaces
  };
  struct Frame {
    Moment begin;
    Moment end;
    double most;
    int height;         // of the area for values, in pixels
    const char* label;  // what values are, for all readers
    // Of an axis that is none of time; empty: TimeTicks.
    std::vector<Tick> ticks = {};
    bool whole = false;  // values are counts: the axis has no halves
  };
  // A value from a moment on, until the next one.
  struct Step {
    Moment at;
    double value;
  };
  explicit SvgPlot(Frame frame);

  // Values of equal parts of the time, from its begin to its end, as steps.
  void AddArea(const std::vector<double>& values, const char* css_class);
  // Steps by time, the last one until `until`; nothing where there are none.
  void AddStepArea(const std::vector<Step>& steps, Moment until,
                   const char* css_class);
  void AddStepLine(const std::vector<Step>& steps, Moment until,
                   const char* css_class);
  // A time, over the whole height.
  void AddBand(Moment begin, Moment end, const char* css_class);
  void AddDot(Moment at, double value, const char* css_class);
  // As a dot, for what must be told apart from dots without colours.
  void AddCross(Moment at, double value, const char* css_class);
  // One value all the time.
  void AddLevel(double value, const char* css_class);
  void AddMoment(Moment at, const char* name, const char* css_class);

  // The <svg> element with both axes.
  std::string Text() const;

 private:
  std::string Steps(const std::vector<Step>& steps, Moment until) const;
  double X(Moment at) const;
  double Y(double value) const;

  Frame frame_;
  std::vector<double> values_;  // that the axis names
  double top_ = 1;              // value at the upper edge
  std::string inside_;
};

}  // namespace prewarm
