// A web server as a function, one file, that behaves as each test says.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "inference-server/download/http_get.h"

namespace prewarm::download {

class FakeServer {
 public:
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);

  // What becomes of one request; when they are used up all goes well.
  struct Step {
    int status = 0;                    // not 0: this, without a body
    std::size_t break_after = kNever;  // bytes of the body
    Error broken = MakeError(ErrorCode::kUnavailable, "connection reset");
    std::string location;
    std::map<std::string, std::string> headers;  // instead of the usual
  };

  std::string content;
  std::string etag = "\"v1\"";
  std::string last_modified;
  bool knows_ranges = true;
  bool says_length = true;
  std::deque<Step> steps;
  std::vector<HttpRequest> requests;
  int bodies = 0;  // that someone wanted

  // "5-" of "Range: bytes=5-", "" without one.
  std::string RangeOf(std::size_t request) const {
    return Header(requests.at(request), "Range: bytes=");
  }
  std::string IfRangeOf(std::size_t request) const {
    return Header(requests.at(request), "If-Range: ");
  }

  Result<HttpReply> Get(const HttpRequest& request, const HttpSink& sink) {
    requests.push_back(request);
    Step step;
    if (!steps.empty()) {
      step = steps.front();
      steps.pop_front();
    }
    HttpReply reply;
    if (step.status != 0) {
      if (step.break_after == 0) return step.broken;
      reply.status = step.status;
      reply.headers = step.headers;
      if (!step.location.empty()) reply.headers["location"] = step.location;
      return reply;
    }
    const std::string condition = Header(request, "If-Range: ");
    const std::string range = Header(request, "Range: bytes=");
    std::size_t first = 0;
    if (knows_ranges && !range.empty() &&
        condition == (etag.empty() ? last_modified : etag)) {
      first = std::stoul(range);
    }
    if (!etag.empty()) reply.headers["etag"] = etag;
    if (!last_modified.empty()) reply.headers["last-modified"] = last_modified;
    const std::string size = std::to_string(content.size());
    if (first > 0 && first >= content.size()) {
      reply.status = 416;
      reply.headers["content-range"] = "bytes */" + size;
      return reply;
    }
    reply.status = first > 0 ? 206 : 200;
    if (first > 0) {
      reply.headers["content-range"] = "bytes " + std::to_string(first) + "-" +
                                       std::to_string(content.size() - 1) +
                                       "/" + size;
    }
    if (says_length) {
      reply.headers["content-length"] = std::to_string(content.size() - first);
    }
    for (const auto& [name, value] : step.headers) reply.headers[name] = value;
    PREWARM_RETURN_IF_ERROR(sink.head(reply));
    ++bodies;
    const std::string rest = content.substr(first);
    // In two pieces, as networks do.
    const std::string sent = rest.substr(0, step.break_after);
    PREWARM_RETURN_IF_ERROR(sink.body(sent.substr(0, sent.size() / 2)));
    PREWARM_RETURN_IF_ERROR(sink.body(sent.substr(sent.size() / 2)));
    if (step.break_after != kNever) return step.broken;
    return reply;
  }

 private:
  static std::string Header(const HttpRequest& request,
                            const std::string& start) {
    for (const std::string& header : request.headers) {
      if (header.substr(0, start.size()) == start) {
        return header.substr(start.size());
      }
    }
    return "";
  }
};

}  // namespace prewarm::download
