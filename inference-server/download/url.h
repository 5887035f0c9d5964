// http and https URLs; other schemes are none of ours.
#pragma once

#include <string>

#include "common/base/result.h"

namespace prewarm::download {

struct Url {
  std::string text;  // as it is asked for
  // For messages and manifests: without user, password, query and fragment,
  // which often carry secrets.
  std::string shown;
  std::string scheme;     // "https"
  std::string host;       // "github.com"
  std::string file_name;  // "ckpt_base.pth", "" after a slash
};

// Whether a human means a URL rather than a file: "ftp://a", "file:///a".
bool LooksLikeUrl(const std::string& text);

// kUnsupported for another scheme, kInvalidArgument for what is no URL.
Result<Url> ParseUrl(const std::string& text);

// Where `location`, of a redirect, leads from `base`.
Result<Url> ResolveUrl(const Url& base, const std::string& location);

}  // namespace prewarm::download
