#include "warmup-controller/operate/api_cluster.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "warmup-controller/cluster/read_objects.h"
#include "warmup-controller/operate/workload_types.h"

namespace prewarm {
namespace {

using kube::Json;
using kube::KeyChange;
using kube::ResourceType;

std::string KeyOf(const std::string& namespace_name, const std::string& name) {
  return namespace_name + "/" + name;
}

std::string WorkloadKey(const std::string& namespace_name,
                        const std::string& kind, const std::string& name) {
  return namespace_name + "/" + kind + "/" + name;
}

// In its own namespace: whoever may make pods in another one may write any uid
// into them.
std::string OwnerKey(const ObjectId& owner) {
  return KeyOf(owner.namespace_name, owner.uid);
}

template <typename Seen>
std::string KeyOfOwner(const Seen& seen) {
  return seen.owner ? KeyOf(seen.id.namespace_name, seen.owner->uid) : "";
}

// Somebody waits for its gate, and it can be reached by its own address.
bool IsServed(const PodSeen& pod) { return pod.gated && !pod.host_network; }

bool IsOfWorkload(const PodSeen& pod) {
  return pod.owner && pod.owner->of_apps &&
         (pod.owner->kind == "ReplicaSet" || pod.owner->kind == "StatefulSet");
}

bool IsOfDeployment(const ReplicaSetSeen& set) {
  return set.owner && set.owner->of_apps && set.owner->kind == "Deployment";
}

std::string TargetOf(const AutoscalerSeen& seen) {
  return WorkloadKey(seen.id.namespace_name, seen.target_kind,
                     seen.target_name);
}

std::string ScaledBy(const AutoscalerSeen& seen) {
  return seen.deleting || IsOfKeda(seen) ? "" : TargetOf(seen);
}

void AddScalers(const std::unique_ptr<kube::Informer<AutoscalerSeen>>& cache,
                const std::vector<std::string>& keys,
                WorkloadObjects* objects) {
  for (const std::string& key : keys) {
    if (const auto found = cache->Find(key)) {
      objects->autoscalers.push_back(*found);
    }
  }
}

template <typename Seen>
void Append(const std::unique_ptr<kube::Informer<Seen>>& cache,
            std::vector<Seen>* all) {
  if (!cache) return;
  for (const auto& [key, value] : cache->All()) all->push_back(*value);
}

}  // namespace

ApiCluster::ApiCluster(kube::Api* api, const ApiClusterOptions& options,
                       std::function<void()> structure, const Clock& clock)
    : api_(api),
      options_(options),
      structure_(std::move(structure)),
      clock_(clock),
      floors_(options.floor_writers),
      others_(options.writers) {
  const std::string& space = options_.namespace_name;
  deployments_ = std::make_unique<kube::Informer<WorkloadSeen>>(
      api_, kube::Selection{kDeployments, space, "", ""},
      [](const Json& object) { return ReadWorkload(object, "Deployment"); },
      [this](KeyChange, const std::string& key) {
        FollowWorkload(deployments_, "Deployment", key);
      });
  stateful_sets_ = std::make_unique<kube::Informer<WorkloadSeen>>(
      api_, kube::Selection{kStatefulSets, space, "", ""},
      [](const Json& object) { return ReadWorkload(object, "StatefulSet"); },
      [this](KeyChange, const std::string& key) {
        FollowWorkload(stateful_sets_, "StatefulSet", key);
      });
  replica_sets_ = std::make_unique<kube::Informer<ReplicaSetSeen>>(
      api_, kube::Selection{kReplicaSets, space, "", ""}, ReadReplicaSet,
      [this](KeyChange change, const std::string& key) {
        FollowReplicaSet(change, key);
      });
  autoscalers_ = std::make_unique<kube::Informer<AutoscalerSeen>>(
      api_, kube::Selection{options_.autoscalers, space, "", ""},
      ReadHorizontalPodAutoscaler, [this](KeyChange, const std::string& key) {
        FollowAutoscaler(autoscalers_, &autoscalers_of_, kAutoscaler, key);
      });
  if (options_.scaled_objects) MakeScaledObjects(*options_.scaled_objects);
  pods_ = std::make_unique<kube::Informer<PodSeen>>(
      api_, kube::Selection{kPods, space, "", ""}, ReadPod,
      [this](KeyChange change, const std::string& key) {
        FollowPod(change, key);
      });
}

ApiCluster::~ApiCluster() { Stop(); }

void ApiCluster::MakeScaledObjects(const ResourceType& type) {
  scaled_type_ = type;
  scaled_objects_ = std::make_unique<kube::Informer<AutoscalerSeen>>(
      api_, kube::Selection{type, options_.namespace_name, "", ""},
      ReadScaledObject, [this](KeyChange, const std::string& key) {
        FollowAutoscaler(scaled_objects_, &scaled_objects_of_, kScaledObject,
                         key);
      });
}

void ApiCluster::AddScaledObjects(const ResourceType& type) {
  MakeScaledObjects(type);
  scaled_objects_->Start();
}

void ApiCluster::Stop() {
  deployments_->Stop();
  stateful_sets_->Stop();
  replica_sets_->Stop();
  autoscalers_->Stop();
  if (scaled_objects_) scaled_objects_->Stop();
  pods_->Stop();
}

void ApiCluster::Start() {
  deployments_->Start();
  stateful_sets_->Start();
  replica_sets_->Start();
  autoscalers_->Start();
  if (scaled_objects_) scaled_objects_->Start();
  pods_->Start();
}

Status ApiCluster::WaitUntilSynced(std::chrono::milliseconds patience) {
  const SteadyTime deadline = clock_.Now() + patience;
  const auto wait = [&](const auto& cache, const char* what) -> Status {
    if (!cache) return Ok{};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - clock_.Now());
    if (cache->WaitUntilSynced(std::max(left, std::chrono::milliseconds(1)))) {
      return Ok{};
    }
    const auto trouble = cache->trouble();
    return MakeError(ErrorCode::kUnavailable,
                     "can't list " + std::string(what) + ": " +
                         (trouble ? trouble->message : "no answer yet"),
                     what);
  };
  PREWARM_RETURN_IF_ERROR(wait(deployments_, "deployments"));
  PREWARM_RETURN_IF_ERROR(wait(stateful_sets_, "statefulsets"));
  PREWARM_RETURN_IF_ERROR(wait(replica_sets_, "replicasets"));
  PREWARM_RETURN_IF_ERROR(wait(autoscalers_, "horizontalpodautoscalers"));
  PREWARM_RETURN_IF_ERROR(wait(scaled_objects_, "scaledobjects"));
  return wait(pods_, "pods");
}

void ApiCluster::FollowWorkload(const Cache<WorkloadSeen>& cache,
                                const std::string& kind,
                                const std::string& key) {
  const auto seen = cache->Find(key);
  if (known_.Changes(kind + " " + key, StructureOf(seen.get()))) structure_();
}

void ApiCluster::FollowAutoscaler(const Cache<AutoscalerSeen>& cache,
                                  OwnedIndex* index, const std::string& kind,
                                  const std::string& key) {
  const auto seen = cache->Find(key);
  index->Set(key, seen ? ScaledBy(*seen) : "");
  if (kind == kAutoscaler) {
    autoscalers_of_keda_.Set(key,
                             seen && IsOfKeda(*seen) ? TargetOf(*seen) : "");
  }
  if (known_.Changes(kind + " " + key, StructureOf(seen.get()))) structure_();
}

void ApiCluster::FollowPod(KeyChange change, const std::string& key) {
  const auto pod = change == KeyChange::kGone ? nullptr : pods_->Find(key);
  pods_of_.Set(key, pod ? KeyOfOwner(*pod) : "");
  const bool served = pod && IsServed(*pod);
  const bool loose = served && !IsOfWorkload(*pod);
  const bool news = loose && !loose_pods_.Has(pod->id.namespace_name);
  loose_pods_.Set(key, loose ? pod->id.namespace_name : "");
  // The first one of a ReplicaSet: that may be nobody's.
  const bool first = served && change == KeyChange::kAdded && pod->owner &&
                     loose_sets_.Has(pod->id.namespace_name) &&
                     pods_of_.Of(KeyOfOwner(*pod)).size() == 1;
  if (news || first) structure_();
}

void ApiCluster::FollowReplicaSet(KeyChange change, const std::string& key) {
  const auto set =
      change == KeyChange::kGone ? nullptr : replica_sets_->Find(key);
  replica_sets_of_.Set(key, set ? KeyOfOwner(*set) : "");
  const bool loose = set && !IsOfDeployment(*set);
  loose_sets_.Set(key, loose ? set->id.namespace_name : "");
  const std::string structure = loose ? StructureOf(set.get()) : "";
  if (known_.Changes("ReplicaSet " + key, structure)) structure_();
}

std::vector<PodSeen> ApiCluster::LoosePods(const std::string& namespace_name) {
  std::vector<PodSeen> pods;
  for (const std::string& key : loose_pods_.Of(namespace_name)) {
    if (const auto pod = pods_->Find(key)) pods.push_back(*pod);
  }
  for (const std::string& key : loose_sets_.Of(namespace_name)) {
    const auto set = replica_sets_->Find(key);
    if (!set) continue;
    std::vector<PodSeen> its;
    AddPods(set->id, &its);
    std::copy_if(its.begin(), its.end(), std::back_inserter(pods), IsServed);
  }
  return pods;
}

std::vector<std::string> ApiCluster::LooseNamespaces() {
  std::vector<std::string> names = loose_pods_.Owners();
  for (const std::string& name : loose_sets_.Owners()) {
    const bool known =
        std::find(names.begin(), names.end(), name) != names.end();
    if (!known && !LoosePods(name).empty()) names.push_back(name);
  }
  return names;
}

void ApiCluster::AddPods(const ObjectId& owner,
                         std::vector<PodSeen>* pods) const {
  for (const std::string& key : pods_of_.Of(OwnerKey(owner))) {
    if (const auto pod = pods_->Find(key)) pods->push_back(*pod);
  }
}

std::vector<PodSeen> ApiCluster::PodsOf(const WorkloadSeen& workload) const {
  std::vector<PodSeen> pods;
  if (workload.kind == "StatefulSet") {
    AddPods(workload.id, &pods);
    return pods;
  }
  for (const std::string& key : replica_sets_of_.Of(OwnerKey(workload.id))) {
    const auto set = replica_sets_->Find(key);
    if (set) AddPods(set->id, &pods);
  }
  return pods;
}

WorkloadObjects ApiCluster::Workload(const std::string& namespace_name,
                                     const std::string& kind,
                                     const std::string& name) {
  WorkloadObjects objects;
  const bool is_set = kind == "StatefulSet";
  const auto workload = (is_set ? stateful_sets_ : deployments_)
                            ->Find(KeyOf(namespace_name, name));
  if (!workload || workload->deleting) return objects;
  objects.workload = *workload;
  objects.pods = PodsOf(*workload);
  const std::string key = WorkloadKey(namespace_name, kind, name);
  AddScalers(autoscalers_, autoscalers_of_.Of(key), &objects);
  AddScalers(scaled_objects_, scaled_objects_of_.Of(key), &objects);
  objects.of_unseen = OfUnseen(key, objects);
  return objects;
}

std::string ApiCluster::OfUnseen(const std::string& workload,
                                 const WorkloadObjects& objects) const {
  const auto& seen = objects.autoscalers;  // ScaledObjects come last
  if (!seen.empty() && seen.back().kind == kScaledObject) return "";
  for (const std::string& key : autoscalers_of_keda_.Of(workload)) {
    const auto found = autoscalers_->Find(key);
    if (found && !found->deleting) return found->id.name;
  }
  return "";
}

std::optional<AutoscalerSeen> ApiCluster::Autoscaler(
    const std::string& namespace_name, const std::string& kind,
    const std::string& name) {
  const auto& cache = kind == kScaledObject ? scaled_objects_ : autoscalers_;
  if (!cache) return std::nullopt;
  const auto found = cache->Find(KeyOf(namespace_name, name));
  if (!found || found->deleting) return std::nullopt;
  return *found;
}

std::vector<WorkloadSeen> ApiCluster::Workloads() const {
  std::vector<WorkloadSeen> all;
  Append(deployments_, &all);
  Append(stateful_sets_, &all);
  for (WorkloadSeen& one : all) {
    if (one.gated) continue;
    const auto pods = PodsOf(one);
    one.gated = std::any_of(pods.begin(), pods.end(), IsServed);
  }
  return all;
}

std::vector<AutoscalerSeen> ApiCluster::Autoscalers() const {
  std::vector<AutoscalerSeen> all;
  Append(autoscalers_, &all);
  Append(scaled_objects_, &all);
  return all;
}

}  // namespace prewarm
