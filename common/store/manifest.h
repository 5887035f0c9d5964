// manifest.yaml of a stored model: flat `key: value` lines, every value a
// JSON string or number, which YAML reads as it stands.
#pragma once

#include <string>

#include "common/store/model_store.h"

namespace prewarm {

std::string FormatManifest(const Manifest& manifest);

// Strict: unknown, missing, doubled or malformed keys are kCorrupt, with the
// line; at most 64 KiB.
Result<Manifest> ParseManifest(const std::string& text,
                               const std::string& path);

// [a-z0-9][a-z0-9._-]{0,63}: safe as a folder's name.
bool IsModelName(const std::string& name);

}  // namespace prewarm
