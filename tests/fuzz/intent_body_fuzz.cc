// What visitors' pages post.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/require.h"
#include "warmup-controller/api/intent_body.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* type : {"application/json", "text/plain;charset=UTF-8"}) {
    const auto body = prewarm::ReadIntentBody(type, text);
    if (!body.ok()) {
      Require(!body.error().message.empty());
      continue;
    }
    Require(text.size() <= 1024);
    Require(text.find('{') != std::string_view::npos);
  }
  return 0;
}
