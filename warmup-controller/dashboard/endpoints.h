// The operators' page and what it asks for: GET /, /dashboard/...,
// /api/v1/summary and /api/v1/policies/<namespace>/<name>/timeline.
#pragma once

#include <functional>
#include <optional>

#include "common/base/clock.h"
#include "warmup-controller/api/context.h"
#include "warmup-controller/reconcile/outlook.h"
#include "warmup-controller/record/record.h"

namespace prewarm {

// What a controller keeps for the page. Thread-safe.
struct DashboardData {
  RecordBook record;
  OutlookBoard outlooks;
};

// All outlive the router.
struct DashboardParts {
  const ApiContext* api = nullptr;
  const DashboardData* data = nullptr;
  // Another controller leads, and this one knows nothing. Unset: it always
  // does.
  std::function<bool()> stands_by;
  // Of an instance-hour, in whatever currency; unset: hours alone are told.
  std::optional<double> price;
};

// Of the listener for operators: it obeys that one's rules, and no others.
// Plans are made in a thread of their own, one after the other.
void AddDashboard(const DashboardParts& parts, http::Router* inner);

}  // namespace prewarm
