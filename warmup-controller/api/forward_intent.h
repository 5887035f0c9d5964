// A standby passes what visitors say on to the controller that leads, so that
// they may ask either.
#pragma once

#include "warmup-controller/api/context.h"

namespace prewarm {

// False: this controller leads, and answers itself. True: `responder` gets the
// leader's answer, or 503 where it has none. What was passed on already is not
// passed on again.
bool ForwardIntent(const ApiContext& context, const http::Request& request,
                   const http::ResponderPtr& responder);

}  // namespace prewarm
