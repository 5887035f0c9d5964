// Calls, tokens and an API that a test answers.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "warmup-controller/cloudrun/admin_api.h"
#include "warmup-controller/google/token_source.h"
#include "warmup-controller/warmer/warmer.h"

namespace prewarm::cloudrun {

inline constexpr char kServiceName[] = "projects/p/locations/l/services/s";

class FakeCalls : public Warmer {
 public:
  void WarmUp(const WarmupRequest& request, Warmed done) override {
    requests.push_back(request);
    waiting.push_back(std::move(done));
  }
  void Look(const LookRequest& /*request*/, Seen /*done*/) override {}

  // The oldest call that waits.
  void Answer(const Result<WarmupProof>& proof) {
    const Warmed done = std::move(waiting.front());
    waiting.erase(waiting.begin());
    done(proof);
  }
  void AnswerBy(const std::string& instance) {
    WarmupProof proof;
    proof.instance_id = instance;
    Answer(proof);
  }

  std::vector<WarmupRequest> requests;
  std::vector<Warmed> waiting;
};

class FakeTokens : public google::TokenSource {
 public:
  void Get(const google::Audience& audience, Done done) override {
    asked.push_back(audience);
    done(answer);
  }
  void Refused(const google::Audience& audience,
               const std::string& token) override {
    refused.push_back(audience + " " + token);
  }

  Result<std::string> answer = std::string("token");
  std::vector<std::string> asked;
  std::vector<std::string> refused;
};

class FakeAdminApi : public AdminApi {
 public:
  void Get(const std::string& /*service*/, ServiceDone done) override {
    ++gets;
    done(service);
  }
  void Patch(const ServicePatch& patch, OperationDone done) override {
    patches.push_back(patch);
    if (service.ok() && patch.min) service.value().min = *patch.min;
    if (service.ok() && patch.annotations) {
      service.value().annotations = *patch.annotations;
      const auto mark = patch.annotations->find(kFloorAnnotation);
      service.value().mark.reset();
      if (mark != patch.annotations->end()) {
        service.value().mark = ReadMark(mark->second).value();
      }
    }
    done(OperationSeen{"o", true, std::nullopt});
  }
  void Poll(const std::string& /*operation*/, const std::string& /*service*/,
            OperationDone done) override {
    done(OperationSeen{"o", true, std::nullopt});
  }

  Result<ServiceSeen> service = ServiceSeen();
  std::vector<ServicePatch> patches;
  int gets = 0;
};

}  // namespace prewarm::cloudrun
