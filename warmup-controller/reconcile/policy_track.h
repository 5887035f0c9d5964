// One policy from one look to the next: what has been decided, and all that
// the next decision and the status need of it. No I/O.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "warmup-controller/decide/decide.h"
#include "warmup-controller/decide/lead_time.h"
#include "warmup-controller/decide/punctuality.h"
#include "warmup-controller/reconcile/hours_of_day.h"
#include "warmup-controller/reconcile/outlook.h"

namespace prewarm {

struct PolicySetup {
  Policy policy;
  std::vector<CivilDays> holidays;  // of its calendars
  // Since when it is declared; unset: since it is followed.
  std::optional<Instant> since = std::nullopt;
};

// What is known beside the policy when it is looked at.
struct Surroundings {
  const std::vector<Instance>& instances;
  int warm = 0;
  int replacements = 0;
  std::optional<Instant> replaced_at;
  int intents = 0;
  std::optional<Instant> intents_until;
  Instant now;
  Instant soonest;  // the first whole second not before this moment
};

// An opening that is over, or was reached.
struct Judged {
  Opening opening;
  std::chrono::seconds warm_before{0};
};

class PolicyTrack {
 public:
  explicit PolicyTrack(PolicySetup setup);

  const Policy& policy() const { return policy_; }
  const std::string& key() const { return key_; }  // namespace/name
  // What it did until now goes on under a new declaration of the same target.
  void Continue(const PolicyTrack& before);

  // Rises that the windows ask for in the day to come.
  std::vector<Instant> Dues(Instant now) const;
  bool NeedsForecast(Instant now) const;
  void MakeForecast(const MakespanModel& model, const LeadOverheads& overheads,
                    Instant now);
  void DropForecast() { forecast_.reset(); }

  // There is a forecast that covers the moment.
  const Decision& Look(const Surroundings& around);
  const Decision& decision() const { return decision_; }
  std::vector<Judged> TakeJudged();
  bool DueAt(Instant now) const { return next_ <= now; }
  Instant next() const { return next_; }

  // The target was told what is decided, or nothing has to be told.
  void Told(Instant now);
  const std::optional<FloorWritten>& written() const { return written_; }
  // The floor that it holds at its target: none of a dry run; of a suspended
  // one the last.
  std::optional<int> Claim() const;

  const Schedule& schedule() const { return *schedule_; }
  // What a forecast by these is made of.
  std::shared_ptr<const Outlook> OutlookBy(
      const MakespanModel& model, const LeadOverheads& overheads) const;
  const Forecast* forecast() const { return forecast_ ? &*forecast_ : nullptr; }
  const std::function<std::chrono::seconds(int)>& lead() const { return lead_; }
  const std::optional<Opening>& opening() const { return opening_; }
  // What a process before this one has seen of it.
  void Restore(const Opening& opening) { opening_ = opening; }
  // Since when anybody has followed it: what was due before is nobody's fault.
  // Unset: nobody has looked at it yet.
  std::optional<Instant> known_since() const { return known_since_; }
  void KnownSince(Instant since) { known_since_ = since; }
  Instant cause_since() const { return cause_since_; }
  HoursMeter* meter() { return &hours_; }
  const HoursMeter& hours() const { return hours_; }

 private:
  std::optional<Instant> LongSince(int asked, Instant now) const;
  void WatchOpening(const Surroundings& around);
  void Judge(Instant now);  // the opening that is watched, once

  Policy policy_;
  std::string key_;
  std::shared_ptr<const Schedule> schedule_;
  std::optional<Forecast> forecast_;
  std::function<std::chrono::seconds(int)> lead_;
  Decision decision_;
  std::optional<FloorWritten> written_;
  std::optional<Opening> opening_;
  std::optional<Instant> known_since_;
  std::vector<Judged> judged_;
  Instant cause_since_;
  HoursMeter hours_;
  Instant next_ = Instant();
};

}  // namespace prewarm
