// When a window is open, in words. Pure.
#pragma once

#include <bitset>
#include <string>

#include "warmup-controller/policy/policy.h"

namespace prewarm {

// "every day", "on Monday to Friday", "on Friday to Monday", "on Monday and
// Wednesday". Sunday is 0; at least one.
std::string DaysInWords(const std::bitset<7>& days);

// "on Thursday at 20:00" of what is that simple, else "at each time of the cron
// expression ...".
std::string CronInWords(const Cron& cron);

// "on Monday to Friday from 09:00 to 18:00".
std::string TimesInWords(const Window& window);

}  // namespace prewarm
