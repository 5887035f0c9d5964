#include "warmup-controller/policy/read_metadata.h"

#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/names.h"

namespace prewarm {

Metadata ReadMetadata(const Field& field) {
  Metadata read;
  Fields fields(field);
  if (const auto name = fields.Required("name")) {
    read.name = ReadChecked(*name, CheckSubdomainName).value_or("");
    read.name_place = name->place();
  }
  if (const auto space = fields.Find("namespace")) {
    read.namespace_name = ReadChecked(*space, CheckLabelName).value_or("");
  }
  // What kubectl and the API server write there.
  fields.Ignore({"labels", "annotations", "uid", "resourceVersion",
                 "generation", "creationTimestamp", "deletionTimestamp",
                 "deletionGracePeriodSeconds", "finalizers", "generateName",
                 "managedFields", "ownerReferences", "selfLink"});
  fields.RefuseOthers();
  return read;
}

}  // namespace prewarm
