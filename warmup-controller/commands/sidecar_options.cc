#include "warmup-controller/commands/sidecar_options.h"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "common/base/utf8.h"
#include "common/store/manifest.h"
#include "warmup-controller/policy/base_url.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::hours kLongest{24};

class SidecarReading {
 public:
  explicit SidecarReading(const SidecarOptions& options) : options_(options) {}

  Result<SidecarSettings> Read() {
    ReadStores();
    ReadUrls();
    settings_.warmup_timeout = seconds(
        ReadSeconds("--warmup-timeout", options_.warmup_timeout, seconds(1)));
    settings_.reverify =
        seconds(ReadSeconds("--reverify", options_.reverify, seconds(0)));
    if (const auto drain = ReadDuration("--drain-timeout",
                                        options_.drain_timeout, seconds(0))) {
      settings_.drain_timeout = *drain;
    }
    Take(ParseListen("--listen", options_.listen), &settings_.listen);
    if (!options_.admin_token_file.empty()) {
      Take(ReadSecret("--admin-token-file", options_.admin_token_file),
           &settings_.admin_token);
    }
    if (errors_.empty()) return std::move(settings_);
    return MakeError(ErrorCode::kInvalidArgument, errors_);
  }

 private:
  void Refuse(const std::string& what) {
    if (!errors_.empty()) errors_ += '\n';
    errors_ += what;
  }
  void Refuse(const std::string& option, const std::string& value,
              const std::string& what) {
    std::string line = option;
    line.append("=").append(Quoted(value)).append(": ").append(what);
    Refuse(line);
  }
  template <typename T>
  void Take(Result<T> read, T* place) {
    if (read.ok()) {
      *place = std::move(read).value();
    } else {
      Refuse(read.error().message);
    }
  }

  void ReadStores() {
    if (options_.from.empty() && !options_.store.empty()) {
      Refuse("--store", options_.store,
             "the local store is filled from a shared one; give --from as "
             "well, or leave both out");
    }
    if (!options_.from.empty() && options_.store.empty()) {
      Refuse("--from", options_.from,
             "expected --store, too: the local store, that of the server");
    }
    std::error_code ignored;
    if (!options_.from.empty() &&
        std::filesystem::weakly_canonical(options_.from, ignored) ==
            std::filesystem::weakly_canonical(options_.store, ignored)) {
      Refuse("--store", options_.store,
             "is --from as well; expected a folder on a local disk. A server "
             "that uses the shared store itself needs neither");
    }
    for (const std::string& model : options_.models) {
      if (IsModelName(model)) continue;
      Refuse("--model", model,
             "is no model's name; expected one of `prewarm-model list`");
    }
    settings_.staging = {options_.from,
                         options_.store,
                         {options_.models, options_.states},
                         options_.streams};
  }

  void ReadUrls() {
    settings_.server = options_.server;
    settings_.admin = options_.admin.empty() ? options_.server : options_.admin;
    const auto check = [this](const std::string& option,
                              const std::string& url) {
      const Status good = CheckBaseUrl(url);
      if (!good.ok()) Refuse(option, url, good.error().message);
    };
    check("--server", options_.server);
    if (!options_.admin.empty()) check("--admin", options_.admin);
  }

  std::optional<milliseconds> ReadDuration(const std::string& option,
                                           const std::string& text,
                                           milliseconds least) {
    const auto duration = ParseDuration(text);
    if (!duration.ok()) {
      Refuse(option, text, duration.error().message);
      return std::nullopt;
    }
    if (*duration >= least && *duration <= kLongest) return *duration;
    Refuse(option, text,
           "expected " + FormatDuration(least) + " to " +
               FormatDuration(kLongest));
    return std::nullopt;
  }

  seconds ReadSeconds(const std::string& option, const std::string& text,
                      milliseconds least) {
    const auto duration = ReadDuration(option, text, least);
    return duration ? std::chrono::ceil<seconds>(*duration) : seconds(0);
  }

  const SidecarOptions& options_;
  SidecarSettings settings_;
  std::string errors_;
};

}  // namespace

Result<SidecarSettings> ReadSidecarOptions(const SidecarOptions& options) {
  return SidecarReading(options).Read();
}

}  // namespace prewarm
