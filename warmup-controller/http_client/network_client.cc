#include <cpprest/containerstream.h>
#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/http_client/call_state.h"
#include "warmup-controller/http_client/call_url.h"
#include "warmup-controller/http_client/connections.h"

namespace prewarm {
namespace {

namespace web_http = web::http;
using CallPtr = std::shared_ptr<CallState>;

constexpr std::size_t kMaxHosts = 1024;
constexpr std::size_t kPiece = 16 << 10;

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return text;
}

// Nothing may add a header or a request of its own.
Status CheckHeaders(const HttpCall& call) {
  for (const auto& [name, value] : call.headers) {
    const auto breaks = [](unsigned char c) { return c < ' ' || c == 0x7f; };
    if (name.empty() || std::any_of(name.begin(), name.end(), breaks) ||
        std::any_of(value.begin(), value.end(), breaks)) {
      return MakeError(ErrorCode::kInvalidArgument,
                       "header " + Quoted(name) +
                           " holds a control character, or has no name",
                       "headers");
    }
  }
  return Ok{};
}

web_http::http_request RequestOf(const HttpCall& call,
                                 const std::string& path) {
  web_http::http_request request(call.method);
  request.set_request_uri(path);
  if (!call.body.empty()) request.set_body(call.body);
  for (const auto& [name, value] : call.headers) {
    request.headers().remove(name);
    request.headers().add(name, value);
  }
  return request;
}

// An answer whose body comes in piece by piece.
struct Reading {
  CallPtr call;
  web_http::http_response response;
  HttpAnswer answer;
};

Error TooLarge(const HttpCall& call) {
  return MakeError(ErrorCode::kTooLarge,
                   "the answer of " + Quoted(call.url) + " is longer than " +
                       std::to_string(call.most_bytes) + " bytes");
}

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
                      const web_http::http_response& response) {
  auto reading = std::make_shared<Reading>();
  reading->call = call;
  reading->response = response;
  reading->answer.status = response.status_code();
  for (const auto& [name, value] : response.headers()) {
    reading->answer.headers[Lower(name)] = value;
  }
  return ReadPieces(reading);
}

class CppRestClient : public NetworkClient {
 public:
  explicit CppRestClient(int threads) {
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
          .then([state](const web_http::http_response& response) {
            return Read(state, response);
          })
          // The client lives until its call has ended.
          .then([this, state, client](const pplx::task<void>& whole) {
            Finish(state, whole);
          });
    } catch (const std::exception& e) {
      state->End(Failed(*state, e.what()));
      Forget(state);
    }
  }

  void Finish(const CallPtr& state, const pplx::task<void>& whole) {
    try {
      whole.get();
      // A body of none has ended the call; anything else is an error.
      state->End(Failed(*state, "no answer"));
    } catch (const std::exception& e) {
      state->End(Failed(*state, e.what()));
    }
    Forget(state);
  }

  static Error Failed(const CallState& state, const std::string& what) {
    return MakeError(ErrorCode::kUnavailable,
                     Quoted(state.call().url) + ": " + Excerpt(what));
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
  Connections connections_{kMaxHosts};
  Timer timer_;
};

}  // namespace

std::unique_ptr<NetworkClient> MakeHttpClient(int threads) {
  return std::make_unique<CppRestClient>(threads);
}

}  // namespace prewarm
