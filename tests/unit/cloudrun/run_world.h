// The Admin API and one service as a small world around a machine.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/cloudrun/fakes.h"
#include "warmup-controller/cloudrun/service_machine.h"

namespace prewarm::cloudrun {

// The API as a small world: it does what is asked, unless told otherwise.
class RunWorld {
 public:
  RunWorld() : machine_(kServiceName, [] { return 0.0; }) {
    service_.name = kServiceName;
    service_.etag = "1";
    service_.uri = "https://s";
    service_.startup_probe_path = "/readyz";
    machine_.wish()->policies = {"shop/hours"};
    machine_.wish()->known = {"shop/hours"};
  }

  // Does what is due until nothing is, without time passing.
  void Settle() {
    for (int i = 0; i < 20; ++i) {
      const ServiceDue due = machine_.Take(now_);
      if (due.what == ServiceDue::What::kNothing) return;
      done_.push_back(due.what);
      Do(due);
    }
    FAIL() << "it does not settle";
  }
  void Want(int wanted) {
    machine_.wish()->wanted = wanted;
    Settle();
  }
  void Pass(SteadyTime::duration time) {
    now_ += time;
    Settle();
  }
  void Somebody(int min) {
    service_.min = min;
    Touch();
  }
  void Touch() { service_.etag += "x"; }
  int CountOf(ServiceDue::What what) const {
    return static_cast<int>(std::count(done_.begin(), done_.end(), what));
  }

  ServiceMachine machine_;
  ServiceSeen service_;
  SteadyTime now_ = SteadyTime(std::chrono::hours(1));
  std::vector<ServiceDue::What> done_;
  std::vector<ServicePatch> patches_;
  std::optional<Error> get_fails_;
  std::optional<Error> patch_fails_;
  std::optional<Error> poll_fails_;
  bool at_once_ = true;  // operations are done when they are answered
  std::optional<Error> operation_fails_;

 private:
  void Do(const ServiceDue& due) {
    if (due.what == ServiceDue::What::kGet) {
      get_fails_ ? machine_.Got(*get_fails_, now_)
                 : machine_.Got(service_, now_);
      return;
    }
    if (due.what == ServiceDue::What::kPoll) {
      poll_fails_ ? machine_.Polled(*poll_fails_, now_)
                  : machine_.Polled(
                        OperationSeen{"o", at_once_, operation_fails_}, now_);
      return;
    }
    if (patch_fails_) {
      machine_.Patched(*patch_fails_, now_);
      return;
    }
    patches_.push_back(due.patch);
    if (due.patch.validate_only) {
      machine_.Patched(OperationSeen{"", true, std::nullopt}, now_);
      return;
    }
    if (due.patch.etag != service_.etag) {
      machine_.Patched(MakeError(ErrorCode::kConflict, "etag"), now_);
      return;
    }
    if (!operation_fails_) {
      if (due.patch.min) service_.min = *due.patch.min;
      if (due.patch.annotations) {
        service_.annotations = *due.patch.annotations;
        service_.mark.reset();
        const auto mark = service_.annotations.find(kFloorAnnotation);
        if (mark != service_.annotations.end()) {
          service_.mark = ReadMark(mark->second).value();
        }
      }
    }
    Touch();
    machine_.Patched(OperationSeen{"o", at_once_, operation_fails_}, now_);
  }
};

}  // namespace prewarm::cloudrun
