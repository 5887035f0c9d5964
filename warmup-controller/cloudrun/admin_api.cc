#include "warmup-controller/cloudrun/admin_api.h"

#include "warmup-controller/cloudrun/api_error.h"

namespace prewarm::cloudrun {

std::string MaskOf(const ServicePatch& patch) {
  std::string mask;
  if (patch.min) mask = "scaling.minInstanceCount";
  if (patch.annotations) {
    if (!mask.empty()) mask += ',';
    mask += "annotations";
  }
  return mask;
}

std::string BodyOf(const ServicePatch& patch) {
  Json body = {{"name", patch.name}, {"etag", patch.etag}};
  if (patch.min) body["scaling"] = {{"minInstanceCount", *patch.min}};
  if (patch.annotations) body["annotations"] = *patch.annotations;
  return WriteJson(body);
}

}  // namespace prewarm::cloudrun
