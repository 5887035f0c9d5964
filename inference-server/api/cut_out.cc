#include "inference-server/api/cut_out.h"

#include <cstdio>

#include "common/base/log.h"
#include "inference-server/imaging/resample.h"
#include "inference-server/scheduling/admission.h"

namespace prewarm {
namespace {

SteadyTime Now() { return Clock::System().Now(); }

bool OutOfMemory(const Result<Plane>& matte) {
  return !matte.ok() && matte.error().code == ErrorCode::kResourceExhausted;
}

}  // namespace

CutOut::CutOut(ApiContext* context,
               std::shared_ptr<const http::Request> request, ProcessInput input,
               std::optional<std::string> tenant, Done done, Unwanted unwanted)
    : context_(context),
      request_(std::move(request)),
      input_(std::move(input)),
      done_(std::move(done)),
      unwanted_(std::move(unwanted)),
      handed_over_(request_->received),
      tenant_(std::move(tenant)) {}

void CutOut::Stage(const std::string& name, SteadyTime start) {
  const double millis = MillisBetween(start, Now());
  stages_.emplace_back(name, millis);
  context_->metrics->ObserveStage(name, millis);
}

Mode CutOut::mode() const {
  return ModeOf(context_->warm_up->status(), input_.options.mode);
}

void CutOut::TakeOver() { waited_ms_ += MillisBetween(handed_over_, Now()); }

bool CutOut::GivenUp() {
  if (!unwanted_()) return false;
  Fail(MakeError(ErrorCode::kCancelled, "the client closed the connection"));
  return true;
}

void CutOut::Begin(JobTicket ticket) {
  ticket_ = std::move(ticket);
  TakeOver();
  if (GivenUp()) return;
  if (const Status decoded = Decode(); !decoded.ok()) {
    Fail(decoded.error());
    return;
  }
  if (tenant_) {
    Look();
  } else {
    Prepare();
  }
}

void CutOut::Prepare() {
  if (const Status resized = Resize(); !resized.ok()) {
    Fail(resized.error());
    return;
  }
  HandOver();
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
  return Ok{};
}

Result<InputSize> CutOut::ChooseSize() {
  // All of it once more: what came before the engine could not be asked.
  PREWARM_ASSIGN_OR_RETURN(
      const ModelStatus model,
      ModelFor(context_->warm_up->status(), input_.options.mode));
  input_.options.mode = model.mode;
  return ChooseInputSize(model.engine, input_.options.resize, image_.rgb.width,
                         image_.rgb.height);
}

Status CutOut::Resize() {
  const SteadyTime start = Now();
  PREWARM_ASSIGN_OR_RETURN(const InputSize size, ChooseSize());
  PREWARM_RETURN_IF_ERROR(
      CheckAlone({0, context_->config.memory_budget_mib << 20},
                 {0, WorkingSetBytes(EngineOfMode(), size)}));
  network_input_ = ResizeAntialiased(image_.rgb, size.width, size.height);
  Stage("preprocess", start);
  return Ok{};
}

// A server without enough memory for what was asked for gives what needs less:
// the size that the network was proven with, then the fast model's matte.
Result<Plane> CutOut::InferOrLess() {
  auto matte = context_->warm_up->Infer(network_input_, input_.options.mode);
  if (OutOfMemory(matte) &&
      input_.options.resize == prewarm::Resize::kDynamic) {
    matte = InferLess("resize", matte.error());
  }
  if (OutOfMemory(matte) && mode() == Mode::kBase &&
      FindModel(context_->warm_up->status(), Mode::kFast) != nullptr) {
    input_.options.mode = Mode::kFast;
    matte = InferLess("mode", matte.error());
  }
  if (!OutOfMemory(matte)) return matte;
  Error error = matte.error();
  error.code = ErrorCode::kUnavailable;
  error.retry_after_seconds = 1;
  return error;
}

Result<Plane> CutOut::InferLess(const char* what, const Error& reason) {
  Log(LogLevel::kWarning, "degraded",
      {{"request_id", request_->request_id},
       {"what", what},
       {"reason", reason.message},
       {"width", network_input_.width},
       {"height", network_input_.height}});
  degraded_ = what;
  PREWARM_ASSIGN_OR_RETURN(
      const ModelStatus model,
      ModelFor(context_->warm_up->status(), input_.options.mode));
  network_input_ = ResizeAntialiased(image_.rgb, model.engine.input_width,
                                     model.engine.input_height);
  return context_->warm_up->Infer(network_input_, input_.options.mode);
}

EngineInfo CutOut::EngineOfMode() const {
  const WarmStatus now = context_->warm_up->status();
  const ModelStatus* model = FindModel(now, input_.options.mode);
  return model == nullptr ? EngineInfo() : model->engine;
}

void CutOut::Infer() {
  TakeOver();
  if (GivenUp()) return;
  const SteadyTime start = Now();
  auto matte = InferOrLess();
  network_input_ = Bitmap{};
  if (!matte.ok() && matte.error().code == ErrorCode::kUnavailable) {
    Fail(matte.error());
    return;
  }
  if (context_->caretaker != nullptr) context_->caretaker->Served(mode());
  if (!matte.ok()) {
    // Whatever broke may break the next one too: prove the engine again.
    context_->warm_up->MarkFailed(matte.error().message, input_.options.mode);
    context_->warm_up->Start();
    Log(LogLevel::kError, "inference_failed",
        {{"request_id", request_->request_id},
         {"reason", matte.error().message}});
    Fail(MakeError(ErrorCode::kInternal, "the network failed; see the log"));
    return;
  }
  matte_ = std::move(*matte);
  inferred_ = true;
  Stage("infer", start);
  HandOver();
  context_->pool->Post([self = shared_from_this()] { self->Compose(); });
}

void CutOut::Compose() {
  TakeOver();
  if (GivenUp()) return;
  const SteadyTime start = Now();
  input_.options.compose.measure = input_.json_reply;
  input_.options.compose.align_corners = EngineOfMode().align_corners;
  facts_.width = image_.rgb.width;
  facts_.height = image_.rgb.height;
  auto composed = prewarm::Compose(image_.rgb, image_.alpha, matte_,
                                   input_.options.compose);
  if (!composed.ok()) {
    Fail(composed.error());
    return;
  }
  composed_ = std::move(*composed);
  Stage("postprocess", start);
  image_ = DecodedImage{};
  matte_ = Plane{};
  const SteadyTime encode = Now();
  auto bytes = Encode(composed_.bitmap, input_.options.encode);
  if (!bytes.ok()) {
    Fail(bytes.error());
    return;
  }
  bytes_ = std::move(*bytes);
  composed_.bitmap.data = {};
  Stage("encode", encode);
  if (tenant_) {
    Keep();
  } else {
    Reply();
  }
}

void CutOut::Reply() { Finish(MakeReply(nullptr)); }

http::Response CutOut::MakeReply(const char* outcome) {
  http::Response response;
  response.content_type = MimeType(input_.options.encode.format);
  response.body = std::move(bytes_);
  char text[64];
  std::snprintf(text, sizeof text, "queue;dur=%.1f", waited_ms_);
  std::string timing = text;
  double worked_ms = 0;
  for (const auto& [name, millis] : stages_) {
    std::snprintf(text, sizeof text, ", %s;dur=%.1f", name.c_str(), millis);
    timing += text;
    worked_ms += millis;
  }
  const double total_ms = MillisBetween(request_->received, Now());
  std::snprintf(text, sizeof text, ", total;dur=%.1f", total_ms);
  timing += text;
  // No cache may keep what came with a POST: all of them have one URL.
  response.headers = {
      {"Cache-Control", "private, no-store"},
      {"Vary", "Accept"},
      {"Server-Timing", timing},
      {"X-Prewarm-Empty-Scene", composed_.empty_scene ? "true" : "false"}};
  response.headers.emplace_back("X-Prewarm-Mode", ModeName(mode()));
  if (degraded_ != nullptr) {
    response.headers.emplace_back("X-Prewarm-Degraded", degraded_);
  }
  if (outcome != nullptr) {
    response.headers.emplace_back("X-Prewarm-Result", outcome);
  }
  if (input_.json_reply) {
    facts_.mode = ModeName(mode());
    facts_.model = EngineOfMode().model;
    facts_.degraded = degraded_ == nullptr ? "" : degraded_;
    facts_.times = {{"queue", waited_ms_}, {"total", total_ms}};
    facts_.times.insert(facts_.times.end() - 1, stages_.begin(), stages_.end());
    response.body = CutOutJson(facts_, composed_, response.content_type.c_str(),
                               response.body);
    response.content_type = "application/json";
  }
  // Work alone: what a request waits for is the others' service time. What
  // needed no network says nothing of it.
  if (inferred_) context_->queue->service_time().Add(worked_ms);
  return response;
}

void CutOut::Abandon(const Error& error) {
  TakeOver();
  Fail(error);
}

void CutOut::Fail(const Error& error) {
  Finish(http::Problem(error, request_->request_id));
}

void CutOut::Finish(http::Response response) {
  context_->metrics->ObserveStage("queue", waited_ms_);
  context_->metrics->ObserveStage("total",
                                  MillisBetween(request_->received, Now()));
  context_->metrics->CountRequest(response.status, mode());
  done_(std::move(response));
  ticket_.reset();
}

}  // namespace prewarm
