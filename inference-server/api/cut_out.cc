#include "inference-server/api/cut_out.h"

#include <cstdio>

#include "common/base/log.h"
#include "inference-server/imaging/resample.h"

namespace prewarm {
namespace {

SteadyTime Now() { return Clock::System().Now(); }

}  // namespace

CutOut::CutOut(ApiContext* context,
               std::shared_ptr<const http::Request> request, ProcessInput input,
               Done done)
    : context_(context),
      request_(std::move(request)),
      input_(std::move(input)),
      done_(std::move(done)) {}

void CutOut::Stage(const std::string& name, SteadyTime start) {
  const double millis = MillisBetween(start, Now());
  stages_.emplace_back(name, millis);
  context_->metrics->ObserveStage(name, millis);
}

void CutOut::Begin(JobTicket ticket) {
  ticket_ = std::move(ticket);
  begun_ = Now();
  Stage("queue", request_->received);
  if (const Status decoded = Decode(); !decoded.ok()) {
    Fail(decoded.error());
    return;
  }
  context_->inference->Post([self = shared_from_this()] { self->Infer(); });
}

Status CutOut::Decode() {
  const SteadyTime start = Now();
  PREWARM_ASSIGN_OR_RETURN(
      image_, prewarm::Decode(input_.image, context_->decode_limits));
  if (!input_.background.empty()) {
    auto background =
        prewarm::Decode(input_.background, context_->decode_limits);
    if (!background.ok()) {
      Error error = background.error();
      error.field = "background";
      return error;
    }
    input_.options.compose.background = std::move(background->rgb);
  }
  Stage("decode", start);
  const SteadyTime resize = Now();
  const EngineInfo info = context_->warm_up->status().engine;
  network_input_ =
      ResizeAntialiased(image_.rgb, info.input_width, info.input_height);
  Stage("preprocess", resize);
  return Ok{};
}

void CutOut::Infer() {
  const SteadyTime start = Now();
  Engine* engine = context_->warm_up->engine();
  if (engine == nullptr) {
    Error error = MakeError(ErrorCode::kUnavailable,
                            "the model is not ready any more; retry");
    error.retry_after_seconds = 1;
    Fail(error);
    return;
  }
  auto matte = engine->Infer(network_input_);
  network_input_ = Bitmap{};
  if (!matte.ok()) {
    // Whatever broke may break the next one too: prove the engine again.
    context_->warm_up->MarkFailed(matte.error().message);
    context_->warm_up->Start();
    Log(LogLevel::kError, "inference_failed",
        {{"request_id", request_->request_id},
         {"reason", matte.error().message}});
    Fail(MakeError(ErrorCode::kInternal, "the network failed; see the log"));
    return;
  }
  matte_ = std::move(*matte);
  Stage("infer", start);
  context_->pool->Post([self = shared_from_this()] { self->Compose(); });
}

void CutOut::Compose() {
  const SteadyTime start = Now();
  auto composed = prewarm::Compose(image_.rgb, image_.alpha, matte_,
                                   input_.options.compose);
  if (!composed.ok()) {
    Fail(composed.error());
    return;
  }
  Stage("postprocess", start);
  image_ = DecodedImage{};
  matte_ = Plane{};
  const SteadyTime encode = Now();
  auto bytes = Encode(composed->bitmap, input_.options.encode);
  if (!bytes.ok()) {
    Fail(bytes.error());
    return;
  }
  Stage("encode", encode);

  http::Response response;
  response.content_type = MimeType(input_.options.encode.format);
  response.body = std::move(*bytes);
  std::string timing;
  for (const auto& [name, millis] : stages_) {
    char text[64];
    std::snprintf(text, sizeof text, "%s%s;dur=%.1f",
                  timing.empty() ? "" : ", ", name.c_str(), millis);
    timing += text;
  }
  response.headers = {
      {"Cache-Control", "private, no-store"},
      {"Server-Timing", timing},
      {"X-Prewarm-Empty-Scene", composed->empty_scene ? "true" : "false"}};
  // From the start of work: waiting for a cold model is no service time.
  context_->queue->service_time().Add(MillisBetween(begun_, Now()));
  Finish(std::move(response));
}

void CutOut::Abandon(const Error& error) { Fail(error); }

void CutOut::Fail(const Error& error) {
  Finish(http::Problem(error, request_->request_id));
}

void CutOut::Finish(http::Response response) {
  Stage("total", request_->received);
  context_->metrics->CountRequest(response.status);
  done_(std::move(response));
  ticket_.reset();
}

}  // namespace prewarm
