#include <cpprest/containerstream.h>
#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/http_client/call_request.h"
#include "warmup-controller/http_client/call_state.h"
#include "warmup-controller/http_client/call_url.h"
#include "warmup-controller/http_client/connections.h"
#include "warmup-controller/http_client/line_stream.h"

namespace prewarm {
namespace {

using CallPtr = std::shared_ptr<CallState>;

constexpr std::size_t kMaxHosts = 1024;
constexpr std::size_t kPiece = 16 << 10;

// An answer whose body comes in piece by piece.
struct Reading {
  CallPtr call;
  web::http::http_response response;
  HttpAnswer answer;
};

// Piece by piece, because the library would take in all that is sent.
pplx::task<void> ReadPieces(const std::shared_ptr<Reading>& reading) {
  concurrency::streams::container_buffer<std::string> piece;
  return reading->response.body()
      .read(piece, kPiece)
      .then([reading, piece](std::size_t count) {
        if (count == 0) {
          reading->call->End(std::move(reading->answer));
          return pplx::task_from_result();
        }
        const HttpCall& call = reading->call->call();
        if (reading->answer.body.size() + count > call.most_bytes) {
          reading->call->End(TooLarge(call));
          return pplx::task_from_result();
        }
        reading->answer.body.append(piece.collection(), 0, count);
        return ReadPieces(reading);
      });
}

pplx::task<void> Read(const CallPtr& call,
                      const web::http::http_response& response) {
  auto reading = std::make_shared<Reading>();
  reading->call = call;
  reading->response = response;
  reading->answer = HeadOf(response);
  return ReadPieces(reading);
}

class CppRestClient : public NetworkClient {
 public:
  CppRestClient(int threads, const ConnectionOptions& options)
      : connections_(kMaxHosts, options) {
    static std::once_flag once;
    std::call_once(once, [threads] {
      crossplat::threadpool::initialize_with_threads(
          static_cast<std::size_t>(std::max(1, threads)));
    });
  }
  ~CppRestClient() override {
    std::unique_lock<std::mutex> lock(mutex_);
    none_left_.wait(lock, [this] { return calls_.empty(); });
  }

  void Send(HttpCall call, Done done) override {
    const Status headers = CheckHeaders(call);
    const auto url = ParseCallUrl(call.url);
    if (!headers.ok() || !url.ok()) {
      done(headers.ok() ? url.error() : headers.error());
      return;
    }
    const auto state =
        std::make_shared<CallState>(std::move(call), std::move(done));
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      calls_.insert(state);
    }
    state->deadline =
        timer_.At(Clock::System().Now() + state->call().timeout, [state] {
          state->End(MakeError(
              ErrorCode::kDeadlineExceeded,
              Quoted(state->call().url) + " has not answered within " +
                  std::to_string(state->call().timeout.count()) + " ms"));
        });
    Begin(state, *url);
  }

  Result<HttpAnswer> ReadLines(const StreamCall& call, const OnLine& on_line,
                               StopSignal* stop) override {
    PREWARM_RETURN_IF_ERROR(CheckHeaders(call.call));
    PREWARM_ASSIGN_OR_RETURN(const CallUrl url, ParseCallUrl(call.call.url));
    try {
      auto answer = ReadLineStream(connections_.To(url.base), url.path, call,
                                   on_line, stop);
      if (answer.ok()) return answer;
      Error error = answer.error();
      error.message = Quoted(call.call.url) + ": " + error.message;
      return error;
    } catch (const std::exception& e) {
      return CallFailed(call.call, e.what());
    }
  }

  void CancelAll() override {
    std::unordered_set<CallPtr> calls;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      calls = calls_;
    }
    for (const CallPtr& call : calls) {
      call->End(MakeError(ErrorCode::kCancelled, "the program stops"));
    }
  }

 private:
  void Begin(const CallPtr& state, const CallUrl& url) {
    try {
      const Connections::Client client = connections_.To(url.base);
      client->request(RequestOf(state->call(), url.path), state->token())
          .then([state](const web::http::http_response& response) {
            return Read(state, response);
          })
          // The client lives until its call has ended.
          .then([this, state, client](const pplx::task<void>& whole) {
            Finish(state, whole);
          });
    } catch (const std::exception& e) {
      state->End(CallFailed(state->call(), e.what()));
      Forget(state);
    }
  }

  void Finish(const CallPtr& state, const pplx::task<void>& whole) {
    try {
      whole.get();
      // A body of none has ended the call; anything else is an error.
      state->End(CallFailed(state->call(), "no answer"));
    } catch (const std::exception& e) {
      state->End(CallFailed(state->call(), e.what()));
    }
    Forget(state);
  }

  void Forget(const CallPtr& state) {
    timer_.Cancel(state->deadline);
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.erase(state);
    none_left_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable none_left_;
  std::unordered_set<CallPtr> calls_;
  Connections connections_;
  Timer timer_;
};

}  // namespace

std::unique_ptr<NetworkClient> MakeHttpClient(int threads) {
  return std::make_unique<CppRestClient>(threads, ConnectionOptions{});
}

Result<std::unique_ptr<NetworkClient>> MakeHttpClient(
    int threads, const ConnectionOptions& options) {
  PREWARM_RETURN_IF_ERROR(CheckConnectionOptions(options));
  return std::unique_ptr<NetworkClient>(
      std::make_unique<CppRestClient>(threads, options));
}

}  // namespace prewarm
