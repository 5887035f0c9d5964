// What a stranger may read of a server's state: why it is not warm, yet not
// where its files lie. Whoever runs it sees all (AuthorizeAdminRequest), and
// so does the log.
#pragma once

#include <string>
#include <string_view>

#include "inference-server/api/context.h"

namespace prewarm {

// Absolute paths of more than one part are cut to their last one:
// "/data/store/base.pt is damaged" -> ".../base.pt is damaged". Pure.
std::string WithoutFolders(std::string_view text);

// The same state, its reason without folders.
WarmStatus Discreet(WarmStatus status);

// As it is now, discreet unless the sender may warm the server up.
WarmStatus StatusFor(const ApiContext& context, const http::Request& request);

}  // namespace prewarm
