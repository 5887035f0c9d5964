#include "inference-server/download/http_get.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <optional>

#include "common/base/clock.h"

namespace prewarm::download {
namespace {

// Bytes of all headers, so that a server can't fill the memory with them.
constexpr std::size_t kMaxHead = std::size_t{256} << 10;

std::string Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  const auto last = text.find_last_not_of(" \t\r\n");
  return std::string(text.substr(first, last - first + 1));
}

// What libcurl calls back into; lives as long as the transfer.
class Transfer {
 public:
  Transfer(const HttpSink& sink, std::chrono::seconds stall)
      : sink_(sink), stall_(stall), heard_(Clock::System().Now()) {}

  static std::size_t OnHeader(char* data, std::size_t, std::size_t bytes,
                              void* self) {
    return static_cast<Transfer*>(self)->Header({data, bytes}) ? bytes : 0;
  }
  static std::size_t OnBody(char* data, std::size_t, std::size_t bytes,
                            void* self) {
    return static_cast<Transfer*>(self)->Body({data, bytes}) ? bytes : 0;
  }

  // About once a second where nothing comes; not 0 ends the transfer.
  static int OnTick(void* self, curl_off_t, curl_off_t, curl_off_t,
                    curl_off_t) {
    return static_cast<Transfer*>(self)->HasStalled() ? 1 : 0;
  }

  // After libcurl said how it ended.
  Result<HttpReply> Outcome(CURLcode code, const std::string& reason) const {
    if (error_) return *error_;
    if (code == CURLE_OK || (complete_ && !HasBody())) return reply_;
    return MakeError(CodeOf(code), reason, "url");
  }

 private:
  bool HasBody() const { return reply_.status == 200 || reply_.status == 206; }

  bool Keep(const Status& status) {
    if (!status.ok()) error_ = status.error();
    return status.ok();
  }

  bool HasStalled() {
    if (Clock::System().Now() - heard_ < stall_) return false;
    return !Keep(MakeError(
        ErrorCode::kUnavailable,
        "no byte came for " + std::to_string(stall_.count()) + " s", "url"));
  }

  bool Header(std::string_view line) {
    heard_ = Clock::System().Now();
    head_bytes_ += line.size();
    if (head_bytes_ > kMaxHead) {
      return Keep(MakeError(ErrorCode::kUnsupported,
                            "the reply's headers are too long", "url"));
    }
    if (line.substr(0, 5) == "HTTP/") {
      reply_ = HttpReply{};
      const std::size_t space = line.find(' ');
      if (space != std::string_view::npos) {
        reply_.status = std::atoi(std::string(line.substr(space)).c_str());
      }
      return true;
    }
    if (const std::string text = Trimmed(line); !text.empty()) {
      const std::size_t colon = text.find(':');
      if (colon == std::string::npos) return true;
      std::string name = text.substr(0, colon);
      std::transform(
          name.begin(), name.end(), name.begin(),
          [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      reply_.headers[name] = Trimmed(text.substr(colon + 1));
      return true;
    }
    if (reply_.status < 200) return true;  // 100 Continue: another comes
    complete_ = true;
    return !HasBody() || Keep(sink_.head(reply_));
  }

  bool Body(std::string_view bytes) {
    heard_ = Clock::System().Now();
    return HasBody() && Keep(sink_.body(bytes));
  }

  static ErrorCode CodeOf(CURLcode code) {
    switch (code) {
      case CURLE_COULDNT_RESOLVE_PROXY:
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_CONNECT:
        return ErrorCode::kNotFound;
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_SSL_CIPHER:
      case CURLE_SSL_ISSUER_ERROR:
        return ErrorCode::kForbidden;
      case CURLE_OUT_OF_MEMORY:
        return ErrorCode::kResourceExhausted;
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_FAILED_INIT:
      case CURLE_NOT_BUILT_IN:
        return ErrorCode::kInternal;
      default:  // cut off, too slow, a reply that is no HTTP
        return ErrorCode::kUnavailable;
    }
  }

  const HttpSink& sink_;
  const std::chrono::seconds stall_;
  SteadyTime heard_;
  HttpReply reply_;
  std::size_t head_bytes_ = 0;
  bool complete_ = false;  // the head
  std::optional<Error> error_;
};

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

Result<HttpReply> HttpGet(const HttpRequest& request, const HttpSink& sink) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(
      ready == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (handle == nullptr) {
    return MakeError(ErrorCode::kInternal, "libcurl can't be started", "url");
  }
  Transfer transfer(sink, request.stall);
  std::unique_ptr<curl_slist, FreeList> headers;
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) continue;
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  char reason[CURL_ERROR_SIZE] = "";
  CURL* const curl = handle.get();
  curl_easy_setopt(curl, CURLOPT_URL, request.url.text.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "prewarm-model/" PREWARM_VERSION);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
                   static_cast<long>(request.stall.count()));
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, Transfer::OnTick);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // A proxy's reply to CONNECT is not the reply.
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, Transfer::OnHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Transfer::OnBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  if (const char* ca = std::getenv("SSL_CERT_FILE"); ca != nullptr && *ca) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
  }
  const CURLcode code = curl_easy_perform(curl);
  return transfer.Outcome(code,
                          *reason != '\0' ? reason : curl_easy_strerror(code));
}

}  // namespace prewarm::download
