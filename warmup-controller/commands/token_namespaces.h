// Whose pods are told the admin token. Pure.
#pragma once

#include <set>
#include <string>

#include "warmup-controller/commands/run_options.h"

namespace prewarm {

// Every pod with the gate is called, and who may make pods anywhere in a
// cluster is not trusted with the token of all servers: it goes to namespaces
// that were named. "*": to all of them.
inline constexpr char kAllNamespaces[] = "*";

// Without a word of it that one which is followed; of a controller that follows
// all of them its own.
std::set<std::string> TokenNamespaces(const RunOptions& options,
                                      const std::string& own);

// `target`: TargetKey::Full().
bool GetsToken(const std::set<std::string>& namespaces,
               const std::string& target);

// Of a warm-up that was refused for want of it.
inline constexpr char kTokenWithheld[] =
    "no token is sent to this namespace: name it in --token-namespaces "
    "(controller.tokenNamespaces of the chart)";

}  // namespace prewarm
