// The `spec` of FixedUrls.
#pragma once

#include "warmup-controller/policy/field.h"
#include "warmup-controller/policy/local_targets.h"

namespace prewarm {

// Complains of everything that is wrong; of use only where nothing was. The
// rest of the document is the caller's to set.
FixedUrls ReadFixedUrls(const Field& spec);

}  // namespace prewarm
