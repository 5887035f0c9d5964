#include "warmup-controller/policy/plain_scalar.h"

#include <algorithm>
#include <cstdlib>
#include <locale>
#include <sstream>
#include <vector>

namespace prewarm {

std::optional<int> WholeOf(const std::string& text) {
  const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t digits = text.size() - sign;
  if (digits == 0 || digits > 9 ||
      text.find_first_not_of("0123456789", sign) != std::string::npos ||
      (digits > 1 && text[sign] == '0')) {
    return std::nullopt;
  }
  return std::atoi(text.c_str());
}

std::optional<double> NumberOf(const std::string& text) {
  if (text.empty() || text.size() > 40 ||
      text.find_first_not_of("0123456789.eE+-") != std::string::npos ||
      text.find_first_of("0123456789") == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double number = 0;
  stream >> number;
  if (stream.fail() ||
      stream.peek() != std::istringstream::traits_type::eof()) {
    return std::nullopt;
  }
  return number;
}

bool LooksTyped(const std::string& text) {
  static const std::vector<std::string> kWords = {"true", "false", "yes", "no",
                                                  "on",   "off",   "y",   "n"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return NumberOf(text) ||
         std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

}  // namespace prewarm
