#include "inference-server/config/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "common/base/yaml_settings.h"
#include "common/http/cors.h"
#include "inference-server/config/page_options.h"

namespace prewarm {
namespace {

// What CLI11 fills before it is checked and turned into a ServerConfig.
struct Raw {
  ServerConfig c;
  std::string config_file;
  std::string precision = "auto";
  std::string log_format = "text";
  std::string log_level = "info";
  std::string upload_secret_file;
  std::string admin_token_file;
  std::string results = "private";
  std::string results_secret_file;
  std::vector<std::string> proxies;
};

// CLI::Range lets NaN pass.
CLI::Validator Between(double low, double high) {
  std::ostringstream range;
  range << low << " to " << high;
  return CLI::Validator(
      [low, high, text = range.str()](std::string& value) {
        double number = 0;
        if (CLI::detail::lexical_cast(value, number) && number >= low &&
            number <= high) {
          return std::string();
        }
        return "Value " + value + " not in range " + text;
      },
      "FLOAT in [" + range.str() + "]");
}

// Below it the picture that proves a warm-up would be blended too.
std::string CheckBlendThreshold(std::string& value) {
  int pixels = 0;
  const bool good = CLI::detail::lexical_cast(value, pixels) &&
                    (pixels == 0 || (pixels >= 256 && pixels <= 4096));
  return good ? "" : "Value " + value + " is none; give 0, or 256 to 4096";
}

void Declare(CLI::App* app, Raw* raw) {
  const auto add = [app](const std::string& name, auto& variable,
                         const std::string& help) {
    std::string env = "PREWARM_" + name;
    for (char& ch : env) {
      ch = ch == '-' ? '_' : static_cast<char>(std::toupper(ch));
    }
    return app->add_option("--" + name, variable, help)
        ->envname(env)
        ->capture_default_str();
  };
  ServerConfig& c = raw->c;
  add("host", c.host, "address to listen on");
  add("port", c.port, "port; 0 takes a free one")->check(CLI::Range(0, 65535));
  add("admin-port", c.admin_port, "port for /warmup, /metrics; -1: none")
      ->check(CLI::Range(-1, 65535));
  add("store", c.store, "folder of the model store");
  add("model", c.model, "name of the model in the store");
  add("fast-model", c.fast_model, "a second one, for mode=fast");
  add("config", raw->config_file, "YAML file with these options");
  add("engine", c.engine, "auto, fused, torch, or the path of a shared object");
  add("device", c.device, "of the engine; auto: cuda, else cpu")
      ->check(CLI::IsMember({"auto", "cuda", "cpu"}));
  add("precision", raw->precision, "of the network")
      ->check(CLI::IsMember({"auto", "fp32", "bf16", "fp16", "int8"}));
  add("threads", c.threads, "of the engine; 0: one a core")
      ->check(CLI::Range(0, 1024));
  add("blend-threshold", c.blend_threshold,
      "blend dynamic pictures over so many pixels; 0: none")
      ->check(CLI::Validator(CheckBlendThreshold, "INT"));
  add("queue", c.queue, "requests accepted at once")
      ->check(CLI::Range(1, 100000));
  add("max-body-mib", c.max_body_mib, "largest upload")
      ->check(CLI::Range(1, 1024));
  add("memory-budget-mib", c.memory_budget_mib, "for pictures in work")
      ->check(CLI::Range(64, 1 << 20));
  add("max-wait", c.max_wait_seconds, "longest wait of a request, seconds")
      ->check(Between(0, 3600));
  add("drain-timeout", c.drain_seconds, "at SIGTERM, seconds")
      ->check(Between(0, 3600));
  add("warm-on-start", c.warm_on_start, "warm up without being asked")
      ->check(CLI::IsMember({"true", "false", "1", "0"}));
  app->add_flag("--prepare", c.prepare,
                "fill the store with the prepared state, and end");
  add("reprove-interval", c.reprove_seconds,
      "an idle engine is proven again, seconds; 0: never")
      ->check(Between(0, 86400));
  add("store-timeout", c.store_timeout_seconds,
      "a store that does not answer fails the warm-up, seconds")
      ->check(Between(1, 3600));
  add("log-format", raw->log_format, "")
      ->check(CLI::IsMember({"text", "json"}));
  add("log-level", raw->log_level, "")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  add("cors-origin", c.cors_origins, "origin whose pages may call; repeatable")
      ->delimiter(',');
  add("page-dir", c.page_dir, "folder of the page at /; none: a demo shop");
  add("page-controller", c.page_controller,
      "public URL of the controller that pages tell of their visitors");
  add("page-target", c.page_target, "NAMESPACE/NAME of this server there");
  add("api-key-hash", c.access.api_key_hashes,
      "SHA-256 of an API key, hex; repeatable")
      ->delimiter(',');
  add("upload-token-secret-file", raw->upload_secret_file,
      "secret that signs upload tokens");
  add("admin-token-file", raw->admin_token_file,
      "one or two admin tokens, a line each");
  add("trusted-proxy", raw->proxies,
      "CIDR whose X-Forwarded-For counts; repeatable")
      ->delimiter(',');
  add("results", raw->results, "who may have results by their key")
      ->check(CLI::IsMember({"private", "asked", "shared"}));
  add("results-secret-file", raw->results_secret_file,
      "one or two secrets that keys of results are made with, a line each");
  add("results-dir", c.results.folder,
      "folder of results; empty: in the store");
  add("results-ttl", c.results.ttl_seconds, "a result is gone after, seconds")
      ->check(CLI::Range(1, 31536000));
  add("results-max-age", c.results.max_age_seconds,
      "caches ask again for a result after, seconds")
      ->check(CLI::Range(0, 31536000));
  add("results-max-mib", c.results.max_mib, "of all results")
      ->check(CLI::Range(1, 1 << 20));
  add("rate", c.rate.rate, "requests a second and client; 0: no limit")
      ->check(Between(0, 1e6));
  add("burst", c.rate.burst, "requests a client may send at once")
      ->check(Between(1, 1e6));
}

// " (set by PREWARM_PORT)" where CLI11 complains of a variable, but names only
// the flag.
std::string FromVariable(const CLI::App& app, const std::string& complaint,
                         int argc, const char* const* argv) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string flag = option->get_name();
    const std::string variable = option->get_envname();
    if (variable.empty() || complaint.compare(0, flag.size(), flag) != 0 ||
        complaint.find_first_not_of(": ", flag.size()) == flag.size() ||
        std::getenv(variable.c_str()) == nullptr) {  // NOLINT: one thread yet
      continue;
    }
    const bool given = std::any_of(argv, argv + argc, [&](const char* word) {
      const std::string text = word;
      return text == flag || text.compare(0, flag.size() + 1, flag + "=") == 0;
    });
    if (!given) return " (set by " + variable + ")";
  }
  return "";
}

Error Bad(const std::string& message, const std::string& field) {
  return MakeError(ErrorCode::kInvalidArgument, message, field);
}

Result<std::string> ReadFile(const std::string& path,
                             const std::string& option) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored)) {
    const bool folder = std::filesystem::is_directory(path, ignored);
    return Bad("--" + option + ": can't read " + path + ": " +
                   (folder ? "it is a folder" : std::strerror(errno)),
               option);
  }
  return text.str();
}

// Settings of the file for every option that neither flag nor environment set.
Status ApplyFile(CLI::App* app, const std::string& path) {
  PREWARM_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, "config"));
  PREWARM_ASSIGN_OR_RETURN(const auto settings, ReadYamlSettings(text, path));
  for (const auto& [key, setting] : settings) {
    std::string at = path;
    at.append(":").append(std::to_string(setting.place.line));
    at.append(":").append(std::to_string(setting.place.column));
    at.append(" ").append(key).append(": ");
    CLI::Option* option = app->get_option_no_throw("--" + key);
    if (option == nullptr || key == "config" || key == "help" ||
        key == "version") {
      return Bad(at + "unknown setting; see inference-server --help", key);
    }
    if (option->count() > 0) continue;
    if (setting.is_list && option->get_items_expected_max() == 1) {
      return Bad(at + "takes one value, not a list", key);
    }
    try {
      for (const std::string& value : setting.values) {
        option->add_result(value);
      }
      option->run_callback();
    } catch (const CLI::Error& e) {
      return Bad(at + e.what(), key);
    }
  }
  return Ok{};
}

Result<std::vector<std::string>> ReadLines(const std::string& path,
                                           const std::string& option) {
  PREWARM_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, option));
  std::istringstream lines(text);
  std::vector<std::string> found;
  std::string line;
  while (std::getline(lines, line)) {
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) found.push_back(line);
  }
  return found;
}

Status FinishResults(const Raw& raw, ResultsConfig* results) {
  static const std::map<std::string, ResultsMode> kModes = {
      {"private", ResultsMode::kPrivate},
      {"asked", ResultsMode::kAsked},
      {"shared", ResultsMode::kShared}};
  results->mode = kModes.at(raw.results);
  if (!raw.results_secret_file.empty()) {
    PREWARM_ASSIGN_OR_RETURN(
        results->secrets,
        ReadLines(raw.results_secret_file, "results-secret-file"));
    const bool good =
        (results->secrets.size() == 1 || results->secrets.size() == 2) &&
        std::all_of(results->secrets.begin(), results->secrets.end(),
                    [](const std::string& secret) {
                      return secret.size() >= 32 && secret.size() <= 1024;
                    });
    if (!good) {
      return Bad(
          "--results-secret-file: expected one or two lines of 32 to 1024 "
          "characters; make one with `openssl rand -hex 32`",
          "results-secret-file");
    }
  }
  if (results->mode != ResultsMode::kPrivate && results->secrets.empty()) {
    return Bad("--results: " + raw.results +
                   " needs --results-secret-file, so that nobody can compute "
                   "the key of a photo",
               "results");
  }
  return Ok{};
}

Status Finish(Raw* raw) {
  ServerConfig& c = raw->c;
  static const std::map<std::string, LogLevel> kLevels = {
      {"debug", LogLevel::kDebug},
      {"info", LogLevel::kInfo},
      {"warning", LogLevel::kWarning},
      {"error", LogLevel::kError}};
  if (const char* text = std::getenv(kLossesVariable)) {  // NOLINT: as above
    c.losses = ParseLosses(text);
  }
  if (!c.engine.empty() && c.engine != "auto" && c.engine != "fused" &&
      c.engine != "torch" && c.engine.find('/') == std::string::npos) {
    return Bad("--engine: \"" + c.engine +
                   "\" is unknown; give auto, fused, torch or the path of a "
                   "shared object (with a /)",
               "engine");
  }
  if (c.admin_port > 0 && c.admin_port == c.port) {
    return Bad("--admin-port: " + std::to_string(c.port) +
                   " is --port already; give another, or leave it out",
               "admin-port");
  }
  if (!c.fast_model.empty() && c.fast_model == c.model) {
    return Bad("--fast-model: " + c.model +
                   " is --model already; give another, or leave it out",
               "fast-model");
  }
  for (const std::string& origin : c.cors_origins) {
    PREWARM_RETURN_IF_ERROR(http::CheckOrigin("cors-origin", origin));
  }
  PREWARM_RETURN_IF_ERROR(CheckPageOptions(&c));
  if (c.device == "cuda" && (c.engine == "fused" || c.engine == "torch")) {
    return Bad("--device: cuda, but the engine " + c.engine +
                   " runs on the CPU; leave --engine out",
               "device");
  }
  c.precision = *ParsePrecision(raw->precision);
  c.log_level = kLevels.at(raw->log_level);
  c.log_format =
      raw->log_format == "json" ? LogFormat::kJson : LogFormat::kText;
  for (const std::string& hash : c.access.api_key_hashes) {
    if (hash.size() != 64 ||
        hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return Bad("--api-key-hash: \"" + hash +
                     "\" is not 64 lower-case hex digits; make one with "
                     "`printf %s KEY | sha256sum | cut -d' ' -f1`",
                 "api-key-hash");
    }
  }
  if (!raw->upload_secret_file.empty()) {
    PREWARM_ASSIGN_OR_RETURN(
        const auto lines,
        ReadLines(raw->upload_secret_file, "upload-token-secret-file"));
    if (lines.size() != 1 || lines[0].size() < 16) {
      return Bad(
          "--upload-token-secret-file: expected one line of at least "
          "16 characters",
          "upload-token-secret-file");
    }
    c.access.upload_secret = lines[0];
  }
  if (!raw->admin_token_file.empty()) {
    PREWARM_ASSIGN_OR_RETURN(
        c.access.admin_tokens,
        ReadLines(raw->admin_token_file, "admin-token-file"));
    if (c.access.admin_tokens.empty() || c.access.admin_tokens.size() > 2) {
      return Bad("--admin-token-file: expected one or two tokens, a line each",
                 "admin-token-file");
    }
  }
  PREWARM_RETURN_IF_ERROR(FinishResults(*raw, &c.results));
  for (const std::string& text : raw->proxies) {
    auto cidr = ParseCidr(text);
    if (!cidr.ok()) {
      return Bad("--trusted-proxy: " + cidr.error().message, "trusted-proxy");
    }
    c.trusted_proxies.push_back(std::move(cidr).value());
  }
  return Ok{};
}

}  // namespace

std::size_t DefaultMemoryBudgetMib(std::optional<std::uint64_t> memory_limit) {
  constexpr std::uint64_t kMost = 2048;
  constexpr std::uint64_t kLeast = 64;  // of the option
  if (!memory_limit) return kMost;
  return std::clamp((*memory_limit >> 20) / 3 * 2, kLeast, kMost);
}

Result<ParsedConfig> ParseConfig(int argc, const char* const* argv,
                                 std::optional<std::uint64_t> memory_limit) {
  Raw raw;
  raw.c.memory_budget_mib = DefaultMemoryBudgetMib(memory_limit);
  CLI::App app{"inference-server: cuts out pictures, and knows when it is warm",
               "inference-server"};
  app.get_formatter()->column_width(34);
  app.set_version_flag("--version", "inference-server " PREWARM_VERSION);
  Declare(&app, &raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return ParsedConfig{{}, app.help()};
  } catch (const CLI::CallForVersion&) {
    return ParsedConfig{{},
                        std::string("inference-server " PREWARM_VERSION "\n")};
  } catch (const CLI::Error& e) {
    const std::string complaint = e.what();
    return Bad(complaint + FromVariable(app, complaint, argc, argv) +
                   "; see inference-server --help",
               "command line");
  }
  if (!raw.config_file.empty()) {
    PREWARM_RETURN_IF_ERROR(ApplyFile(&app, raw.config_file));
  }
  PREWARM_RETURN_IF_ERROR(Finish(&raw));
  return ParsedConfig{std::move(raw.c), std::nullopt};
}

}  // namespace prewarm
