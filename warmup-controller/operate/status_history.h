// What a policy's status says of the time before this controller. Pure.
#pragma once

#include "warmup-controller/operate/policy_object.h"
#include "warmup-controller/reconcile/history.h"

namespace prewarm {

// Its last opening and the hours of its day; an opening that was due by `now`
// and warm was judged by who wrote that.
PolicyHistory HistoryIn(const PolicyObject& object, Instant now);

// Of two memories of one policy the newer: neither may be up to date.
PolicyHistory NewerOf(const PolicyHistory& a, const PolicyHistory& b);

}  // namespace prewarm
