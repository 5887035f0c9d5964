// One picture on its way: decode -> network -> compose -> encode, each step
// timed. Shared by the steps, touched by one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inference-server/api/context.h"
#include "inference-server/api/process_options.h"
#include "inference-server/http/http.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

class CutOut : public std::enable_shared_from_this<CutOut> {
 public:
  using Done = std::function<void(http::Response)>;

  // `request` owns the bytes that `input` points to.
  CutOut(ApiContext* context, std::shared_ptr<const http::Request> request,
         ProcessInput input, Done done);

  // Runs decode on the calling thread (one of the pool), then goes on by
  // itself. `ticket` is held until the reply was given.
  void Begin(JobTicket ticket);
  // Instead of Begin.
  void Abandon(const Error& error);

 private:
  Status Decode();
  void Infer();
  void Compose();
  void Fail(const Error& error);
  void Finish(http::Response response);
  void Stage(const std::string& name, SteadyTime start);

  ApiContext* const context_;
  const std::shared_ptr<const http::Request> request_;
  ProcessInput input_;
  Done done_;
  JobTicket ticket_;
  SteadyTime begun_{};
  DecodedImage image_;
  Bitmap network_input_;
  Plane matte_;
  std::vector<std::pair<std::string, double>> stages_;
};

}  // namespace prewarm
