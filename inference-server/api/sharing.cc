#include "inference-server/api/sharing.h"

namespace prewarm {

std::optional<std::string> TenantOf(const AccessConfig& access,
                                    const std::string& identity) {
  if (!identity.empty()) return identity;
  const bool open =
      access.api_key_hashes.empty() && access.upload_secret.empty();
  if (open) return "public";
  return std::nullopt;
}

Result<bool> IsShared(ResultsMode mode, std::optional<bool> asked,
                      bool json_reply, bool has_tenant) {
  const auto refused = [](ErrorCode code, const std::string& why) {
    return MakeError(code, "share=true: " + why, "share");
  };
  if (asked == false) return false;
  if (asked == true && mode == ResultsMode::kPrivate) {
    return refused(ErrorCode::kInvalidArgument,
                   "this server keeps all results private; leave share out, or "
                   "start the server with --results");
  }
  if (asked == true && !has_tenant) {
    return refused(ErrorCode::kForbidden,
                   "what comes with an upload token stays private; send an API "
                   "key, or leave share out");
  }
  if (asked == true && json_reply) {
    return refused(ErrorCode::kInvalidArgument,
                   "pictures are shared, JSON is not; ask for a picture in "
                   "Accept, or leave share out");
  }
  return (asked == true || mode == ResultsMode::kShared) && has_tenant &&
         !json_reply;
}

}  // namespace prewarm
