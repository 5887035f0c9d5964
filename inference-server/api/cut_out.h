// One picture on its way: decode -> network -> compose -> encode, each step
// timed; of one that is shared, a look for its result after decode, and the
// keeping of it at the end (cut_out_shared.cc). Shared by the steps, touched by
// one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/http/http.h"
#include "inference-server/api/context.h"
#include "inference-server/api/cut_out_reply.h"
#include "inference-server/api/process_options.h"
#include "inference-server/imaging/image.h"
#include "inference-server/results/result_file.h"
#include "inference-server/results/result_key.h"

namespace prewarm {

// Where GET has the result.
std::string ResultPath(const ResultKey& key);

class CutOut : public std::enable_shared_from_this<CutOut> {
 public:
  using Done = std::function<void(http::Response)>;
  // Whether nobody waits for the reply any more; asked between the steps.
  using Unwanted = std::function<bool()>;

  // `request` owns the bytes that `input` points to. `tenant`: whose the result
  // is, if it is shared.
  CutOut(ApiContext* context, std::shared_ptr<const http::Request> request,
         ProcessInput input, std::optional<std::string> tenant, Done done,
         Unwanted unwanted);

  // Runs decode on the calling thread (one of the pool), then goes on by
  // itself. `ticket` is held until the reply was given.
  void Begin(JobTicket ticket);
  // Instead of Begin.
  void Abandon(const Error& error);

 private:
  Mode mode() const;
  Status Decode();
  // True if it went no further because the client has left.
  bool GivenUp();
  // Time between two threads' work counts as waiting.
  void HandOver() { handed_over_ = Clock::System().Now(); }
  void TakeOver();
  // Of the network's input; also settles which mode answers.
  Result<InputSize> ChooseSize();
  void Look();
  void Found(Result<StoredResult> found);
  void Prepare();
  Status Resize();
  void Infer();
  EngineInfo EngineOfMode() const;
  Result<Plane> InferOrLess();
  Result<Plane> InferLess(const char* what, const Error& reason);
  void Compose();
  void Keep();
  // Of the picture in `bytes_`. Measures the times; `outcome` as
  // X-Prewarm-Result has it, null where nothing is shared.
  http::Response MakeReply(const char* outcome);
  void Reply();
  void Fail(const Error& error);
  void Finish(http::Response response);
  void Stage(const std::string& name, SteadyTime start);

  ApiContext* const context_;
  const std::shared_ptr<const http::Request> request_;
  ProcessInput input_;
  Done done_;
  const Unwanted unwanted_;
  JobTicket ticket_;
  SteadyTime handed_over_{};
  double waited_ms_ = 0;  // in the queue, and for the threads of the steps
  DecodedImage image_;
  Bitmap network_input_;
  const char* degraded_ = nullptr;  // in what it is less than was asked for
  bool inferred_ = false;
  Plane matte_;
  Composed composed_;  // without its pixels once they are encoded
  std::string bytes_;  // the file
  const std::optional<std::string> tenant_;
  ResultKey key_;  // of the result, if there is a tenant
  CutOutFacts facts_;
  std::vector<std::pair<std::string, double>> stages_;
};

}  // namespace prewarm
