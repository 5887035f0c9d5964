// POST /api/v2/process
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "inference-server/api/context.h"
#include "inference-server/api/cut_out.h"
#include "inference-server/api/discreet.h"
#include "inference-server/api/process_options.h"
#include "inference-server/api/sharing.h"

namespace prewarm {
namespace {

constexpr std::size_t kMaxIdempotencyKey = 255;
// nginx's status for a client that left; only metrics and log see it.
constexpr int kClientClosedRequest = 499;

std::int64_t UnixNow() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             Clock::System().WallNow().time_since_epoch())
      .count();
}

struct Caller {
  std::string identity;               // the request counts as its
  std::optional<std::string> tenant;  // see TenantOf
};

// Keys, tokens and rates.
Result<Caller> LetIn(ApiContext* context, const http::Request& request) {
  Credentials credentials;
  credentials.api_key = request.header("x-api-key");
  credentials.upload_token = request.header("x-upload-token");
  if (credentials.api_key.empty()) credentials.api_key = BearerToken(request);
  PREWARM_ASSIGN_OR_RETURN(
      std::string identity,
      AuthorizeProcess(context->config.access, credentials, UnixNow()));
  Caller caller;
  caller.tenant = TenantOf(context->config.access, identity);
  if (identity.empty()) {
    identity = "address:" + RateKey(VisitorAddress(*context, request));
  }
  PREWARM_RETURN_IF_ERROR(
      context->rates->Take(identity, Clock::System().Now()));
  caller.identity = std::move(identity);
  return caller;
}

// A server that knows it won't be warm in time says so at once.
Status CheckPatience(const WarmStatus& warmth, double max_wait_seconds) {
  if (warmth.state == WarmState::kReady) return Ok{};
  Error error = MakeError(ErrorCode::kUnavailable, "", "max_wait");
  if (warmth.state == WarmState::kDraining) {
    error.message = "the server is shutting down; retry elsewhere";
    error.field = "";
    error.retry_after_seconds = 1;
    return error;
  }
  const double eta = warmth.eta_ms.value_or(0) / 1000;
  if (max_wait_seconds > 0 && eta <= max_wait_seconds) return Ok{};
  error.message = "the model is " + std::string(WarmStateName(warmth.state)) +
                  " and will not be ready within max_wait";
  if (!warmth.reason.empty()) {
    error.message += ": " + WithoutFolders(warmth.reason);
  }
  error.retry_after_seconds = std::max(1, static_cast<int>(std::ceil(eta)));
  return error;
}

// The network's share is unknown as long as there is none; see CutOut::Resize.
Result<std::size_t> NetworkBytes(const EngineInfo& engine, Resize resize,
                                 const ImageHeader& header) {
  if (engine.input_width == 0) return std::size_t{0};
  PREWARM_ASSIGN_OR_RETURN(
      const InputSize size,
      ChooseInputSize(engine, resize, header.width, header.height));
  return WorkingSetBytes(engine, size);
}

Result<MemoryNeed> PredictMemory(const ApiContext& context,
                                 const ProcessInput& input, std::size_t body) {
  PREWARM_ASSIGN_OR_RETURN(
      const ModelStatus model,
      ModelFor(context.warm_up->status(), input.options.mode));
  MemoryNeed need;
  need.own_bytes = body;
  const auto add = [&](std::string_view file,
                       const char* field) -> Result<ImageHeader> {
    auto header = ReadHeader(file, context.decode_limits);
    if (header.ok()) {
      need.own_bytes += PredictedBytes(*header);
      return header;
    }
    Error error = header.error();
    error.field = field;
    return error;
  };
  PREWARM_ASSIGN_OR_RETURN(const ImageHeader image, add(input.image, "image"));
  if (!input.background.empty()) {
    PREWARM_RETURN_IF_ERROR(add(input.background, "background"));
  }
  PREWARM_ASSIGN_OR_RETURN(
      need.network_bytes,
      NetworkBytes(model.engine, input.options.resize, image));
  return need;
}

void Process(ApiContext* context, http::Request received,
             const http::ResponderPtr& responder) {
  const auto request =
      std::make_shared<const http::Request>(std::move(received));
  std::optional<Mode> asked;
  const auto count = [context](int status, std::optional<Mode> mode) {
    context->metrics->CountRequest(status,
                                   ModeOf(context->warm_up->status(), mode));
  };
  const auto refuse = [&](const Error& error, const char* reason) {
    http::Response response = http::Problem(error, request->request_id);
    count(response.status, asked);
    if (reason != nullptr) context->metrics->CountRejection(reason);
    responder->Send(std::move(response));
  };

  const auto caller = LetIn(context, *request);
  if (!caller.ok()) {
    return refuse(caller.error(),
                  caller.error().code == ErrorCode::kResourceExhausted
                      ? "rate"
                      : "access");
  }
  auto input = ParseProcessRequest(*request, context->config.max_wait_seconds);
  if (!input.ok()) return refuse(input.error(), nullptr);
  asked = input->options.mode;
  const auto shared =
      IsShared(context->config.results.mode, input->options.share,
               input->json_reply, caller->tenant.has_value());
  if (!shared.ok()) return refuse(shared.error(), nullptr);
  const auto memory = PredictMemory(*context, *input, request->body.size());
  if (!memory.ok()) return refuse(memory.error(), nullptr);

  const double max_wait = input->options.max_wait_seconds;
  if (const Status patience =
          CheckPatience(context->warm_up->status(), max_wait);
      !patience.ok()) {
    // Asking is a wish for warmth even when this request can't wait for it.
    context->warm_up->Start();
    return refuse(patience.error(), "not_warm");
  }

  std::string key(request->header("idempotency-key"));
  if (key.size() > kMaxIdempotencyKey) {
    return refuse(MakeError(ErrorCode::kInvalidArgument,
                            "Idempotency-Key is longer than 255 bytes",
                            "idempotency-key"),
                  nullptr);
  }
  if (!key.empty()) {
    key = caller->identity + "\n" + key;
    const auto outcome = context->idempotency->Begin(
        key, Fingerprint(*input), Clock::System().Now(),
        [count, asked, responder](const http::Response& response) {
          count(response.status, asked);
          responder->Send(response);
        });
    if (outcome == IdempotencyCache::Outcome::kJoined) return;
    if (outcome == IdempotencyCache::Outcome::kMismatch) {
      return refuse(MakeError(ErrorCode::kUnprocessable,
                              "this Idempotency-Key was used with another "
                              "request; take a new one",
                              "idempotency-key"),
                    nullptr);
    }
  }

  const bool was_ready = context->warm_up->status().state == WarmState::kReady;
  auto cut_out = std::make_shared<CutOut>(
      context, request, std::move(*input),
      *shared ? caller->tenant : std::nullopt,
      [context, responder, key, was_ready](http::Response response) {
        response.headers.emplace_back("X-Prewarm-State",
                                      was_ready ? "ready" : "cold");
        if (!key.empty()) {
          context->idempotency->Finish(key, response, Clock::System().Now());
        }
        responder->Send(std::move(response));
      },
      // With a key the reply is kept for the retry.
      [responder, keep = !key.empty()] {
        return !keep && responder->ClientGone();
      });
  Job job;
  job.memory = *memory;
  job.deadline =
      Clock::System().Now() +
      std::chrono::milliseconds(static_cast<std::int64_t>(max_wait * 1000));
  job.start = [context, cut_out](JobTicket ticket) {
    context->pool->Post([cut_out, ticket = std::move(ticket)]() mutable {
      cut_out->Begin(std::move(ticket));
    });
  };
  job.abandon = [cut_out](const Error& error) { cut_out->Abandon(error); };
  const auto id = context->queue->Submit(std::move(job));
  if (!id.ok()) {
    context->metrics->CountRejection(
        id.error().field.empty() ? "queue" : id.error().field);
    cut_out->Abandon(id.error());
    return;
  }
  context->warm_up->Start();
  if (key.empty()) {
    // Weak: the callback must not keep its own owner alive.
    const std::weak_ptr<http::Responder> answer = responder;
    responder->OnClientGone([context, count, asked, answer, id = *id] {
      const http::ResponderPtr held = answer.lock();
      if (!context->queue->Cancel(id)) return;
      count(kClientClosedRequest, asked);
      if (held) {  // for the log; nobody reads it
        held->Send(http::Problem(MakeError(
            ErrorCode::kCancelled, "the client closed the connection")));
      }
    });
  }
}

}  // namespace

void AddProcess(ApiContext* context, http::Router* router) {
  router->Add(
      "POST", "/api/v2/process",
      [context](http::Request request, const http::ResponderPtr& responder) {
        Process(context, std::move(request), responder);
      });
}

}  // namespace prewarm
