#include "warmup-controller/cloudrun/samples.h"

#include <algorithm>

namespace prewarm::cloudrun {
namespace {

// Cloud Run's own refusal has no word of the server's.
Error WithFix(const Error& error) {
  Error fixed = error;
  if (error.message == "HTTP 401" || error.message == "HTTP 403") {
    fixed.message +=
        " of Cloud Run: the controller's account needs roles/run.invoker on "
        "the service";
  } else if (error.message == "HTTP 404") {
    fixed.message +=
        " of Cloud Run: does the service's ingress let the controller in?";
  }
  return fixed;
}

}  // namespace

void Samples::Tell(Ends* ends) {
  for (auto& [done, how] : *ends) done(std::move(how));
}

void Samples::EndOne(const std::string& place, const Result<WarmupProof>& how,
                     Ends* ends) {
  const auto found = asked_.find(place);
  if (found == asked_.end()) return;
  ends->emplace_back(std::move(found->second.done), how);
  asked_.erase(found);
}

void Samples::SetPlaces(const std::string& uri,
                        const std::vector<std::string>& ids) {
  Ends ends;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    uri_ = uri;
    book_.SetPlaces(ids, parts_.clock->Now());
    std::vector<std::string> gone;
    for (const auto& [place, asked] : asked_) {
      if (std::find(ids.begin(), ids.end(), place) == ids.end()) {
        gone.push_back(place);
      }
    }
    for (const std::string& place : gone) {
      EndOne(place,
             MakeError(ErrorCode::kCancelled, "it is not wanted any more"),
             &ends);
    }
  }
  Tell(&ends);
}

void Samples::WarmUp(WarmupRequest request, Warmer::Warmed done) {
  const std::string place = request.instance;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const SteadyTime now = parts_.clock->Now();
    if (!book_.Await(place, now)) {
      asked_[place] = {std::move(request), std::move(done)};
      done = nullptr;
    }
  }
  if (done) {
    WarmupProof proof;
    const std::lock_guard<std::mutex> lock(mutex_);
    proof.instance_id = book_.InstanceOf(place, parts_.clock->Now());
    proof.already_warm = true;
    done(proof);
    return;
  }
  Pump();
}

InstanceHealth Samples::Look(const std::string& place) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  InstanceHealth health;
  health.instance_id = book_.InstanceOf(place, parts_.clock->Now());
  health.ready = !health.instance_id.empty();
  health.state = health.ready ? "ready" : "unseen";
  return health;
}

SampleReport Samples::Report() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {book_.places(), book_.seen(parts_.clock->Now()), book_.waiting(),
          in_flight_, book_.news()};
}

void Samples::Rest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  rests_ = true;
  ++round_;
  in_flight_ = 0;
}

void Samples::GoOn() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    rests_ = false;
    // Who still waits asks anew: silence while nothing was asked means nothing.
    std::vector<std::string> waiting;
    for (const auto& [place, asked] : asked_) waiting.push_back(place);
    for (const std::string& place : waiting) {
      (void)book_.Await(place, parts_.clock->Now());
    }
  }
  Pump();
}

void Samples::Pump() {
  std::vector<WarmupRequest> calls;
  std::string uri;
  unsigned round = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (rests_ || asked_.empty()) return;
    const SteadyTime now = parts_.clock->Now();
    const std::size_t due = book_.CallsDue(in_flight_, now);
    for (std::size_t i = 0; i < due; ++i) {
      // They all go to the same URL; the place is a matter of the answer.
      calls.push_back(asked_.begin()->second.request);
    }
    in_flight_ += due;
    uri = uri_;
    round = round_;
    if (due == 0 && now < book_.next_call() && !timed_) {
      timed_ = true;
      parts_.timer->At(book_.next_call(), [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        {
          const std::lock_guard<std::mutex> timed(self->mutex_);
          self->timed_ = false;
        }
        self->Pump();
      });
    }
  }
  for (WarmupRequest& call : calls) Send(std::move(call), uri, round);
}

void Samples::Send(WarmupRequest request, const std::string& uri,
                   unsigned round) {
  request.instance_id.clear();
  parts_.tokens->Get(uri, [self = shared_from_this(), uri, round,
                           request = std::move(request)](
                              const Result<std::string>& token) mutable {
    if (!token.ok()) {
      self->Answered(token.error(), round);
      return;
    }
    request.headers["Authorization"] = "Bearer " + *token;
    self->parts_.calls->WarmUp(request, [self, uri, round, token = *token](
                                            const Result<WarmupProof>& proof) {
      if (!proof.ok() && proof.error().code == ErrorCode::kUnauthorized) {
        self->parts_.tokens->Refused(uri, token);
      }
      self->Answered(proof, round);
    });
  });
}

void Samples::Answered(const Result<WarmupProof>& proof, unsigned round) {
  Ends ends;
  std::string outcome;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const SteadyTime now = parts_.clock->Now();
    const bool counts = round == round_;
    if (counts && in_flight_ > 0) --in_flight_;
    if (proof.ok()) {
      // A proof is one whenever it comes.
      const auto place = book_.Answered(proof->instance_id, now);
      outcome = place ? "new" : "seen";
      if (place) EndOne(*place, proof, &ends);
      if (!place) book_.Told(now);
    } else if (counts && proof.error().code != ErrorCode::kCancelled) {
      outcome = "failed";
      if (const auto place = book_.Failed()) {
        EndOne(*place, WithFix(proof.error()), &ends);
      }
      book_.Told(now);
    }
  }
  if (parts_.answered && !outcome.empty()) parts_.answered(outcome);
  Tell(&ends);
  Pump();
}

}  // namespace prewarm::cloudrun
