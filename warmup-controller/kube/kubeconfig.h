// The file that kubectl uses too.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "warmup-controller/kube/access.h"

namespace prewarm::kube {

struct KubeconfigSource {
  std::string name;     // how errors call the file
  std::string folder;   // what relative paths in it are relative to
  std::string context;  // "": its current-context
};

// kInvalidArgument: one error a line, each with file, place and field: what is
// no YAML, a context, cluster or user that is missing, data that is no base64
// or no PEM, files that cannot be read, and what is not done here: exec and
// auth-provider plug-ins, user and password, impersonation, tls-server-name,
// proxies other than http. Unknown fields are passed over, as kubectl does.
Result<Access> ReadKubeconfig(std::string_view text,
                              const KubeconfigSource& source);
// The same of a file of 1 MiB at most.
Result<Access> ReadKubeconfigFile(const std::string& path,
                                  const std::string& context);
// The file that a KUBECONFIG means: a list, as kubectl has it, but of one file
// only, since they are not merged here: kUnsupported. "": of none.
Result<std::string> OnlyKubeconfigOf(const std::string& list);

}  // namespace prewarm::kube
