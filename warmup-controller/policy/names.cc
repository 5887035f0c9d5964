#include "warmup-controller/policy/names.h"

#include <algorithm>
#include <string>

#include "common/base/ascii.h"
#include "common/base/utf8.h"

namespace prewarm {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

bool IsLabel(std::string_view name) {
  return !name.empty() && name.size() <= 63 && name.front() != '-' &&
         name.back() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || c == '-';
         });
}

bool IsSubdomain(std::string_view name) {
  if (name.size() > 253) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool IsConfigMapKey(std::string_view key) {
  return !key.empty() && key.size() <= 253 && key != "." && key != ".." &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Status Expect(bool good, std::string_view got, const std::string& expected) {
  if (good) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(got) + ", expected " + expected);
}

}  // namespace

Status CheckLabelName(std::string_view name) {
  return Expect(IsLabel(name), name,
                "1 to 63 lower-case letters, digits and, within, -");
}

Status CheckSubdomainName(std::string_view name) {
  return Expect(IsSubdomain(name), name,
                "at most 253 lower-case letters, digits and, within, - and .");
}

Status CheckPortName(std::string_view name) {
  return Expect(IsLabel(name) && name.size() <= 15 &&
                    std::any_of(name.begin(), name.end(), IsLower),
                name,
                "a port's number, or its name of at most 15 lower-case "
                "letters, digits and -");
}

Status CheckConfigMapKey(std::string_view key) {
  return Expect(IsConfigMapKey(key), key,
                "a ConfigMap's key: letters, digits, -, _ and .");
}

}  // namespace prewarm
