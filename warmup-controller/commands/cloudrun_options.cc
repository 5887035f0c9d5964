#include "warmup-controller/commands/cloudrun_options.h"

#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/policy/base_url.h"
#include "warmup-controller/policy/duration.h"

namespace prewarm {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxKeyFile = 64 << 10;
constexpr char kMetadataHost[] = "metadata.google.internal";
constexpr seconds kLongestLook{600};
constexpr seconds kLongestEvery{24 * 3600};
constexpr seconds kShortestBound{1};
// The longest that Cloud Scheduler waits for an answer.
constexpr seconds kLongestBound{30 * 60};

Result<seconds> ReadSeconds(const std::string& option, const std::string& text,
                            seconds least, seconds most) {
  const auto duration = ParseDuration(text);
  if (duration.ok() && *duration >= least && *duration <= most) {
    return std::chrono::ceil<seconds>(*duration);
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   option + "=" + Quoted(text) + ": expected a duration of " +
                       FormatDuration(least) + " to " + FormatDuration(most) +
                       ", as 5m",
                   option);
}

Result<google::ServiceAccountKey> ReadKeyFile(const std::string& path) {
  PREWARM_ASSIGN_OR_RETURN(const std::string text,
                           ReadTextFile(path, kMaxKeyFile));
  auto key = google::ReadServiceAccountKey(text);
  if (key.ok()) return key;
  return MakeError(ErrorCode::kInvalidArgument,
                   "--credentials=" + Quoted(path) + ": " + key.error().message,
                   "--credentials");
}

class Reader {
 public:
  explicit Reader(const CloudRunOptions& options) : options_(options) {}

  void Refuse(const std::string& what) {
    if (!errors_.empty()) errors_ += '\n';
    errors_ += what;
  }
  template <typename T, typename Place>
  void Take(Result<T> read, Place* place) {
    if (read.ok()) {
      *place = std::move(read).value();
    } else {
      Refuse(read.error().message);
    }
  }
  void CheckUrl(const std::string& option, const std::string& url) {
    const Status checked = CheckBaseUrl(url);
    if (!checked.ok()) Refuse(option + ": " + checked.error().message);
  }
  void CheckCallers() {
    const bool audience = !options_.reconcile_audience.empty();
    const bool callers = !options_.reconcile_callers.empty();
    if (options_.on_request && (!audience || !callers)) {
      Refuse(
          "--on-request needs --reconcile-audience and --reconcile-caller: "
          "whoever may call POST /reconcile may start instances");
    }
    const bool any = audience || callers || options_.reconcile_behind_iam;
    if (!options_.on_request && any) {
      Refuse(
          "--reconcile-audience, --reconcile-caller and --reconcile-behind-iam "
          "are for --on-request; the loop is asked by nobody");
    }
    if (options_.on_request && options_.give_back) {
      Refuse("--give-back ends by itself: leave --on-request out");
    }
  }
  const std::string& errors() const { return errors_; }

 private:
  const CloudRunOptions& options_;
  std::string errors_;
};

}  // namespace

std::string UsualListen(const Variables& variable) {
  const std::string port = variable("PORT");
  return port.empty() ? LocalOptions().listen : "0.0.0.0:" + port;
}

Result<CloudRunSettings> ReadCloudRunOptions(const CloudRunOptions& options,
                                             const Variables& variable) {
  Reader reader(options);
  CloudRunSettings settings;
  reader.Take(ReadOptions(options.service), &settings.service);
  std::string path = options.credentials;
  if (path.empty()) path = variable("GOOGLE_APPLICATION_CREDENTIALS");
  if (!path.empty()) reader.Take(ReadKeyFile(path), &settings.key);
  reader.CheckUrl("--run-endpoint", options.run_endpoint);
  reader.CheckUrl("--keys-endpoint", options.keys_endpoint);
  if (!options.token_endpoint.empty()) {
    reader.CheckUrl("--token-endpoint", options.token_endpoint);
    if (settings.key) settings.key->token_url = options.token_endpoint;
  }
  reader.CheckCallers();
  reader.Take(
      ReadSeconds("--look-every", options.look_every, seconds(1), kLongestLook),
      &settings.look_every);
  reader.Take(ReadSeconds("--step-every", options.step_every, seconds(60),
                          kLongestEvery),
              &settings.step_every);
  reader.Take(ReadSeconds("--step-bound", options.step_bound, kShortestBound,
                          kLongestBound),
              &settings.step_bound);
  settings.metadata_host = variable("GCE_METADATA_HOST");
  if (settings.metadata_host.empty()) settings.metadata_host = kMetadataHost;
  settings.project = options.project;
  if (settings.project.empty()) {
    settings.project = variable("GOOGLE_CLOUD_PROJECT");
  }
  if (settings.project.empty() && settings.key) {
    settings.project = settings.key->project;
  }
  settings.location = options.location;
  if (reader.errors().empty()) return settings;
  return MakeError(ErrorCode::kInvalidArgument, reader.errors(), "options");
}

}  // namespace prewarm
