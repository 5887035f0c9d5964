#include "inference-server/results/result_key.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "common/base/hmac_sha256.h"

namespace prewarm {
namespace {

constexpr char kSecret[] = "a-secret-of-the-operator-32-bytes";
constexpr char kTenant[] = "key:one";

// A request with all that its result depends on.
struct Asked {
  Bitmap rgb = MakeBitmap(4, 3, 3);
  std::optional<Bitmap> alpha;
  ComposeOptions compose;
  EncodeOptions encode;
  InputSize size{64, 64};
  EngineInfo engine;
  std::string mode = "base";
  std::string secret = kSecret;
  std::string tenant = kTenant;
};

Asked Plain() {
  Asked asked;
  asked.engine.model = "isnet";
  asked.engine.digest = std::string(64, 'd');
  asked.engine.device = "cpu";
  asked.engine.precision = "fp32";
  asked.engine.build = "build 1";
  asked.engine.layout = "avx2";
  return asked;
}

std::string KeyOf(const Asked& asked) {
  ResultInputs inputs;
  inputs.rgb = &asked.rgb;
  inputs.alpha = &asked.alpha;
  inputs.compose = &asked.compose;
  inputs.encode = asked.encode;
  inputs.size = asked.size;
  inputs.engine = &asked.engine;
  inputs.mode = asked.mode.c_str();
  return MakeResultKey(asked.secret, asked.tenant, inputs).Text();
}

using Change = std::function<void(Asked*)>;

TEST(ResultKey, IsTheSameForTheSameRequest) {
  EXPECT_EQ(KeyOf(Plain()), KeyOf(Plain()));
}

TEST(ResultKey, ChangesWithEverythingThatChangesTheBytes) {
  const std::map<std::string, Change> changes = {
      {"a pixel", [](Asked* a) { a->rgb.data[7] ^= 1; }},
      {"the shape of the same pixels",
       [](Asked* a) { std::swap(a->rgb.width, a->rgb.height); }},
      {"an alpha channel", [](Asked* a) { a->alpha = MakeBitmap(4, 3, 1); }},
      {"another alpha channel",
       [](Asked* a) {
         a->alpha = MakeBitmap(4, 3, 1);
         a->alpha->data[0] = 9;
       }},
      {"output=mask", [](Asked* a) { a->compose.kind = OutputKind::kMask; }},
      {"output=green", [](Asked* a) { a->compose.kind = OutputKind::kColor; }},
      {"output=white",
       [](Asked* a) {
         a->compose.kind = OutputKind::kColor;
         a->compose.color = {255, 255, 255};
       }},
      {"output=blur", [](Asked* a) { a->compose.kind = OutputKind::kBlur; }},
      {"output=overlay",
       [](Asked* a) { a->compose.kind = OutputKind::kOverlay; }},
      {"output=image",
       [](Asked* a) {
         a->compose.kind = OutputKind::kBackground;
         a->compose.background = MakeBitmap(2, 2, 3);
       }},
      {"another background",
       [](Asked* a) {
         a->compose.kind = OutputKind::kBackground;
         a->compose.background = MakeBitmap(2, 2, 3);
         a->compose.background->data[3] = 1;
       }},
      {"reverse", [](Asked* a) { a->compose.reverse = true; }},
      {"threshold", [](Asked* a) { a->compose.threshold = 0.5; }},
      {"the next threshold",
       [](Asked* a) { a->compose.threshold = 0.5000000000000001; }},
      {"crop", [](Asked* a) { a->compose.crop = true; }},
      {"crop_margin",
       [](Asked* a) {
         a->compose.crop = true;
         a->compose.crop_margin = 0.1;
       }},
      {"foreground=plain",
       [](Asked* a) { a->compose.estimate_foreground = false; }},
      {"format=webp", [](Asked* a) { a->encode.format = OutputFormat::kWebp; }},
      {"format=jpeg", [](Asked* a) { a->encode.format = OutputFormat::kJpeg; }},
      {"quality",
       [](Asked* a) {
         a->encode.format = OutputFormat::kWebp;
         a->encode.quality = 50;
       }},
      {"width of the network's input", [](Asked* a) { a->size.width = 96; }},
      {"height of it", [](Asked* a) { a->size.height = 96; }},
      {"mode", [](Asked* a) { a->mode = "fast"; }},
      {"model", [](Asked* a) { a->engine.model = "other"; }},
      {"weights", [](Asked* a) { a->engine.digest[0] = 'e'; }},
      {"device", [](Asked* a) { a->engine.device = "cuda"; }},
      {"precision", [](Asked* a) { a->engine.precision = "bf16"; }},
      {"build", [](Asked* a) { a->engine.build = "build 2"; }},
      {"instruction set", [](Asked* a) { a->engine.layout = "avx512"; }},
      {"blending", [](Asked* a) { a->engine.blend_threshold = 512; }},
      {"the way of stretching",
       [](Asked* a) { a->engine.align_corners = true; }},
      {"secret", [](Asked* a) { a->secret += "!"; }},
      {"tenant", [](Asked* a) { a->tenant = "key:two"; }},
  };
  // None is that of no change, nor that of another change.
  std::map<std::string, std::string> seen = {{KeyOf(Plain()), "no change"}};
  for (const auto& [what, change] : changes) {
    Asked asked = Plain();
    change(&asked);
    const auto [it, fresh] = seen.emplace(KeyOf(asked), what);
    EXPECT_TRUE(fresh) << what << " has the key of " << it->second;
  }
}

TEST(ResultKey, DoesNotChangeWithWhatMakesNoDifference) {
  const std::map<std::string, Change> changes = {
      {"the quality of a PNG", [](Asked* a) { a->encode.quality = 10; }},
      {"a colour without ground",
       [](Asked* a) {
         a->compose.color = {1, 2, 3};
       }},
      {"a background that is not asked for",
       [](Asked* a) { a->compose.background = MakeBitmap(2, 2, 3); }},
      {"a margin without crop", [](Asked* a) { a->compose.crop_margin = 0.5; }},
      {"what is measured beside it",
       [](Asked* a) { a->compose.measure = true; }},
      {"how much memory the engine takes",
       [](Asked* a) { a->engine.fixed_bytes = 7; }},
  };
  for (const auto& [what, change] : changes) {
    Asked asked = Plain();
    change(&asked);
    EXPECT_EQ(KeyOf(asked), KeyOf(Plain())) << what;
  }
  // Of a hard edge, and of a mask, no colours are estimated.
  for (const Change& hard : std::initializer_list<Change>{
           [](Asked* a) { a->compose.threshold = 0.5; },
           [](Asked* a) { a->compose.kind = OutputKind::kMask; }}) {
    Asked estimated = Plain();
    Asked plain = Plain();
    plain.compose.estimate_foreground = false;
    hard(&estimated);
    hard(&plain);
    EXPECT_EQ(KeyOf(estimated), KeyOf(plain));
  }
}

TEST(ResultKey, NamesOfFieldsCannotMoveIntoTheirNeighbours) {
  Asked one = Plain();
  one.engine.precision = "fp3";
  one.engine.build = "2build";
  Asked other = Plain();
  other.engine.precision = "fp32";
  other.engine.build = "build";
  EXPECT_NE(KeyOf(one), KeyOf(other));
}

TEST(ResultKey, OfOneTenantBeginsWithItsTag) {
  const std::string key = KeyOf(Plain());
  EXPECT_EQ(key.substr(0, 16), TenantTag(kSecret, kTenant));
  EXPECT_NE(TenantTag(kSecret, kTenant), TenantTag(kSecret, "key:two"));
  EXPECT_NE(TenantTag(kSecret, kTenant), TenantTag("other secret", kTenant));
  EXPECT_TRUE(IsTenantTag(TenantTag(kSecret, kTenant)));
}

TEST(ResultKey, IsReadAsItIsWritten) {
  const std::string text = KeyOf(Plain());
  const auto key = ParseResultKey(text);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->Text(), text);
}

TEST(ResultKey, AnythingElseIsRefusedWithItsShape) {
  const std::string good = KeyOf(Plain());
  const std::set<std::string> bad = {
      "",
      "-",
      good.substr(1),
      good + "0",
      good.substr(0, 80),
      std::string(16, 'g') + good.substr(16),
      std::string(16, 'A') + good.substr(16),
      good.substr(17),
      "../../../../etc/passwd",
      std::string(16, '0') + "-" + std::string(62, '0') + "..",
      std::string(1000, '0')};
  for (const std::string& text : bad) {
    const auto key = ParseResultKey(text);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(key.error().field, "key");
    EXPECT_LT(key.error().message.size(), 300U);
  }
}

// RFC 4231, test cases 2 and 6.
TEST(HmacSha256, IsThatOfTheStandard) {
  EXPECT_EQ(HmacSha256Hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacSha256(std::string(131, '\xaa'))
                .Update("Test Using Larger Than Block-Size Key")
                .Update(" - Hash Key First")
                .Hex(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace prewarm
