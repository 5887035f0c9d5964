#include "inference-server/importer/print_model.h"

#include <ostream>
#include <string>

namespace prewarm {

nlohmann::ordered_json ModelToJson(const StoredModel& model) {
  const Manifest& m = model.manifest;
  return {{"name", m.name},
          {"architecture", m.architecture},
          {"digest", m.digest},
          {"bytes", m.bytes},
          {"source", m.source},
          {"source_sha256", m.source_sha256},
          {"license", m.license},
          {"notice", m.notice},
          {"imported_at", m.imported_at},
          {"importer", m.importer},
          {"reference_sha256", m.reference_sha256},
          {"reference_engine", m.reference_engine},
          {"path", model.weights_path}};
}

void PrintFields(const nlohmann::ordered_json& fields, bool as_json,
                 std::ostream& out) {
  if (as_json) {
    out << fields.dump(2) << "\n";
    return;
  }
  for (const auto& [key, value] : fields.items()) {
    out << key << std::string(18 - key.size(), ' ')
        << (value.is_string() ? value.get<std::string>() : value.dump())
        << "\n";
  }
}

}  // namespace prewarm
