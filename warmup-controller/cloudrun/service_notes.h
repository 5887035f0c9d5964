// What somebody should know of a service. Pure.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/cloudrun/service_document.h"
#include "warmup-controller/floor/floor_plan.h"
#include "warmup-controller/targets/target.h"

namespace prewarm::cloudrun {

// `plan`: of the floor; nullptr: there is none.
std::vector<TargetNote> NotesOf(const ServiceSeen& seen, const FloorPlan* plan);

// Why a service that is scaled by hand is left alone, and what to do.
std::string ManualRefusal(const ServiceSeen& seen);

// "minInstanceCount of projects/P/locations/L/services/S"
std::string NumberOf(const std::string& name);

}  // namespace prewarm::cloudrun
