#include "warmup-controller/operate/structure_watch.h"

namespace prewarm {
namespace {

std::string Flag(bool is_set) { return is_set ? " 1" : " 0"; }

std::string TextOf(const std::optional<OwnerSeen>& owner) {
  if (!owner) return " -";
  return " " + owner->kind + " " + owner->uid + Flag(owner->of_apps);
}

}  // namespace

std::string StructureOf(const WorkloadSeen* seen) {
  if (seen == nullptr) return "";
  return seen->id.uid + Flag(seen->gated) + Flag(seen->deleting);
}

std::string StructureOf(const AutoscalerSeen* seen) {
  if (seen == nullptr) return "";
  return seen->id.uid + " " + seen->target_kind + " " + seen->target_name +
         TextOf(seen->owner) + Flag(seen->mark.has_value()) +
         Flag(seen->deleting);
}

std::string StructureOf(const ReplicaSetSeen* seen) {
  return seen == nullptr ? "" : seen->id.uid + TextOf(seen->owner);
}

bool StructureWatch::Changes(const std::string& object,
                             const std::string& structure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = known_.find(object);
  if (found == known_.end() ? structure.empty() : found->second == structure) {
    return false;
  }
  if (structure.empty()) {
    known_.erase(found);
  } else {
    known_[object] = structure;
  }
  return true;
}

}  // namespace prewarm
