// Reads a JSON tree that somebody may have damaged: values within their bounds,
// and the first one that is not.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace prewarm {

// A value that is wrong, or is not there, comes out as the least one. Not
// thread-safe.
class JsonReader {
 public:
  // Objects and lists with more members are wrong.
  static constexpr std::size_t kMostMembers = 100000;

  // "NAME is VALUE" of the first wrong value; "": there was none.
  const std::string& wrong() const { return wrong_; }

  std::int64_t Whole(const nlohmann::json& json, const char* name,
                     std::int64_t low, std::int64_t high);
  // The same of a value by itself, which errors call `name`.
  std::int64_t WholeOf(const nlohmann::json& value, const char* name,
                       std::int64_t low, std::int64_t high);
  // From 0 to `high`.
  double Number(const nlohmann::json& json, const char* name, double high);
  double NumberOf(const nlohmann::json& value, const char* name, double high);
  bool Flag(const nlohmann::json& json, const char* name);
  std::string Text(const nlohmann::json& json, const char* name,
                   std::size_t most_bytes);
  // Empty where there is none.
  const nlohmann::json& Object(const nlohmann::json& json, const char* name);
  const nlohmann::json& List(const nlohmann::json& json, const char* name,
                             std::size_t most = kMostMembers);
  // For what only the caller can judge.
  void Wrong(const char* name, const nlohmann::json& value);

 private:
  std::string wrong_;
};

}  // namespace prewarm
