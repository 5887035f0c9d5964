// What a comparison found: numbers alone, for the table, the JSON and the page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inference-server/quality/scores.h"

namespace prewarm::quality {

struct Judged {
  std::string name;  // of the file, as it is
  Scores b_to_a;     // A stands for the truth
  // Both or none.
  std::optional<Scores> a_to_truth;
  std::optional<Scores> b_to_truth;
};

struct Skipped {
  std::string name;
  std::string reason;
};

struct Comparison {
  std::string a;  // "isnet@fp32"
  std::string b;
  bool with_truth = false;
  std::vector<Judged> judged;  // by name
  std::vector<Skipped> skipped;
};

// Who is judged by whom.
enum class Pairing { kBToA, kAToTruth, kBToTruth };

// Precondition: those of the truth exist.
double ValueOf(const Judged& judged, Pairing pairing, const Metric& metric);

struct Summary {
  double mean = 0;
  double worst = 0;
  // The first by name among equals; "" where none is less than perfect.
  std::string worst_name;
};

// Precondition: something was judged.
Summary Summarise(const Comparison& comparison, Pairing pairing,
                  const Metric& metric);

// "0.00123"
std::string FormatScore(double value);

// One JSON object with every picture, for programs.
std::string ToJson(const Comparison& comparison);

}  // namespace prewarm::quality
