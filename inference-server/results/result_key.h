// The name of a shared result: of everything that its bytes depend on, and of
// nothing else. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "inference-server/engine/engine.h"
#include "inference-server/engine/input_size.h"
#include "inference-server/imaging/compose.h"
#include "inference-server/imaging/encode.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

// "<tenant>-<mac>", 16 and 64 digits of lower-case hex. Both are MACs by the
// operator's secret: who has a photo can't compute the key of its result, and
// who has a key learns nothing but that two keys are of one tenant.
struct ResultKey {
  std::string tenant;
  std::string mac;

  std::string Text() const { return tenant + "-" + mac; }
  bool operator==(const ResultKey& other) const {
    return tenant == other.tenant && mac == other.mac;
  }
};

bool IsTenantTag(std::string_view text);
bool IsResultMac(std::string_view text);
// kInvalidArgument (field "key") for anything else.
Result<ResultKey> ParseResultKey(std::string_view text);

// The tag of each tenant under one secret. `tenant`: a name that nobody but the
// tenant answers to, such as its identity in common/access.
std::string TenantTag(std::string_view secret, std::string_view tenant);

// What the bytes of a result are made of.
struct ResultInputs {
  const Bitmap* rgb = nullptr;                   // decoded, upright
  const std::optional<Bitmap>* alpha = nullptr;  // the input's own
  // With its background, decoded as well.
  const ComposeOptions* compose = nullptr;
  EncodeOptions encode;
  InputSize size;  // at which the picture meets the network
  const EngineInfo* engine = nullptr;
  const char* mode = "";  // told beside the picture
};

// The same for options that make no difference: a quality of PNG, a margin
// without crop, a colour without ground. The picture counts by its pixels, not
// by its file.
ResultKey MakeResultKey(std::string_view secret, std::string_view tenant,
                        const ResultInputs& inputs);

}  // namespace prewarm
