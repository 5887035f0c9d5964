// prewarm-health [URL]: 0 where it answers 2xx within three seconds, 1 where it
// does not, 2 for what is no URL; one line on the standard error says why.
// Without an argument the URL is $PREWARM_HEALTH_URL, which the images set.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>

#include "common/health/probe.h"

int main(int argc, char** argv) {
  const char* fallback = std::getenv("PREWARM_HEALTH_URL");
  const std::string text =
      argc > 1 ? argv[1] : (fallback != nullptr ? fallback : "");
  if (argc > 2 || text.empty() || text == "--help") {
    std::cerr << "usage: prewarm-health [URL]; else $PREWARM_HEALTH_URL\n";
    return text == "--help" ? 0 : 2;
  }
  const auto url = prewarm::ParseHealthUrl(text);
  if (!url.ok()) {
    std::cerr << "prewarm-health: " << url.error().message << "\n";
    return 2;
  }
  const auto healthy = prewarm::AskHealth(*url, std::chrono::seconds(3));
  if (healthy.ok()) return 0;
  std::cerr << "prewarm-health: " << text << ": " << healthy.error().message
            << "\n";
  return 1;
}
