#include "inference-server/warmup/history.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "common/base/cgroup.h"
#include "common/base/sha256.h"
#include "common/store/state_paths.h"

namespace prewarm {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxLine = 4096;
constexpr std::size_t kMaxPhases = 32;
constexpr std::size_t kLoaded = 64;
constexpr std::size_t kKept = 256;
constexpr double kMaxMillis = 24 * 3600 * 1000.0;

bool IsMillis(const json& value) {
  return value.is_number() && value.get<double>() >= 0 &&
         value.get<double>() <= kMaxMillis;
}

std::optional<CachedState> ParseCached(const json& value) {
  for (const CachedState cached :
       {CachedState::kMiss, CachedState::kHit, CachedState::kRebuilt}) {
    if (value == CachedStateName(cached)) return cached;
  }
  return std::nullopt;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

std::string FormatRecord(const WarmUpRecord& record) {
  json phases = json::array();
  for (const PhaseTiming& phase : record.phases) {
    phases.push_back({phase.name, phase.start_ms, phase.duration_ms});
  }
  return json({{"cached", CachedStateName(record.cached)},
               {"total_ms", record.total_ms},
               {"phases", phases}})
      .dump();
}

std::optional<WarmUpRecord> ParseRecord(const std::string& line) {
  if (line.size() > kMaxLine) return std::nullopt;
  const json value = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object() || !value.contains("total_ms") ||
      !value.contains("cached") || !value.contains("phases")) {
    return std::nullopt;
  }
  WarmUpRecord record;
  const auto cached = ParseCached(value["cached"]);
  const json& phases = value["phases"];
  if (!cached || !IsMillis(value["total_ms"]) || !phases.is_array() ||
      phases.size() > kMaxPhases) {
    return std::nullopt;
  }
  record.cached = *cached;
  record.total_ms = value["total_ms"].get<double>();
  for (const json& phase : phases) {
    if (!phase.is_array() || phase.size() != 3 || !phase[0].is_string() ||
        !IsMillis(phase[1]) || !IsMillis(phase[2])) {
      return std::nullopt;
    }
    record.phases.push_back({phase[0].get<std::string>(),
                             phase[1].get<double>(), phase[2].get<double>()});
  }
  return record;
}

WarmUpHistory::WarmUpHistory(const std::string& root, const std::string& model,
                             const std::string& machine, Env* env)
    : folder_(StatePaths(root).History()),
      path_(folder_ + "/" + Sha256Hex(model + "\n" + machine).substr(0, 16) +
            ".jsonl"),
      env_(env) {}

std::vector<WarmUpRecord> WarmUpHistory::Load() const {
  std::vector<WarmUpRecord> records;
  const auto text = env_->Read(path_, kMaxBytes);
  if (!text.ok()) return records;
  for (const std::string& line : Lines(*text)) {
    if (auto record = ParseRecord(line)) records.push_back(std::move(*record));
  }
  if (records.size() > kLoaded) {
    records.erase(records.begin(), records.end() - kLoaded);
  }
  return records;
}

Status WarmUpHistory::Add(const WarmUpRecord& record) const {
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(folder_));
  const auto text = env_->Read(path_, kMaxBytes);
  const std::vector<std::string> lines =
      text.ok() ? Lines(*text) : std::vector<std::string>();
  const bool too_large =
      !text.ok() && text.error().code == ErrorCode::kTooLarge;
  if (!too_large && lines.size() < kKept) {
    // A line torn by a crash must not take this one with it.
    const bool torn = text.ok() && !text->empty() && text->back() != '\n';
    return env_->Append(path_,
                        (torn ? "\n" : "") + FormatRecord(record) + "\n");
  }
  // Whoever appends between reading and renaming loses a line: no harm.
  std::string kept;
  const std::size_t first = lines.size() - std::min(lines.size(), kLoaded);
  for (std::size_t i = first; i < lines.size(); ++i) kept += lines[i] + "\n";
  kept += FormatRecord(record) + "\n";
  PREWARM_ASSIGN_OR_RETURN(const std::string temp,
                           env_->MakeTempFolder(folder_, kHistoryPrefix));
  Status written = env_->WriteNew(temp + "/new", {{kept.data(), kept.size()}});
  if (written.ok()) written = env_->RenameOver(temp + "/new", path_);
  static_cast<void>(env_->Remove(temp));
  return written;
}

std::string MachineClass(int threads) {
  std::string model;
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; model.empty() && std::getline(info, line);) {
    if (line.compare(0, 10, "model name") == 0) model = line;
  }
  return model + ", " + std::to_string(UsableThreads()) + " cores, " +
         std::to_string(threads) + " threads";
}

}  // namespace prewarm
