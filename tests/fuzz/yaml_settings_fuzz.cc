// A settings file.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/base/yaml_settings.h"
#include "tests/fuzz/require.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto settings = prewarm::ReadYamlSettings(
      std::string_view(reinterpret_cast<const char*>(data), size), "f.yaml");
  if (!settings.ok()) {
    Require(settings.error().message.find("f.yaml") == 0);
    return 0;
  }
  for (const auto& [key, setting] : *settings) {
    Require(setting.place.line >= 1 && setting.place.column >= 1);
    Require(setting.is_list || setting.values.size() == 1);
  }
  return 0;
}
