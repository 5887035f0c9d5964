#include "warmup-controller/commands/cloudrun_options.h"

#include <algorithm>
#include <utility>

#include "common/base/utf8.h"
#include "warmup-controller/commands/text_file.h"
#include "warmup-controller/google/names.h"
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
constexpr seconds kUsualBound{120};
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

Status CheckProject(const std::string& source, const std::string& text) {
  if (text.empty() || google::IsProject(text)) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   source + "=" + Quoted(text) +
                       ": expected a project's id, as shop-project or "
                       "example.com:shop-project, or its number");
}

Status CheckLocation(const std::string& text) {
  if (text.empty() || google::IsRegion(text)) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "--location=" + Quoted(text) +
                       ": expected a region, as europe-west1; `gcloud run "
                       "regions list` shows them all");
}

Status CheckCaller(const std::string& text) {
  if (google::IsAccount(text)) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "--reconcile-caller=" + Quoted(text) +
                       ": expected the e-mail address of an account, as "
                       "scheduler@shop-project.iam.gserviceaccount.com");
}

// Google names services, also by custom audiences, by their complete URLs.
Status CheckAudience(const std::string& text) {
  const bool slash = !text.empty() && text.back() == '/';
  const std::string url = text.substr(0, text.size() - (slash ? 1 : 0));
  if (text.compare(0, 8, "https://") == 0 && CheckBaseUrl(url).ok()) {
    return Ok{};
  }
  return MakeError(ErrorCode::kInvalidArgument,
                   "--reconcile-audience=" + Quoted(text) +
                       ": expected the https URL that the job's token is for, "
                       "as https://prewarm-controller-1234567890.europe-west1."
                       "run.app");
}

// Who calls before a pass has ended waits for that pass, and gets none of its
// own.
Status CheckBound(const std::string& text, seconds bound, seconds every) {
  if (bound <= every) return Ok{};
  return MakeError(ErrorCode::kInvalidArgument,
                   "--step-bound=" + Quoted(text) +
                       ": is longer than --step-every, by when the next pass "
                       "is due; expected " +
                       FormatDuration(every) + " at most");
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
  void Check(const Status& checked) {
    if (!checked.ok()) Refuse(checked.error().message);
  }
  void ReadProject(const Variables& variable, CloudRunSettings* settings) {
    const std::string named = variable("GOOGLE_CLOUD_PROJECT");
    std::string source = "--project";
    settings->project = options_.project;
    if (settings->project.empty()) {
      source = "GOOGLE_CLOUD_PROJECT";
      settings->project = named;
    }
    if (settings->project.empty() && settings->key) {
      source = "the key's project_id";
      settings->project = settings->key->project;
    }
    Check(CheckProject(source, settings->project));
  }
  void ReadSteps(CloudRunSettings* settings) {
    auto every = ReadSeconds("--step-every", options_.step_every, seconds(60),
                             kLongestEvery);
    const bool sound = every.ok();
    Take(std::move(every), &settings->step_every);
    if (options_.step_bound.empty()) {
      settings->step_bound = std::min(kUsualBound, settings->step_every);
      return;
    }
    auto bound = ReadSeconds("--step-bound", options_.step_bound,
                             kShortestBound, kLongestBound);
    if (sound && bound.ok()) {
      Check(CheckBound(options_.step_bound, *bound, settings->step_every));
    }
    Take(std::move(bound), &settings->step_bound);
  }
  void CheckCallers() {
    for (const std::string& caller : options_.reconcile_callers) {
      Check(CheckCaller(caller));
    }
    if (!options_.reconcile_audience.empty()) {
      Check(CheckAudience(options_.reconcile_audience));
    }
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
  reader.ReadSteps(&settings);
  settings.metadata_host = variable("GCE_METADATA_HOST");
  if (settings.metadata_host.empty()) settings.metadata_host = kMetadataHost;
  reader.ReadProject(variable, &settings);
  reader.Check(CheckLocation(options.location));
  settings.location = options.location;
  if (reader.errors().empty()) return settings;
  return MakeError(ErrorCode::kInvalidArgument, reader.errors(), "options");
}

}  // namespace prewarm
