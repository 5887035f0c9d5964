#include "warmup-controller/cloudrun/service_target.h"

#include <algorithm>
#include <utility>

namespace prewarm::cloudrun {

using What = ServiceDue::What;

ServiceTarget::ServiceTarget(const std::string& full_name,
                             std::string short_name,
                             const ServiceTargetParts& parts,
                             std::shared_ptr<Samples> samples)
    : short_name_(std::move(short_name)),
      parts_(parts),
      samples_(std::move(samples)),
      machine_(full_name, parts.chance, parts.look_every) {}

void ServiceTarget::SetPolicies(std::vector<std::string> policies) {
  ServiceWish& wish = *machine_.wish();
  wish.known.insert(policies.begin(), policies.end());
  wish.policies = std::move(policies);
  wish.released = false;
}

void ServiceTarget::SetKnown(const std::set<std::string>& policies) {
  machine_.wish()->known.insert(policies.begin(), policies.end());
}

Status ServiceTarget::Scale(int replicas,
                            const std::vector<std::string>& /*dispensable*/) {
  machine_.wish()->wanted = std::max(0, replicas);
  return Ok{};
}

void ServiceTarget::Rehearse(int replicas) {
  machine_.wish()->rehearsed = std::max(0, replicas);
}

void ServiceTarget::Leave() {
  ServiceWish& wish = *machine_.wish();
  if (!wish.released) machine_.LookAnew();
  wish.released = true;
  wish.wanted.reset();
  wish.rehearsed.reset();
}

bool ServiceTarget::Idle() const {
  return machine_.released() && machine_.IsSettled();
}

Status ServiceTarget::Replace(const std::string& id) {
  const std::vector<std::string> ids = PlaceIds();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == id) generations_[i] = ++next_generation_;
  }
  return MakeError(ErrorCode::kUnavailable,
                   id +
                       " can't be replaced from here: Cloud Run ends instances "
                       "itself; another one is looked for");
}

void ServiceTarget::Ask(const ServiceDue& due) {
  const auto keep = [mail = mail_, what = due.what](auto answer) {
    const std::lock_guard<std::mutex> lock(mail->mutex);
    mail->answers.emplace_back(what, Answer(std::move(answer)));
  };
  switch (due.what) {
    case What::kNothing:
      return;
    case What::kGet:
      parts_.api->Get(machine_.name(), keep);
      return;
    case What::kPatch:
      parts_.api->Patch(due.patch, keep);
      return;
    case What::kPoll:
      parts_.api->Poll(due.operation, machine_.name(), keep);
      return;
  }
}

void ServiceTarget::TakeAnswers(SteadyTime now) {
  std::vector<std::pair<What, Answer>> answers;
  {
    const std::lock_guard<std::mutex> lock(mail_->mutex);
    answers.swap(mail_->answers);
  }
  for (const auto& [what, answer] : answers) {
    if (const auto* seen = std::get_if<Result<ServiceSeen>>(&answer)) {
      machine_.Got(*seen, now);
    } else if (what == What::kPatch) {
      machine_.Patched(std::get<Result<OperationSeen>>(answer), now);
    } else {
      machine_.Polled(std::get<Result<OperationSeen>>(answer), now);
    }
  }
}

std::vector<std::string> ServiceTarget::PlaceIds() const {
  std::vector<std::string> ids;
  ids.reserve(generations_.size());
  for (std::size_t i = 0; i < generations_.size(); ++i) {
    std::string id = short_name_;
    id += '-';
    id += std::to_string(i);
    id += '.';
    id += std::to_string(generations_[i]);
    ids.push_back(std::move(id));
  }
  return ids;
}

TargetView ServiceTarget::Observe() {
  const SteadyTime now = parts_.clock->Now();
  TakeAnswers(now);
  Ask(machine_.Take(now));
  // What was answered at once.
  TakeAnswers(now);
  const std::string uri = machine_.uri();
  const auto places =
      static_cast<std::size_t>(uri.empty() ? 0 : machine_.places());
  while (generations_.size() < places) {
    generations_.push_back(next_generation_);
  }
  if (generations_.size() > places) {
    // Places that come back are other ones.
    ++next_generation_;
    generations_.resize(places);
  }
  const std::vector<std::string> ids = PlaceIds();
  samples_->SetPlaces(uri, ids);
  TargetView view;
  view.instances.reserve(ids.size());
  for (const std::string& id : ids) {
    view.instances.push_back({id, {{"", uri}}, false});
  }
  view.trouble = machine_.trouble();
  view.notes = machine_.notes();
  const SampleReport report = samples_->Report();
  if (report.places > 0) {
    std::string seen = std::to_string(report.seen) + " of " +
                       std::to_string(report.places) +
                       " instances have answered within 15 min; Cloud Run "
                       "chooses who answers";
    if (report.seen < report.places) {
      seen += ", so the others can't be asked for a proof";
    }
    view.notes.push_back({"Sampled", "NotAddressable", std::move(seen)});
  }
  view.news = machine_.TakeNews();
  view.writes = machine_.TakeWrites();
  view.unknown = !machine_.is_known();
  view.standing = machine_.standing();
  view.hurried = !machine_.IsSettled() && !machine_.IsFailing();
  return view;
}

}  // namespace prewarm::cloudrun
