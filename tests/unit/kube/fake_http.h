// A network that answers what a test says.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "warmup-controller/http_client/http_client.h"

namespace prewarm::kube {

// One thread.
class FakeHttp : public HttpClient, public LineStreams {
 public:
  void Send(HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    done(Next());
  }
  // An answer's lines are its body.
  Result<HttpAnswer> ReadLines(const StreamCall& call, const OnLine& on_line,
                               StopSignal*) override {
    calls.push_back(call.call);
    auto answer = Next();
    if (!answer.ok() || answer->status != 200) return answer;
    for (std::size_t at = 0; at < answer->body.size();) {
      const std::size_t end = answer->body.find('\n', at);
      if (!on_line(answer->body.substr(at, end - at))) break;
      at = end + 1;
    }
    return answer;
  }

  std::vector<HttpCall> calls;
  std::deque<Result<HttpAnswer>> answers;
  std::function<void()> on_call;  // before each answer

 private:
  Result<HttpAnswer> Next() {
    if (on_call) on_call();
    if (answers.empty()) return MakeError(ErrorCode::kUnavailable, "nobody");
    auto answer = answers.front();
    answers.pop_front();
    return answer;
  }
};

}  // namespace prewarm::kube
