// Which results are shared. Pure.
#pragma once

#include <optional>
#include <string>

#include "common/access/access.h"
#include "common/base/result.h"
#include "inference-server/config/config.h"

namespace prewarm {

// Whose results a caller's are: its API key's identity; "public" where the
// server asks for no credentials. Nobody's for an upload token: who holds one
// is a customer with a photo of her own, and holders are strangers to each
// other. `identity`: what AuthorizeProcess gave.
std::optional<std::string> TenantOf(const AccessConfig& access,
                                    const std::string& identity);

// Whether this request's result is shared. `asked`: its option `share`. An
// error where it asks for what can't be, with the way out.
Result<bool> IsShared(ResultsMode mode, std::optional<bool> asked,
                      bool json_reply, bool has_tenant);

}  // namespace prewarm
