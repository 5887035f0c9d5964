#include "inference-server/download/download.h"

#include <algorithm>
#include <charconv>

namespace prewarm::download {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxRedirects = 10;
constexpr milliseconds kMaxPause{30000};
constexpr std::uint64_t kMaxRetryAfterSeconds = 60;

std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || rest != end) return std::nullopt;
  return value;
}

// What If-Range may carry: a strong ETag, else a date.
std::string VersionOf(const HttpReply& reply) {
  std::string tag = reply.Header("etag");
  if (!tag.empty() && tag[0] == '"') return tag;
  return tag.empty() ? reply.Header("last-modified") : "";
}

struct ContentRange {
  std::optional<std::uint64_t> first;  // none in the "*" of 416
  std::optional<std::uint64_t> total;
};

// "bytes 5-9/10", "bytes */10", "bytes 5-9/*".
ContentRange ReadContentRange(const std::string& text) {
  ContentRange range;
  const std::size_t slash = text.find('/');
  if (text.substr(0, 6) != "bytes " || slash == std::string::npos) return range;
  const std::string_view all(text);
  const std::size_t dash = text.find('-');
  if (dash < slash) range.first = Number(all.substr(6, dash - 6));
  range.total = Number(all.substr(slash + 1));
  return range;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

bool IsPassing(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

std::string Megabytes(std::uint64_t bytes) {
  return std::to_string(bytes / 1000000) + " MB";
}

std::string Text(milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  const auto tenths = time.count() % 1000 / 100;
  if (tenths != 0) text += "." + std::to_string(tenths);
  return text + " s";
}

// One attempt after the other; lives as long as Download.
class Session {
 public:
  Session(const DownloadRequest& request, const DownloadEvents& events,
          PartialFile* file)
      : request_(request), events_(events), file_(*file) {}

  Status Run() {
    milliseconds pause = request_.pause;
    int left = request_.retries;
    std::uint64_t most = file_.size();
    while (true) {
      retry_after_ = milliseconds{0};
      Status done = Attempt();
      // What came is kept, whatever broke.
      const Status flushed = file_.Flush();
      if (!done.ok() && flushed.ok() && !Retryable(done.error())) return done;
      PREWARM_RETURN_IF_ERROR(flushed);
      if (done.ok()) return done;
      if (file_.size() > most) {
        most = file_.size();
        left = request_.retries;
        pause = request_.pause;
      }
      if (left-- == 0) return GivenUp(done.error());
      const milliseconds wait = std::max(pause, retry_after_);
      Note(done.error().message + "; trying again in " + Text(wait));
      if (events_.wait) events_.wait(wait);
      pause = std::min(pause * 2, std::max(kMaxPause, request_.pause));
    }
  }

 private:
  // A host that was never reached will not be in a second either.
  bool Retryable(const Error& error) const {
    return error.code == ErrorCode::kUnavailable ||
           (error.code == ErrorCode::kNotFound && reached_);
  }

  void Note(const std::string& line) const {
    if (events_.note) events_.note(line);
  }

  Error Named(Error error, const std::string& what) const {
    error.message = what + " " + request_.url.shown + ": " + error.message;
    return error;
  }

  Error GivenUp(Error error) const {
    if (file_.size() == 0) return Named(std::move(error), "can't fetch");
    error.message = "the download of " + request_.url.shown +
                    " broke off after " + Megabytes(file_.size()) + ": " +
                    error.message +
                    "; run the same command to go on from there";
    return error;
  }

  Status Attempt() {
    Url url = request_.url;
    for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
      const auto reply = Get(url);
      if (!reply.ok()) {
        return Retryable(reply.error()) ? reply.error()
                                        : Named(reply.error(), "can't fetch");
      }
      if (!IsRedirect(reply->status)) return Judge(*reply);
      PREWARM_ASSIGN_OR_RETURN(Url next,
                               ResolveUrl(url, reply->Header("location")));
      if (url.scheme == "https" && next.scheme != "https") {
        return Refused("it is redirected from https to " + next.shown +
                       ", where nobody vouches for the bytes");
      }
      url = std::move(next);
    }
    return Refused("it is redirected more than " +
                   std::to_string(kMaxRedirects) + " times");
  }

  Status Refused(const std::string& why) const {
    return Named(MakeError(ErrorCode::kUnsupported, why, "url"), "can't fetch");
  }

  Result<HttpReply> Get(const Url& url) {
    HttpRequest request;
    request.url = url;
    request.stall = request_.stall;
    request.headers = {"Accept-Encoding: identity"};
    total_.reset();
    asked_from_ = file_.version().empty() ? 0 : file_.size();
    if (asked_from_ > 0) {
      request.headers.push_back("Range: bytes=" + std::to_string(asked_from_) +
                                "-");
      request.headers.push_back("If-Range: " + file_.version());
    }
    auto reply = events_.get(
        request, {[this](const HttpReply& head) { return Begin(head); },
                  [this](std::string_view bytes) { return Take(bytes); }});
    if (reply.ok() || reply.error().code == ErrorCode::kUnavailable) {
      reached_ = true;
    }
    return reply;
  }

  // 200 or 206: where the bytes that follow belong.
  Status Begin(const HttpReply& head) {
    const std::string encoding = head.Header("content-encoding");
    if (!encoding.empty() && encoding != "identity") {
      return MakeError(ErrorCode::kUnsupported,
                       "the server sends it encoded (" + encoding + ")", "url");
    }
    const auto length = Number(head.Header("content-length"));
    if (head.status == 206) {
      const ContentRange range = ReadContentRange(head.Header("content-range"));
      const std::string version = VersionOf(head);
      if (asked_from_ == 0 || range.first != asked_from_ ||
          (!version.empty() && version != file_.version())) {
        PREWARM_RETURN_IF_ERROR(file_.Restart(""));
        return MakeError(ErrorCode::kUnavailable,
                         "the server sent another part than was asked for",
                         "url");
      }
      total_ = range.total;
    } else {
      if (asked_from_ > 0) {
        Note(VersionOf(head) == file_.version()
                 ? "the server does not resume: starting over"
                 : "the file on the server has changed: starting over");
      }
      PREWARM_RETURN_IF_ERROR(file_.Restart(VersionOf(head)));
      total_ = length;
    }
    if (total_ && *total_ > request_.max_bytes) return TooLarge();
    Progress();
    return Ok{};
  }

  Status Take(std::string_view bytes) {
    if (file_.size() + bytes.size() > request_.max_bytes) return TooLarge();
    PREWARM_RETURN_IF_ERROR(file_.Append(bytes));
    Progress();
    return Ok{};
  }

  Status TooLarge() {
    PREWARM_RETURN_IF_ERROR(file_.Restart(""));
    const std::string size =
        total_ ? " of " + std::to_string(*total_) + " bytes" : "";
    return MakeError(ErrorCode::kTooLarge,
                     "the file" + size + " is larger than " +
                         std::to_string(request_.max_bytes) +
                         " bytes, which no model is",
                     "url");
  }

  void Progress() const {
    if (events_.progress) events_.progress(file_.size(), total_);
  }

  // A reply that came to its end.
  Status Judge(const HttpReply& reply) {
    if (reply.status == 200 || reply.status == 206) {
      if (!total_ || file_.size() == *total_) return Ok{};
      return MakeError(ErrorCode::kUnavailable, "the reply ended too early",
                       "url");
    }
    if (reply.status == 416 && asked_from_ > 0) {
      const auto total = ReadContentRange(reply.Header("content-range")).total;
      if (total == file_.size()) return Ok{};  // it was complete
      PREWARM_RETURN_IF_ERROR(file_.Restart(""));
      return MakeError(ErrorCode::kUnavailable,
                       "the server has less of it than we have", "url");
    }
    const std::string answer =
        "the server answers " + std::to_string(reply.status);
    if (IsPassing(reply.status)) {
      if (const auto seconds = Number(reply.Header("retry-after"))) {
        retry_after_ =
            std::chrono::seconds(std::min(*seconds, kMaxRetryAfterSeconds));
      }
      return MakeError(ErrorCode::kUnavailable, answer, "url");
    }
    return Refused(answer + "; is the URL right, and open to anyone?");
  }

  const DownloadRequest& request_;
  const DownloadEvents& events_;
  PartialFile& file_;
  bool reached_ = false;
  std::uint64_t asked_from_ = 0;
  std::optional<std::uint64_t> total_;
  milliseconds retry_after_{0};
};

}  // namespace

Status Download(const DownloadRequest& request, const DownloadEvents& events,
                PartialFile* file) {
  return Session(request, events, file).Run();
}

}  // namespace prewarm::download
