// The receiving side of a connection: bytes in, requests out to the router.
// Used by the connection's worker thread only.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "common/http/connection.h"
#include "common/http/http.h"
#include "common/http/request_guard.h"
#include "common/http/responder.h"
#include "common/http/writer_loop.h"

namespace prewarm::http {

// What all connections of a server have in common.
struct Core {
  ServerOptions options;
  std::shared_ptr<Router> router;
  std::shared_ptr<ServerShared> shared = std::make_shared<ServerShared>();
  std::shared_ptr<WriterLoop> loop;
  std::atomic<int> sessions{0};
};

// With its writer loop running; the owner must Stop it.
std::shared_ptr<Core> MakeCore(const ServerOptions& options,
                               std::shared_ptr<Router> router);

class Session {
 public:
  // Dups `fd` for the replies; usable() says whether that worked.
  Session(std::shared_ptr<Core> core, int fd, std::string peer_address);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  bool usable() const { return connection_->usable(); }

  void Input(std::string_view input);
  // The client hung up, or sends no more.
  void Gone();

 private:
  void OnRequest();
  void RefuseRest(int status, const std::string& message,
                  const std::string& field);
  void UpdatePhase(bool begun);

  const std::shared_ptr<Core> core_;
  RequestGuard guard_;
  const std::shared_ptr<Connection> connection_;
  Connection::Phase phase_ = Connection::Phase::kIdle;
  bool dead_ = false;          // nothing more is read
  std::size_t discarded_ = 0;  // since then
};

}  // namespace prewarm::http
