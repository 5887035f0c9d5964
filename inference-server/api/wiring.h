// How the endpoints hang together, for main and for tests of the whole.
#pragma once

#include <memory>

#include "inference-server/api/context.h"

namespace prewarm {

// The public port: process, results, status, page; POST /warmup and /metrics as
// well where there is no admin port. The context outlives the router.
std::shared_ptr<http::Router> PublicRouter(ApiContext* context);
// The admin port: warm-up, probes, metrics, shared results.
std::shared_ptr<http::Router> AdminRouter(ApiContext* context);

// From now on the queue's gate and the metrics follow the warm-up: jobs start
// while the engine is proven, and are abandoned when a warm-up fails. Once.
void FollowWarmUp(ApiContext* context);

}  // namespace prewarm
