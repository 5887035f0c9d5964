// A service of Cloud Run as a target: its minimum is what is scaled, and its
// instances are places, see sample_book.h.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "warmup-controller/cloudrun/admin_api.h"
#include "warmup-controller/cloudrun/samples.h"
#include "warmup-controller/cloudrun/service_machine.h"
#include "warmup-controller/targets/target.h"

namespace prewarm::cloudrun {

struct ServiceTargetParts {
  AdminApi* api = nullptr;
  const Clock* clock = nullptr;
  std::function<double()> chance;  // see ServiceMachine
  std::chrono::seconds look_every = kLookAtService;
};

class ServiceTarget : public Target {
 public:
  // `short_name` begins the ids of its places. All outlive it and its calls.
  ServiceTarget(const std::string& full_name, std::string short_name,
                const ServiceTargetParts& parts,
                std::shared_ptr<Samples> samples);

  TargetView Observe() override;
  Status Scale(int replicas,
               const std::vector<std::string>& dispensable) override;
  // kUnavailable: Cloud Run does that itself. The place is looked for anew.
  Status Replace(const std::string& id) override;
  void Rehearse(int replicas) override;
  // Gives back what was raised for the policies that it ever had.
  void Leave() override;
  bool Idle() const override;

  // For whom it is scaled, from now on.
  void SetPolicies(std::vector<std::string> policies);
  // Of policies that an earlier process has followed.
  void SetKnown(const std::set<std::string>& policies);

  // The next Observe asks for the service before it decides.
  void LookAnew() { machine_.LookAnew(); }
  // See ServiceMachine.
  bool IsSettled() const { return machine_.IsSettled(); }
  bool IsHopeless() const { return machine_.IsHopeless(); }
  std::string trouble() const { return machine_.trouble(); }
  const std::shared_ptr<Samples>& samples() const { return samples_; }
  const std::string& full_name() const { return machine_.name(); }

 private:
  using Answer = std::variant<Result<ServiceSeen>, Result<OperationSeen>>;
  // Answers come when this is gone, too.
  struct Mail {
    std::mutex mutex;
    std::vector<std::pair<ServiceDue::What, Answer>> answers;
  };
  void TakeAnswers(SteadyTime now);
  void Ask(const ServiceDue& due);
  std::vector<std::string> PlaceIds() const;

  const std::string short_name_;
  const ServiceTargetParts parts_;
  const std::shared_ptr<Samples> samples_;
  ServiceMachine machine_;
  const std::shared_ptr<Mail> mail_ = std::make_shared<Mail>();
  std::vector<int> generations_;  // of places
  int next_generation_ = 0;
};

}  // namespace prewarm::cloudrun
