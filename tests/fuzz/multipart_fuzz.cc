// The first line as a Content-Type, the rest as the body it describes.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "common/http/http.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view body = input.substr(line + 1);
  const auto parts = prewarm::http::ParseMultipart(input.substr(0, line), body);
  if (!parts.ok()) {
    Require(!parts.error().message.empty());
    return 0;
  }
  Require(parts->size() <= 32);
  std::size_t total = 0;
  for (const auto& part : *parts) {
    Require(!part.name.empty());
    total += part.data.size();
    if (part.data.empty()) continue;
    const std::less_equal<const char*> not_after;
    Require(not_after(body.data(), part.data.data()) &&
            not_after(part.data.data() + part.data.size(),
                      body.data() + body.size()));
  }
  Require(total <= body.size());  // no byte belongs to two parts
  return 0;
}
