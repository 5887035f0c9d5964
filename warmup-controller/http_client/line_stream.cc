#include "warmup-controller/http_client/line_stream.h"

#include <cpprest/containerstream.h>

#include <algorithm>

#include "warmup-controller/http_client/await.h"
#include "warmup-controller/http_client/call_request.h"
#include "warmup-controller/http_client/line_splitter.h"

namespace prewarm {
namespace {

constexpr std::size_t kLinePiece = 64 << 10;
constexpr int kStreamed = 200;
// Lines that came but were not taken yet.
constexpr std::size_t kMostLinesWaiting = 16;

// The request goes on, and its client with it, until the library has seen the
// cancellation.
class CancelAtEnd {
 public:
  ~CancelAtEnd() { source_.cancel(); }
  pplx::cancellation_token token() const { return source_.get_token(); }

 private:
  pplx::cancellation_token_source source_;
};

class LineReading {
 public:
  LineReading(const StreamCall& call, web::http::http_response response,
              StopSignal* stop)
      : call_(call), response_(std::move(response)), stop_(stop) {}

  // What has come, up to a piece's size; waits for one byte. "" at the end.
  Result<std::string> Piece(std::chrono::milliseconds patience) {
    PREWARM_ASSIGN_OR_RETURN(std::string piece, Read(1, patience));
    if (piece.empty()) return piece;
    const std::size_t more = std::min(kLinePiece, in_avail());
    if (more == 0) return piece;
    PREWARM_ASSIGN_OR_RETURN(const std::string rest, Read(more, patience));
    return piece + rest;
  }

  Status Lines(const LineStreams::OnLine& on_line) {
    LineSplitter splitter(call_.most_line_bytes);
    while (true) {
      PREWARM_ASSIGN_OR_RETURN(const std::string piece,
                               Piece(call_.inactivity));
      if (piece.empty()) break;
      PREWARM_ASSIGN_OR_RETURN(const bool more, splitter.Feed(piece, on_line));
      if (!more) return Ok{};
      // The library takes in all that is sent.
      const std::size_t waiting = in_avail();
      if (waiting / kMostLinesWaiting > call_.most_line_bytes) {
        return MakeError(ErrorCode::kTooLarge,
                         "lines come faster than they are taken; " +
                             std::to_string(waiting) + " bytes wait");
      }
    }
    if (splitter.in_a_line()) {
      return MakeError(ErrorCode::kUnavailable,
                       "the stream ended within a line");
    }
    return Ok{};
  }

  Result<std::string> Whole() {
    std::string whole;
    const SteadyTime until = Clock::System().Now() + call_.call.timeout;
    while (true) {
      PREWARM_ASSIGN_OR_RETURN(
          const std::string piece,
          Piece(std::chrono::duration_cast<std::chrono::milliseconds>(
              until - Clock::System().Now())));
      if (piece.empty()) return whole;
      if (whole.size() + piece.size() > call_.call.most_bytes) {
        return TooLarge(call_.call);
      }
      whole += piece;
    }
  }

 private:
  // The library waits until all of `count` is there.
  Result<std::string> Read(std::size_t count,
                           std::chrono::milliseconds patience) {
    concurrency::streams::container_buffer<std::string> piece;
    PREWARM_ASSIGN_OR_RETURN(
        const std::size_t got,
        Await(response_.body().read(piece, count), patience, stop_));
    return piece.collection().substr(0, got);
  }
  std::size_t in_avail() const {
    return response_.body().streambuf().in_avail();
  }

  const StreamCall& call_;
  const web::http::http_response response_;
  StopSignal* const stop_;
};

}  // namespace

Result<HttpAnswer> ReadLineStream(const Connections::Client& client,
                                  const std::string& path,
                                  const StreamCall& call,
                                  const LineStreams::OnLine& on_line,
                                  StopSignal* stop) {
  const CancelAtEnd cancel;
  auto head = client->request(RequestOf(call.call, path), cancel.token())
                  .then([client](const web::http::http_response& response) {
                    return response;
                  });
  PREWARM_ASSIGN_OR_RETURN(const auto response,
                           Await(head, call.call.timeout, stop));
  HttpAnswer answer = HeadOf(response);
  LineReading reading(call, response, stop);
  if (answer.status == kStreamed) {
    PREWARM_RETURN_IF_ERROR(reading.Lines(on_line));
  } else {
    PREWARM_ASSIGN_OR_RETURN(answer.body, reading.Whole());
  }
  return answer;
}

}  // namespace prewarm
