#include "warmup-controller/simulate/svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace prewarm {
namespace {

constexpr int kWidth = 960;
constexpr int kLeft = 52;
constexpr int kRight = 12;
constexpr int kTop = 8;
constexpr int kBottom = 22;
constexpr Moment kHour = 3600 * kSecond;
constexpr int kMaxTicks = 10;

template <typename... Values>
std::string Format(const char* format, Values... values) {
  char text[256];
  const int size = std::snprintf(text, sizeof text, format, values...);
  return {text, std::min(sizeof text - 1, static_cast<std::size_t>(size))};
}

// 29 Mar, or 29 Mar 06:00 where ticks are closer than a day.
std::string TickLabel(Moment at, bool with_time) {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr",
                                                   "May", "Jun", "Jul", "Aug",
                                                   "Sep", "Oct", "Nov", "Dec"};
  const Moment days = at / (24 * kHour);
  const CivilDay day = CivilDay(1970, 1, 1) + days;
  const auto month = static_cast<std::size_t>(day.month()) - 1;
  std::string label = Format("%d %s", day.day(), kMonths[month]);
  if (with_time) {
    label += Format(" %02d:00", static_cast<int>(at / kHour % 24));
  }
  return label;
}

}  // namespace

std::vector<double> NiceSteps(double most, int count) {
  if (!(most > 0)) return {0, 1};
  const double rough = most / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= rough * (1 - 1e-9)) step = factor * power;
  }
  std::vector<double> steps;
  for (int i = 0; i <= std::ceil(most / step - 1e-9); ++i) {
    steps.push_back(i * step);
  }
  return steps;
}

std::vector<Moment> TimeTicks(Moment begin, Moment end) {
  Moment step = kHour;
  for (const int hours : {1, 3, 6, 12, 24, 48, 168, 336, 720, 2160, 8760}) {
    step = hours * kHour;
    if ((end - begin) / step < kMaxTicks) break;
  }
  // Decades and longer.
  while ((end - begin) / step >= kMaxTicks) step *= 2;
  std::vector<Moment> ticks;
  for (Moment at = (begin + step - 1) / step * step; at <= end; at += step) {
    ticks.push_back(at);
  }
  return ticks;
}

SvgPlot::SvgPlot(const Frame& frame) : frame_(frame) {
  top_ = NiceSteps(frame.most, 4).back();
}

double SvgPlot::X(Moment at) const {
  const double share = static_cast<double>(at - frame_.begin) /
                       static_cast<double>(frame_.end - frame_.begin);
  return kLeft + share * (kWidth - kLeft - kRight);
}

double SvgPlot::Y(double value) const {
  return kTop + frame_.height * (1 - std::clamp(value / top_, 0.0, 1.0));
}

std::string SvgPlot::Steps(const std::vector<double>& values) const {
  const double width = static_cast<double>(kWidth - kLeft - kRight) /
                       static_cast<double>(values.size());
  std::string path;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = kLeft + width * static_cast<double>(i);
    path += Format("%s%.1f %.1fH%.1f", i == 0 ? "M" : "L", x, Y(values[i]),
                   x + width);
  }
  return path;
}

void SvgPlot::AddArea(const std::vector<double>& values,
                      const char* css_class) {
  inside_ += Format("<path class=\"%s\" d=\"", css_class) + Steps(values) +
             Format("V%.1fH%dZ\"/>\n", Y(0), kLeft);
}

void SvgPlot::AddLine(const std::vector<double>& values,
                      const char* css_class) {
  inside_ +=
      Format("<path class=\"%s\" d=\"", css_class) + Steps(values) + "\"/>\n";
}

void SvgPlot::AddDot(Moment at, double value, const char* css_class) {
  inside_ += Format("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>\n",
                    css_class, X(at), Y(value));
}

std::string SvgPlot::Text() const {
  const int height = kTop + frame_.height + kBottom;
  std::string text =
      Format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
             kWidth, height, frame_.label);
  for (const double value : NiceSteps(frame_.most, 4)) {
    text += Format(
        "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
        "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g"
        "</text>\n",
        kLeft, Y(value), kWidth - kRight, kLeft - 6, Y(value) + 4, value);
  }
  const std::vector<Moment> ticks = TimeTicks(frame_.begin, frame_.end);
  const bool with_time = ticks.size() > 1 && ticks[1] - ticks[0] < 24 * kHour;
  for (const Moment at : ticks) {
    text += Format(
        "<path class=\"grid\" d=\"M%.1f %dV%d\"/>"
        "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s"
        "</text>\n",
        X(at), kTop, kTop + frame_.height, X(at), height - 6,
        TickLabel(at, with_time).c_str());
  }
  return text + inside_ + "</svg>\n";
}

}  // namespace prewarm
