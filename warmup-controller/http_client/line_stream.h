// One answer that is read line by line as it comes.
#pragma once

#include <string>

#include "warmup-controller/http_client/connections.h"
#include "warmup-controller/http_client/http_client.h"

namespace prewarm {

// What LineStreams promises, of a call whose headers have been checked. May
// throw what the library throws.
Result<HttpAnswer> ReadLineStream(const Connections::Client& client,
                                  const std::string& path,
                                  const StreamCall& call,
                                  const LineStreams::OnLine& on_line,
                                  StopSignal* stop);

}  // namespace prewarm
