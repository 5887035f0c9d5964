#include "inference-server/results/result_key.h"

#include <cstdio>

#include "common/base/hmac_sha256.h"

namespace prewarm {
namespace {

// Grows when the same inputs are composed or encoded to other bytes.
constexpr char kPictureVersion[] = "1";
constexpr std::size_t kTagDigits = 16;
constexpr std::size_t kMacDigits = 64;

bool IsHex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Each tenant has a key of its own, so that equal photos of two of them have
// nothing in common.
std::string TenantSecret(std::string_view secret, std::string_view tenant,
                         std::string_view purpose) {
  return HmacSha256(secret)
      .Update("prewarm result ")
      .Update(purpose)
      .Update("\n")
      .Update(tenant)
      .Hex();
}

// Fields of a message, of which none can be taken for another: each says its
// name and length.
class Fields {
 public:
  explicit Fields(std::string_view key) : mac_(key) {}

  Fields& Add(std::string_view name, std::string_view value) {
    mac_.Update(name)
        .Update(":")
        .Update(std::to_string(value.size()))
        .Update(":")
        .Update(value);
    return *this;
  }
  Fields& Add(std::string_view name, std::int64_t value) {
    const std::string text = std::to_string(value);
    return Add(name, std::string_view{text});
  }
  // All of its bits.
  Fields& AddNumber(std::string_view name, double value) {
    char text[40];
    const int size = std::snprintf(text, sizeof text, "%a", value);
    return Add(name, std::string_view(text, static_cast<std::size_t>(size)));
  }
  Fields& Add(std::string_view name, const Bitmap& bitmap) {
    return Add("width", std::int64_t{bitmap.width})
        .Add("height", std::int64_t{bitmap.height})
        .Add("channels", std::int64_t{bitmap.channels})
        .Add(name,
             std::string_view(reinterpret_cast<const char*>(bitmap.data.data()),
                              bitmap.data.size()));
  }
  std::string Hex() { return mac_.Hex(); }

 private:
  HmacSha256 mac_;
};

void AddEngine(const EngineInfo& engine, const InputSize& size,
               Fields* fields) {
  fields->Add("model", engine.model)
      .Add("digest", engine.digest)
      .Add("device", engine.device)
      .Add("precision", engine.precision)
      .Add("build", engine.build)
      .Add("layout", engine.layout)
      .Add("blend", std::int64_t{engine.blend_threshold})
      .Add("corners", std::int64_t{engine.align_corners})
      .Add("size", std::int64_t{size.width})
      .Add("by", std::int64_t{size.height});
}

void AddCompose(const ComposeOptions& compose, Fields* fields) {
  fields->Add("output", static_cast<std::int64_t>(compose.kind));
  if (compose.kind == OutputKind::kColor) {
    fields->Add(
        "color",
        std::string_view(reinterpret_cast<const char*>(compose.color.data()),
                         compose.color.size()));
  }
  if (compose.kind == OutputKind::kBackground && compose.background) {
    fields->Add("background", *compose.background);
  }
  fields->Add("reverse", std::int64_t{compose.reverse});
  if (compose.threshold) fields->AddNumber("threshold", *compose.threshold);
  if (compose.crop) fields->AddNumber("crop", compose.crop_margin);
  // As Compose does it: nowhere else, and not with a hard edge.
  if (compose.kind == OutputKind::kRgba && !compose.threshold) {
    fields->Add("foreground", std::int64_t{compose.estimate_foreground});
  }
}

}  // namespace

bool IsTenantTag(std::string_view text) { return IsHex(text, kTagDigits); }

bool IsResultMac(std::string_view text) { return IsHex(text, kMacDigits); }

Result<ResultKey> ParseResultKey(std::string_view text) {
  const std::size_t hyphen = text.find('-');
  if (hyphen != std::string_view::npos && IsTenantTag(text.substr(0, hyphen)) &&
      IsResultMac(text.substr(hyphen + 1))) {
    return ResultKey{std::string(text.substr(0, hyphen)),
                     std::string(text.substr(hyphen + 1))};
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "\"" + std::string(text.substr(0, 96)) +
                       "\" is not the key of a result; take it from "
                       "Content-Location as it is: 16 and 64 digits of "
                       "lower-case hex with a hyphen between",
                   "key");
}

std::string TenantTag(std::string_view secret, std::string_view tenant) {
  return TenantSecret(secret, tenant, "tag").substr(0, kTagDigits);
}

ResultKey MakeResultKey(std::string_view secret, std::string_view tenant,
                        const ResultInputs& inputs) {
  Fields fields(TenantSecret(secret, tenant, "key"));
  fields.Add("program", PREWARM_VERSION).Add("picture", kPictureVersion);
  fields.Add("mode", inputs.mode);
  AddEngine(*inputs.engine, inputs.size, &fields);
  AddCompose(*inputs.compose, &fields);
  fields.Add("format", static_cast<std::int64_t>(inputs.encode.format));
  if (inputs.encode.format != OutputFormat::kPng) {
    fields.Add("quality", std::int64_t{inputs.encode.quality});
  }
  fields.Add("image", *inputs.rgb);
  if (*inputs.alpha) fields.Add("alpha", **inputs.alpha);
  return {TenantTag(secret, tenant), fields.Hex()};
}

}  // namespace prewarm
