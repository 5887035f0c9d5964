// Instances for visitors who are about to upload.
#pragma once

namespace prewarm {

// What is known of visitors and requests, measured or declared.
struct IntentStats {
  double conversion = 0.3;    // share of visitors who upload
  double think_seconds = 40;  // from the announcement to the upload, on average
  double service_seconds = 1;  // of a request
  int concurrency = 1;         // requests at once per instance
};

// For so many visitors whose pages are open: one at least; more where as many
// uploads may be under way at once, which is Poisson with the mean by Little's
// law (uploads to come / think time * service), two standard deviations above
// it. 0 visitors: none.
int InstancesForIntents(int visitors, const IntentStats& stats);

}  // namespace prewarm
