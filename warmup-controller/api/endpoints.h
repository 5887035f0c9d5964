// How the endpoints hang together, for `run` and for tests of the whole.
#pragma once

#include "warmup-controller/api/context.h"

namespace prewarm {

// `inner` is for operators and what scrapes metrics: metrics, policies, and all
// of `outer`, which is for visitors' browsers: the state of a target, intents,
// probes. The context outlives both routers. Answers of the inner one hold
// URLs and errors of instances: its port is not for everybody.
void AddEndpoints(const ApiContext* context, http::Router* inner,
                  http::Router* outer);

// What the options of both servers begin with: all bodies are small, probes and
// what visitors' pages repeat are logged at debug.
http::ServerOptions ApiServerOptions(Listener listener);

}  // namespace prewarm
