#include "warmup-controller/commands/followed_folder.h"

#include "common/base/log.h"
#include "warmup-controller/commands/policy_folder.h"

namespace prewarm {
namespace {

// Calendars are read for so long, and anew once a day.
constexpr int kCalendarDays = 400;
constexpr std::chrono::hours kCalendarsAnew{24};

}  // namespace

Result<Declared> FollowedFolder::Read(
    const std::vector<PolicyFile>& files) const {
  const auto now =
      std::chrono::floor<std::chrono::seconds>(Clock::System().WallNow());
  Declared read;
  PREWARM_ASSIGN_OR_RETURN(read.declarations, ReadDeclarations(files));
  PREWARM_RETURN_IF_ERROR(resolve_(&read.declarations));
  std::string errors;
  for (const Policy& policy : read.declarations.policies) {
    const CivilDay today(policy.zone.MinuteAt(now));
    auto calendars = ReadCalendars(policy, config_maps_, today - kCalendarDays,
                                   today + kCalendarDays);
    if (calendars.ok() && calendars->missing.empty()) {
      read.setups.push_back({policy, std::move(calendars->days), std::nullopt});
      continue;
    }
    if (!errors.empty()) errors += '\n';
    errors += calendars.ok() ? "calendar " + calendars->missing.front() +
                                   " is not known; name its file by --calendar"
                             : calendars.error().message;
  }
  if (errors.empty()) return read;
  return MakeError(ErrorCode::kInvalidArgument, errors, "policies");
}

Status FollowedFolder::Prepare(const std::vector<std::string>& calendars) {
  PREWARM_ASSIGN_OR_RETURN(config_maps_, ConfigMapsOf(calendars));
  PREWARM_ASSIGN_OR_RETURN(files_, ReadPolicyFolder(folder_));
  PREWARM_ASSIGN_OR_RETURN(first_, Read(files_));
  return Ok{};
}

Status FollowedFolder::AdoptFirst(const Adopt& adopt) {
  looked_ = read_ = Clock::System().Now();
  const std::size_t count = first_.setups.size();
  PREWARM_RETURN_IF_ERROR(adopt(std::exchange(first_, {})));
  Log(LogLevel::kInfo, "policies_adopted",
      {{"policies", static_cast<std::int64_t>(count)}});
  return Ok{};
}

void FollowedFolder::Follow(SteadyTime now, const Adopt& adopt) {
  if (now - looked_ >= kFolderLook) LookAgain(now, adopt);
}

void FollowedFolder::LookAgain(SteadyTime now, const Adopt& adopt) {
  looked_ = now;
  auto files = ReadPolicyFolder(folder_);
  if (!files.ok()) {
    Refuse(files.error().message);
    return;
  }
  const bool same = SameFiles(*files, files_);
  if (same && now - read_ < kCalendarsAnew) {
    Refuse("");
    return;
  }
  auto read = Read(*files);
  if (!read.ok()) {
    Refuse(read.error().message);
    return;
  }
  const std::size_t count = read->setups.size();
  read_ = now;
  const Status adopted = adopt(std::move(*read));
  if (!adopted.ok()) {
    Refuse(adopted.error().message);
    return;
  }
  files_ = std::move(*files);
  Log(LogLevel::kInfo, "policies_adopted",
      {{"policies", static_cast<std::int64_t>(count)}});
  Refuse("");
}

// Once for the same mistake; "": there is none.
void FollowedFolder::Refuse(const std::string& errors) {
  if (errors == refused_) return;
  refused_ = errors;
  board_->SetRefused(errors);
  metrics_->SetRefused(!errors.empty());
  if (errors.empty()) {
    Log(LogLevel::kInfo, "policies_accepted", {});
  } else {
    Log(LogLevel::kError, "policies_refused", {{"errors", errors}});
  }
}

}  // namespace prewarm
