// A kubeconfig: what is accepted can be connected to, what is not is said in
// terms of the file.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/http_client/connection_options.h"
#include "warmup-controller/kube/kubeconfig.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // No file is below this folder.
  const auto access =
      prewarm::kube::ReadKubeconfig(text, {"config", "/nonexistent", ""});
  if (!access.ok()) {
    Require(access.error().message.find("config") == 0);
    return 0;
  }
  Require(access->server.find("http") == 0 && access->server.back() != '/');
  Require(!access->namespace_name.empty());
  Require(prewarm::CheckConnectionOptions(access->connection).ok());
  return 0;
}
