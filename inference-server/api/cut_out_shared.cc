// A cut-out whose result is shared: it is looked for before the network is
// asked, and kept before the reply leaves, so that a Content-Location never
// leads nowhere.
#include <utility>

#include "inference-server/api/cut_out.h"
#include "inference-server/results/shared_results.h"

namespace prewarm {
namespace {

constexpr char kHit[] = "hit";            // stored before: no inference
constexpr char kMiss[] = "miss";          // computed, and stored now
constexpr char kUnstored[] = "unstored";  // computed, and not stored

SteadyTime SteadyNow() { return Clock::System().Now(); }

}  // namespace

std::string ResultPath(const ResultKey& key) {
  return "/api/v2/results/" + key.Text();
}

void CutOut::Look() {
  const SteadyTime start = SteadyNow();
  const auto size = ChooseSize();
  if (!size.ok()) {
    Fail(size.error());
    return;
  }
  const EngineInfo engine = EngineOfMode();
  ResultInputs inputs;
  inputs.rgb = &image_.rgb;
  inputs.alpha = &image_.alpha;
  inputs.compose = &input_.options.compose;
  inputs.encode = input_.options.encode;
  inputs.size = *size;
  inputs.engine = &engine;
  inputs.mode = ModeName(mode());
  key_ = MakeResultKey(context_->results->secret(), *tenant_, inputs);
  context_->results->Find(
      key_, ResultReader::kProcess,
      [self = shared_from_this(), start](Result<StoredResult> found) {
        const auto held =
            std::make_shared<Result<StoredResult>>(std::move(found));
        self->context_->pool->Post([self, held, start] {
          self->Stage("lookup", start);
          self->Found(std::move(*held));
        });
      });
}

// Whatever kept it from being found, the network has the answer.
void CutOut::Found(Result<StoredResult> found) {
  if (GivenUp()) return;
  if (!found.ok()) {
    Prepare();
    return;
  }
  bytes_ = std::move(found->picture);
  composed_.empty_scene = found->empty_scene;
  http::Response response = MakeReply(kHit);
  response.headers.emplace_back("Content-Location", ResultPath(key_));
  Finish(std::move(response));
}

void CutOut::Keep() {
  // Less than was asked for is not what the key names.
  if (degraded_ != nullptr) {
    Finish(MakeReply(kUnstored));
    return;
  }
  const SteadyTime start = SteadyNow();
  StoredResult result;
  result.type = MimeType(input_.options.encode.format);
  result.mode = ModeName(mode());
  result.empty_scene = composed_.empty_scene;
  result.picture = bytes_;
  context_->results->Keep(
      key_, std::move(result),
      [self = shared_from_this(), start](const Status& kept) {
        self->context_->pool->Post([self, start, good = kept.ok()] {
          self->Stage("keep", start);
          http::Response response = self->MakeReply(good ? kMiss : kUnstored);
          if (good) {
            response.headers.emplace_back("Content-Location",
                                          ResultPath(self->key_));
          }
          self->Finish(std::move(response));
        });
      });
}

}  // namespace prewarm
