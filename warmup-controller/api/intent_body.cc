#include "warmup-controller/api/intent_body.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

using Json = nlohmann::json;

Error Bad(const std::string& message, const std::string& field) {
  return MakeError(ErrorCode::kInvalidArgument, message, field);
}

Error Expected(const std::string& field, const Json& value,
               const char* expected) {
  const std::string text =
      value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return Bad(field + "=" + Excerpt(text) + ": expected " + expected, field);
}

std::string MediaType(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return type;
}

// An object in which no name comes twice: a parser would take one silently.
Result<Json> ReadObject(std::string_view body) {
  std::set<std::string> names;
  std::string twice;
  const auto see = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!names.insert(name).second) twice = name;
    }
    return true;
  };
  Json json = Json::parse(body, see, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return Bad(
        "the body is no JSON object; expected {\"visitor\": \"...\", "
        "\"state\": \"open\"}",
        "body");
  }
  if (!twice.empty()) {
    return Bad("field " + Quoted(twice) + " is given twice; give one",
               Excerpt(twice));
  }
  return json;
}

Result<std::string> TextOf(const Json& value, const std::string& field,
                           const char* expected) {
  if (!value.is_string()) return Expected(field, value, expected);
  return value.get<std::string>();
}

Result<VisitorState> StateOf(const Json& value) {
  if (value == "open") return VisitorState::kOpen;
  if (value == "uploading") return VisitorState::kUploading;
  if (value == "left") return VisitorState::kLeft;
  return Expected("state", value, "\"open\", \"uploading\" or \"left\"");
}

}  // namespace

Result<IntentBody> ReadIntentBody(std::string_view content_type,
                                  std::string_view body) {
  const std::string type = MediaType(content_type);
  if (type != "application/json" && type != "text/plain") {
    return MakeError(ErrorCode::kUnsupported,
                     "Content-Type " + Quoted(type) +
                         " is not read here; send application/json or "
                         "text/plain",
                     "content-type");
  }
  if (body.size() > kMaxIntentBytes) {
    return MakeError(ErrorCode::kTooLarge,
                     "the body has " + std::to_string(body.size()) +
                         " bytes, at most " + std::to_string(kMaxIntentBytes) +
                         " are read",
                     "body");
  }
  PREWARM_ASSIGN_OR_RETURN(const Json json, ReadObject(body));
  for (const char* needed : {"visitor", "state"}) {
    if (!json.contains(needed)) {
      return Bad(std::string("field \"") + needed + "\" is missing; give it",
                 needed);
    }
  }
  IntentBody read;
  for (const auto& [name, value] : json.items()) {
    if (name == "visitor") {
      PREWARM_ASSIGN_OR_RETURN(
          read.visitor,
          TextOf(value, name, "a text that the page has made at random"));
    } else if (name == "state") {
      PREWARM_ASSIGN_OR_RETURN(read.state, StateOf(value));
    } else if (name == "token") {
      PREWARM_ASSIGN_OR_RETURN(read.token,
                               TextOf(value, name, "a token's text"));
    } else {
      return Bad("field " + Quoted(name) +
                     " is unknown; known are: visitor, state, token",
                 Excerpt(name));
    }
  }
  return read;
}

}  // namespace prewarm
