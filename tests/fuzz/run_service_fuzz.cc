// Answers of the Admin API: what is written follows from what was read, and
// writes nothing but the floor.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.h"
#include "warmup-controller/cloudrun/api_error.h"
#include "warmup-controller/cloudrun/service_machine.h"

using prewarm::Require;
namespace cloudrun = prewarm::cloudrun;

namespace {

constexpr char kName[] = "projects/p/locations/l/services/s";
using What = cloudrun::ServiceDue::What;

void Plan(const cloudrun::ServiceSeen& seen) {
  const prewarm::SteadyTime now(std::chrono::hours(1));
  cloudrun::ServiceMachine machine(kName, [] { return 0.5; });
  machine.wish()->wanted = 3;
  machine.wish()->policies = {"shop/hours"};
  Require(machine.Take(now).what == What::kGet);
  machine.Got(seen, now);
  const cloudrun::ServiceDue due = machine.Take(now);
  (void)machine.notes();
  Require(machine.places() >= 0 && machine.places() <= 3);
  if (due.what == What::kNothing) return;
  Require(due.what == What::kPatch && due.patch.etag == seen.etag);
  if (due.patch.min) {
    Require(*due.patch.min >= 0);
    Require(!seen.max || *due.patch.min <= std::max(*seen.max, seen.min));
  }
  if (!due.patch.annotations) return;
  auto before = seen.annotations;
  auto after = *due.patch.annotations;
  before.erase(prewarm::kFloorAnnotation);
  after.erase(prewarm::kFloorAnnotation);
  Require(before == after);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto seen = cloudrun::ReadService(text, kName);
  if (seen.ok()) {
    Require(seen->name == kName && seen->min >= 0);
    Require(seen->uri.empty() || seen->uri.find("http") == 0);
    Plan(*seen);
  }
  const auto operation = cloudrun::ReadOperation(text);
  if (operation.ok()) {
    Require(operation->done || !operation->name.empty());
    Require(operation->name.find('?') == std::string::npos);
  }
  for (const int status : {400, 403, 409, 503}) {
    prewarm::HttpAnswer answer;
    answer.status = status;
    answer.body = text;
    const auto error = cloudrun::ErrorOfAnswer(answer, kName);
    Require(error.message.find('\n') == std::string::npos);
  }
  return 0;
}
