#include "common/http/request_guard.h"

#include <algorithm>
#include <utility>

#include "common/base/ascii.h"

namespace prewarm::http {
namespace {

constexpr std::string_view kTokenCharacters =
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t kMaxHeaders = 100;

bool IsToken(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of(kTokenCharacters) == std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 32 && byte != '\t') || byte == 127;
  });
}

bool HasBareLineFeed(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

// Whether a comma-separated header holds a word, ignoring case.
bool HasWord(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (AsciiLower(Trim(list.substr(0, comma))) == word) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

RequestGuard::Event RequestGuard::Refuse(int status, std::string message,
                                         std::string field) {
  refusal_ = Refusal{status, std::move(message), std::move(field)};
  return Event::kRefused;
}

// Before a request they are to be ignored (RFC 9112, 2.2), wherever the
// network cut them.
void RequestGuard::SkipEmptyLines(std::string_view* input) {
  while (!input->empty()) {
    if (head_ == "\r" && input->front() == '\n') {
      head_.clear();
      input->remove_prefix(1);
    } else if (head_.empty() && input->substr(0, 2) == "\r\n") {
      input->remove_prefix(2);
    } else {
      return;
    }
  }
}

RequestGuard::Event RequestGuard::Consume(std::string_view* input) {
  if (refusal_) return Event::kRefused;
  if (in_body_) {
    const std::size_t take = std::min(body_left_, input->size());
    request_.body.append(input->substr(0, take));
    input->remove_prefix(take);
    body_left_ -= take;
    if (body_left_ > 0) return Event::kNeedMore;
    in_body_ = false;
    return Event::kRequest;
  }
  SkipEmptyLines(input);
  if (input->empty()) return Event::kNeedMore;
  const std::size_t old = head_.size();
  const std::size_t take = std::min(input->size(), limits_.head_bytes - old);
  head_.append(input->substr(0, take));
  const std::size_t end = head_.find("\r\n\r\n", old > 3 ? old - 3 : 0);
  if (end == std::string::npos) {
    input->remove_prefix(take);
    // At once, as a head of bare LFs would never end.
    if (HasBareLineFeed(head_, old)) {
      return Refuse(400, "lines of the head must end in CR LF");
    }
    if (head_.size() >= limits_.head_bytes) {
      return Refuse(431, "the request's head is larger than " +
                             std::to_string(limits_.head_bytes) + " bytes");
    }
    return Event::kNeedMore;
  }
  input->remove_prefix(end + 4 - old);
  head_.resize(end + 2);
  return ParseHead();
}

RequestGuard::Event RequestGuard::ParseHead() {
  request_ = Request{};
  expects_continue_ = false;
  std::string_view rest = head_;
  bool first = true;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    const bool good = first ? ParseRequestLine(line) : ParseHeader(line);
    if (!good) return Event::kRefused;
    first = false;
  }
  head_.clear();
  return CheckHeaders();
}

bool RequestGuard::ParseRequestLine(std::string_view line) {
  const std::size_t one = line.find(' ');
  const std::size_t two = line.rfind(' ');
  if (one == std::string_view::npos || one == two || HasControl(line)) {
    Refuse(400, "the request line is not `METHOD target HTTP/1.1`");
    return false;
  }
  const std::string_view version = line.substr(two + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    Refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    return false;
  }
  http_1_0_ = version == "HTTP/1.0";
  request_.method = line.substr(0, one);
  if (!IsToken(request_.method) || request_.method.size() > 16) {
    Refuse(400, "the request's method is malformed");
    return false;
  }
  return ParseTarget(line.substr(one + 1, two - one - 1));
}

bool RequestGuard::ParseTarget(std::string_view target) {
  if (target == "*" && request_.method == "OPTIONS") target = "/";
  if (target.empty() || target[0] != '/' ||
      target.find_first_of(" #") != std::string_view::npos) {
    Refuse(400, "the request's target must be an absolute path");
    return false;
  }
  const std::size_t mark = target.find('?');
  const auto path = PercentDecode(target.substr(0, mark), false);
  if (!path) {
    Refuse(400, "the path holds a bad percent escape");
    return false;
  }
  request_.path = *path;
  std::string_view query =
      mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    const auto name = PercentDecode(pair.substr(0, equals), true);
    const auto value = PercentDecode(
        equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!name || !value) {
      Refuse(400, "the query holds a bad percent escape");
      return false;
    }
    if (!pair.empty()) request_.query.emplace(*name, *value);
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return true;
}

bool RequestGuard::ParseHeader(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    Refuse(400, "a header line is malformed");
    return false;
  }
  const std::string name = AsciiLower(line.substr(0, colon));
  const std::string_view value = Trim(line.substr(colon + 1));
  if (HasControl(value)) {
    Refuse(400, "header " + name + " holds control characters", name);
    return false;
  }
  if (request_.headers.size() >= kMaxHeaders) {
    Refuse(431, "more than 100 headers");
    return false;
  }
  const auto [it, fresh] = request_.headers.emplace(name, value);
  if (!fresh) {
    if (name == "content-length" || name == "host" || name == "origin" ||
        name == "authorization" || name == "content-type") {
      Refuse(400, "header " + name + " appears twice", name);
      return false;
    }
    it->second += ", " + std::string(value);
  }
  return true;
}

RequestGuard::Event RequestGuard::CheckHeaders() {
  const auto& headers = request_.headers;
  if (headers.count("transfer-encoding") != 0) {
    return Refuse(411,
                  "Transfer-Encoding is not accepted; send a Content-Length",
                  "transfer-encoding");
  }
  if (!http_1_0_ && headers.count("host") == 0) {
    return Refuse(400, "HTTP/1.1 requests need a Host header", "host");
  }
  close_after_ = http_1_0_ || HasWord(request_.header("connection"), "close");
  const auto length = headers.find("content-length");
  if (length == headers.end()) return Event::kRequest;
  const std::string& digits = length->second;
  if (digits.empty() || digits.size() > 18 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return Refuse(400, "Content-Length \"" + digits + "\" is not a number",
                  "content-length");
  }
  const std::size_t size = std::stoull(digits);
  if (size > limits_.body_bytes) {
    return Refuse(413,
                  "the body has " + digits + " bytes, at most " +
                      std::to_string(limits_.body_bytes) + " are accepted",
                  "content-length");
  }
  if (size == 0) return Event::kRequest;
  // HTTP/1.0 knows no expectations (RFC 9110, 10.1.1).
  const std::string expect =
      http_1_0_ ? "" : AsciiLower(request_.header("expect"));
  if (!expect.empty() && expect != "100-continue") {
    return Refuse(417, "only `Expect: 100-continue` is known", "expect");
  }
  expects_continue_ = !expect.empty();
  body_left_ = size;
  in_body_ = true;
  return Event::kHeadAccepted;
}

Request RequestGuard::Take() { return std::exchange(request_, Request{}); }

}  // namespace prewarm::http
