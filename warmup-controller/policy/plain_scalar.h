// What a scalar without quotes stands for.
#pragma once

#include <optional>
#include <string>

namespace prewarm {

// An integer as JSON has it, of at most nine digits.
std::optional<int> WholeOf(const std::string& text);
// A number as JSON has it.
std::optional<double> NumberOf(const std::string& text);
// YAML 1.1, which kubectl reads, does not take it for text.
bool LooksTyped(const std::string& text);

}  // namespace prewarm
