// An instance's answers: none but a verified report is a proof.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/warmer/read_report.h"

using prewarm::Require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto proof = prewarm::ReadReport({200, {}, body}, "");
  if (proof.ok()) {
    Require(!proof->instance_id.empty());
    Require(proof->inference.count() >= 0);
    Require(body.find("canary") != std::string::npos ||
            body.find("\\u") != std::string::npos);
    Require(!prewarm::ReadReport({200, {}, body}, "another one").ok());
    Require(!prewarm::ReadReport({503, {}, body}, "").ok());
  } else {
    Require(proof.error().message.size() < 1000);
  }
  const auto health = prewarm::ReadHealth({200, {}, body});
  Require(health.in_flight >= 0);
  Require(!health.eta || health.eta->count() >= 0);
  Require(!health.progress || (*health.progress >= 0 && *health.progress <= 1));
  return 0;
}
