#include "inference-server/api/process_options.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "common/base/sha256.h"
#include "inference-server/api/accept.h"

namespace prewarm {
namespace {

constexpr char kKnown[] =
    "mode, resize, output, background, reverse, threshold, crop, crop_margin, "
    "format, quality, foreground, max_wait, share";

Error Bad(const std::string& name, const std::string& value,
          const std::string& expected) {
  return MakeError(
      ErrorCode::kInvalidArgument,
      name + "=\"" + value.substr(0, 64) + "\": expected " + expected, name);
}

// Decimal notation only; NaN and infinity are no numbers here.
std::optional<double> ParseNumber(const std::string& text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

Status ParseShare(const std::string& name, const std::string& value,
                  double* out) {
  const auto number = ParseNumber(value);
  if (!number || *number < 0 || *number > 1) {
    return Bad(name, value, "a number from 0 to 1");
  }
  *out = *number;
  return Ok{};
}

Status ParseFlag(const std::string& name, const std::string& value, bool* out) {
  if (value != "true" && value != "false" && value != "1" && value != "0") {
    return Bad(name, value, "true or false");
  }
  *out = value == "true" || value == "1";
  return Ok{};
}

Error GivenTwice(const std::string& name) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "option " + name.substr(0, 64) + " is given twice",
                   name.substr(0, 64));
}

Status ParseForm(const http::Request& request, double max_wait,
                 ProcessInput* input) {
  PREWARM_ASSIGN_OR_RETURN(
      const auto parts,
      http::ParseMultipart(request.header("content-type"), request.body));
  bool has_image = false;
  for (const http::Part& part : parts) {
    if (part.name == "image") {
      if (has_image) {
        return MakeError(ErrorCode::kInvalidArgument,
                         "two parts are named image; send one picture a "
                         "request",
                         "image");
      }
      // curl -F image=photo.jpg sends the words.
      if (part.filename.empty() && part.data.size() < 256 &&
          part.data.find_first_of(std::string_view("\0\r\n", 3)) ==
              std::string_view::npos) {
        return MakeError(ErrorCode::kInvalidArgument,
                         "image holds text, \"" +
                             std::string(part.data.substr(0, 64)) +
                             "\", not a file; with curl write "
                             "image=@photo.jpg, with the @",
                         "image");
      }
      has_image = true;
      input->image = part.data;
      continue;
    }
    if (part.name == "background") {
      if (!input->background.empty()) return GivenTwice(part.name);
      input->background = part.data;
      continue;
    }
    if (!part.filename.empty()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "the file is in field \"" + part.name.substr(0, 64) +
                           "\"; its field must be named image",
                       part.name.substr(0, 64));
    }
    if (part.data.size() > 256) {
      return MakeError(
          ErrorCode::kInvalidArgument,
          "option " + part.name.substr(0, 64) + " is longer than 256 bytes",
          part.name.substr(0, 64));
    }
    const std::string value(part.data);
    if (!input->given.emplace(part.name, value).second) {
      return GivenTwice(part.name);
    }
    PREWARM_RETURN_IF_ERROR(
        SetProcessOption(part.name, value, max_wait, &input->options));
  }
  if (!has_image) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "the form has no field named image; put the picture "
                     "there",
                     "image");
  }
  return Ok{};
}

}  // namespace

Status SetProcessOption(const std::string& name, const std::string& value,
                        double max_wait, ProcessOptions* options) {
  if (name == "mode") {
    if (value != "base" && value != "fast") {
      return Bad(name, value, "base or fast");
    }
    options->mode = value == "fast" ? Mode::kFast : Mode::kBase;
    return Ok{};
  }
  if (name == "resize") {
    if (value != "static" && value != "dynamic") {
      return Bad(name, value, "static or dynamic");
    }
    options->resize = value == "dynamic" ? Resize::kDynamic : Resize::kStatic;
    return Ok{};
  }
  if (name == "output") return ParseOutput(value, &options->compose);
  if (name == "reverse") {
    return ParseFlag(name, value, &options->compose.reverse);
  }
  if (name == "crop") return ParseFlag(name, value, &options->compose.crop);
  if (name == "crop_margin") {
    return ParseShare(name, value, &options->compose.crop_margin);
  }
  if (name == "threshold") {
    double threshold = 0;
    PREWARM_RETURN_IF_ERROR(ParseShare(name, value, &threshold));
    options->compose.threshold = threshold;
    return Ok{};
  }
  if (name == "format") {
    PREWARM_ASSIGN_OR_RETURN(options->encode.format, ParseOutputFormat(value));
    return Ok{};
  }
  if (name == "quality") {
    const auto number = ParseNumber(value);
    if (!number || *number < 1 || *number > 100 ||
        *number != std::floor(*number)) {
      return Bad(name, value, "a whole number from 1 to 100");
    }
    options->encode.quality = static_cast<int>(*number);
    return Ok{};
  }
  if (name == "foreground") {
    if (value != "estimate" && value != "plain") {
      return Bad(name, value, "estimate or plain");
    }
    options->compose.estimate_foreground = value == "estimate";
    return Ok{};
  }
  if (name == "max_wait") {
    const auto number = ParseNumber(value);
    if (!number || *number < 0 || *number > max_wait) {
      return Bad(
          name, value,
          "seconds from 0 to " + std::to_string(static_cast<int>(max_wait)));
    }
    options->max_wait_seconds = *number;
    return Ok{};
  }
  if (name == "share") {
    bool share = false;
    PREWARM_RETURN_IF_ERROR(ParseFlag(name, value, &share));
    options->share = share;
    return Ok{};
  }
  if (name == "background") {
    return MakeError(ErrorCode::kInvalidArgument,
                     "background is a file; send it as a part of a form",
                     "background");
  }
  return MakeError(
      ErrorCode::kInvalidArgument,
      "option \"" + name.substr(0, 64) + "\" is unknown; known are: " + kKnown,
      name.substr(0, 64));
}

Result<ModelStatus> ModelFor(const WarmStatus& status,
                             std::optional<Mode> mode) {
  const ModelStatus* model = FindModel(status, mode);
  if (model != nullptr) return *model;
  const bool fast = mode == Mode::kFast;
  return Bad("mode", ModeName(*mode),
             std::string(fast ? "base" : "fast") +
                 ", the only one that this server has; leave mode out" +
                 (fast ? ", or start the server with --fast-model" : ""));
}

Mode ModeOf(const WarmStatus& status, std::optional<Mode> mode) {
  if (mode) return *mode;
  return status.models.front().mode.value_or(Mode::kBase);
}

std::string Fingerprint(const ProcessInput& input) {
  std::string text = Sha256Hex(input.image) + Sha256Hex(input.background);
  for (const auto& [name, value] : input.given) {
    // Lengths keep one option's value from looking like the next option.
    text.append(name).append(std::to_string(value.size()));
    text.append("=").append(value);
  }
  if (input.json_reply) text.append("json");
  return text;
}

Result<ProcessInput> ParseProcessRequest(const http::Request& request,
                                         double max_wait) {
  ProcessInput input;
  input.options.max_wait_seconds = max_wait;
  for (const auto& [name, value] : request.query) {
    if (!input.given.emplace(name, value).second) return GivenTwice(name);
    PREWARM_RETURN_IF_ERROR(
        SetProcessOption(name, value, max_wait, &input.options));
  }
  const std::string_view type = request.header("content-type");
  if (request.body.empty()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "the body is empty; send a picture as the body or in a "
                     "form field named image",
                     "image");
  }
  if (type.substr(0, 10) == "multipart/") {
    PREWARM_RETURN_IF_ERROR(ParseForm(request, max_wait, &input));
  } else if (type.empty() || type.substr(0, 6) == "image/" ||
             type.substr(0, 24) == "application/octet-stream") {
    input.image = request.body;
  } else {
    return MakeError(
        ErrorCode::kUnsupported,
        "Content-Type \"" + std::string(type.substr(0, 64)) +
            "\" is not read; send a form (multipart/form-data), or the "
            "picture alone with its type, such as image/jpeg",
        "content-type");
  }
  const bool wants = input.options.compose.kind == OutputKind::kBackground;
  if (wants && input.background.empty()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "output=image needs a file in the field background",
                     "background");
  }
  if (!wants && !input.background.empty()) {
    if (input.given.count("output") != 0) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "a background file goes with output=image only",
                       "background");
    }
    input.options.compose.kind = OutputKind::kBackground;
  }
  if (input.options.compose.kind == OutputKind::kRgba &&
      input.options.encode.format == OutputFormat::kJpeg) {
    return MakeError(ErrorCode::kInvalidArgument,
                     "format=jpeg has no transparency; add output=white or "
                     "ask for png or webp",
                     "format");
  }
  input.json_reply = PrefersJson(request.header("accept"),
                                 MimeType(input.options.encode.format));
  return input;
}

}  // namespace prewarm
