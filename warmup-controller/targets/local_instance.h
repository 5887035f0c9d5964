// How one instance of a LocalProcess is named, reached and started; pure.
#pragma once

#include <string>
#include <vector>

#include "warmup-controller/policy/local_targets.h"
#include "warmup-controller/targets/machine.h"

namespace prewarm {

// "shop-0.3": the fourth start in the first slot.
std::string InstanceId(const LocalProcess& declared, int slot, int start);
// Without a path; an IPv6 address is put in brackets.
std::string InstanceUrl(const LocalProcess& declared, int port);
// A file for each slot; "" where none is declared.
std::string InstanceLog(const LocalProcess& declared, int slot);
// `ports`: that of {port}, and as the last one that of {admin_port}.
ProcessStart InstanceStart(const LocalProcess& declared, int slot,
                           const std::vector<int>& ports);

}  // namespace prewarm
