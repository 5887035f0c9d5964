#include "warmup-controller/sidecar/staging.h"

#include <algorithm>
#include <utility>

#include "common/base/log.h"
#include "common/store/state_paths.h"
#include "warmup-controller/staging/publish_back.h"

namespace prewarm {
namespace {

constexpr char kStagePrefix[] = "stage-";
constexpr char kStates[] = "state/";

// Of the prepared state whose bytes are wrong; "" of any other error.
std::string DamagedState(const Error& error) {
  const std::string states = kStates;
  if (error.code != ErrorCode::kCorrupt ||
      error.field.compare(0, states.size(), states) != 0) {
    return "";
  }
  return error.field.substr(states.size());
}

}  // namespace

Staging::Staging(StagingOptions options, Env* env, const Clock* clock,
                 StagingBoard* board)
    : options_(std::move(options)),
      env_(env),
      clock_(clock),
      board_(board),
      began_(clock->Now()) {
  board_->Update([](StagingStatus* status) { status->wanted = true; });
}

CopyOptions Staging::CopyOptionsOf() const {
  CopyOptions options;
  options.streams = options_.streams;
  return options;
}

// A copy that was ended by a signal leaves its folder.
void Staging::RemoveLeftovers() {
  const std::string parent = StatePaths(options_.to).Temporary();
  const auto entries = env_->List(parent);
  if (!entries.ok()) return;
  for (const FolderEntry& entry : *entries) {
    if (entry.name.rfind(kStagePrefix, 0) != 0) continue;
    (void)env_->Remove(parent + "/" + entry.name);
  }
}

Result<StoreListing> Staging::ListShared() const {
  const auto root = env_->List(options_.from);
  if (!root.ok()) {
    Error error = root.error();
    error.message.append(
        "; --from is the shared store: is its volume mounted?");
    return error;
  }
  PREWARM_ASSIGN_OR_RETURN(StoreListing listing,
                           ListStore(options_.from, env_));
  auto& states = listing.states;
  states.erase(std::remove_if(states.begin(), states.end(),
                              [this](const ListedState& state) {
                                return distrusted_.count(state.key) != 0;
                              }),
               states.end());
  listing.damaged_states.insert(distrusted_.begin(), distrusted_.end());
  return listing;
}

void Staging::TellDamage() {
  std::string all;
  const auto add = [&all](const std::string& what) {
    if (!all.empty()) all.append("; ");
    all.append(what);
  };
  for (const auto& [key, why] : shared_.damaged_states) {
    std::string what = "the prepared state ";
    add(what.append(key).append(": ").append(why));
  }
  for (const std::string& why : shared_.damaged_models) add(why);
  board_->Update([&all](StagingStatus* status) { status->left_out = all; });
  if (!all.empty()) Log(LogLevel::kWarning, "left_out", {{"what", all}});
}

Status Staging::StageOnce() {
  PREWARM_ASSIGN_OR_RETURN(shared_, ListShared());
  PREWARM_RETURN_IF_ERROR(env_->MakeFolders(options_.to));
  PREWARM_ASSIGN_OR_RETURN(const StoreListing local,
                           ListStore(options_.to, env_));
  PREWARM_ASSIGN_OR_RETURN(StagePlan plan,
                           PlanStaging(shared_, local, options_.wish));
  later_ = std::move(plan.later);
  board_->needed()->bytes = board_->needed()->total = 0;
  return PlaceFolders({options_.from, options_.to, env_}, plan.needed,
                      kStagePrefix, CopyOptionsOf(), board_->needed());
}

Status Staging::Stage() {
  RemoveLeftovers();
  Status staged = StageOnce();
  // Each time one state fewer.
  while (!staged.ok()) {
    const std::string key = DamagedState(staged.error());
    if (key.empty() || distrusted_.count(key) != 0) break;
    distrusted_[key] = staged.error().message;
    staged = StageOnce();
  }
  if (!staged.ok()) {
    board_->Update([&](StagingStatus* status) {
      ++status->failures;
      status->error = staged.error().message;
    });
    return staged;
  }
  TellDamage();
  const double took_ms = MillisBetween(began_, clock_->Now());
  board_->Update([&](StagingStatus* status) {
    status->staged = true;
    status->seconds = took_ms / 1000;
    status->failures = 0;
    status->error.clear();
  });
  Log(LogLevel::kInfo, "staged",
      {{"from", options_.from},
       {"to", options_.to},
       {"bytes", board_->Read().bytes},
       {"took_ms", static_cast<std::int64_t>(took_ms)}});
  return Ok{};
}

Status Staging::StageLater() {
  PREWARM_RETURN_IF_ERROR(PlaceFolders({options_.from, options_.to, env_},
                                       std::exchange(later_, {}), kStagePrefix,
                                       CopyOptionsOf(), board_->later()));
  return Ok{};
}

Status Staging::Publish() {
  CopyProgress progress;
  const auto published = PublishBack({options_.to, options_.from, env_},
                                     CopyOptionsOf(), &shared_, &progress);
  const std::string error = published.ok() ? "" : published.error().message;
  board_->Update([&](StagingStatus* status) {
    status->publish_error = error;
    if (!published.ok()) return;
    status->published_states += published->states;
    status->published_bytes += published->bytes;
    status->published_history += published->history_files;
  });
  if (!published.ok()) return published.error();
  if (published->states > 0) {
    Log(LogLevel::kInfo, "published",
        {{"to", options_.from},
         {"states", published->states},
         {"bytes", published->bytes}});
  }
  return Ok{};
}

}  // namespace prewarm
