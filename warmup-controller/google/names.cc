#include "warmup-controller/google/names.h"

#include <algorithm>

namespace prewarm::google {
namespace {

constexpr std::size_t kShortestProject = 6;
constexpr std::size_t kLongestProject = 30;
constexpr std::size_t kLongestName = 63;
// RFC 5321.
constexpr std::size_t kLongestAddress = 254;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

// Lower-case letters, digits, dashes within; begins with a letter.
bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         IsLower(text.front()) && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '-';
         });
}

bool IsDomain(std::string_view text) {
  const bool dotted = text.find('.') != std::string_view::npos &&
                      text.front() != '.' && text.back() != '.';
  return dotted && std::all_of(text.begin(), text.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '-' || c == '.';
         });
}

}  // namespace

bool IsProject(std::string_view text) {
  if (!text.empty() && text.size() <= kLongestProject &&
      std::all_of(text.begin(), text.end(), IsDigit)) {
    return true;
  }
  // Ids with a domain are of another time, with other lengths.
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    return IsDomain(text.substr(0, colon)) && IsName(text.substr(colon + 1));
  }
  return IsName(text) && text.size() >= kShortestProject &&
         text.size() <= kLongestProject;
}

bool IsRegion(std::string_view text) {
  return IsName(text) && text.find('-') != std::string_view::npos &&
         IsDigit(text.back());
}

bool IsAccount(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kLongestAddress && at != std::string_view::npos &&
         at > 0 && at + 1 < text.size() && text.rfind('@') == at &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c <= '~' && c != ':' && c != '/' && c != ',' &&
                  c != '<' && c != '>' && c != '"';
         });
}

}  // namespace prewarm::google
