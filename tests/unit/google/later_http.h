// A network that answers when a test says so.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "warmup-controller/http_client/http_client.h"

namespace prewarm::google {

class LaterHttp : public HttpClient {
 public:
  void Send(HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    waiting.push_back(std::move(done));
  }
  // The oldest call that waits.
  void Answer(Result<HttpAnswer> answer) {
    const Done done = std::move(waiting.front());
    waiting.erase(waiting.begin());
    done(std::move(answer));
  }
  void Answer(int status, const std::string& body,
              std::map<std::string, std::string> headers = {}) {
    HttpAnswer answer;
    answer.status = status;
    answer.body = body;
    answer.headers = std::move(headers);
    Answer(std::move(answer));
  }

  std::vector<HttpCall> calls;
  std::vector<Done> waiting;
};

}  // namespace prewarm::google
