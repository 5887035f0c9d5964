// The cluster of an API server: read out of caches, written by patches.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/worker_pool.h"
#include "warmup-controller/cluster/cluster.h"
#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/informer.h"
#include "warmup-controller/operate/owned_index.h"
#include "warmup-controller/operate/structure_watch.h"

namespace prewarm {

struct ApiClusterOptions {
  std::string namespace_name;  // "": all of them
  // Which versions there are, by discovery; unset: not on this server.
  kube::ResourceType autoscalers{"autoscaling", "v1",
                                 "horizontalpodautoscalers"};
  std::optional<kube::ResourceType> scaled_objects;
  // Threads that wait for the server: of floors as many as a budget of 50 a
  // second needs where an answer takes more than half a second.
  int floor_writers = 32;
  int writers = 16;  // of all else
};

class ApiCluster : public Cluster {
 public:
  // `api` and `clock` outlive it. `structure` is told, from the caches'
  // threads, when workloads or autoscalers come, go or change in what
  // StructureOf tells of them: all else has to be looked at.
  ApiCluster(kube::Api* api, const ApiClusterOptions& options,
             std::function<void()> structure, const Clock& clock);
  ~ApiCluster() override;

  void Start();
  // ScaledObjects too, from now on: KEDA may come later than we. After Start,
  // and where there were none.
  void AddScaledObjects(const kube::ResourceType& type);
  bool has_scaled_objects() const { return scaled_objects_ != nullptr; }
  // Nothing is told any more. Waits for the caches' threads.
  void Stop();
  // All caches hold what the server has; else which one does not, and why.
  Status WaitUntilSynced(std::chrono::milliseconds patience);

  WorkloadObjects Workload(const std::string& namespace_name,
                           const std::string& kind,
                           const std::string& name) override;
  std::optional<AutoscalerSeen> Autoscaler(const std::string& namespace_name,
                                           const std::string& kind,
                                           const std::string& name) override;
  std::vector<PodSeen> LoosePods(const std::string& namespace_name) override;
  // Where there are any.
  std::vector<std::string> LooseNamespaces();
  // All of both kinds. Gated is also one whose template has lost the gate, as
  // long as it has pods that carry it.
  std::vector<WorkloadSeen> Workloads() const;
  std::vector<AutoscalerSeen> Autoscalers() const;

  // Writes that wait: of floors, and of all else.
  WorkerPool::Load floors() const { return floors_.load(); }
  WorkerPool::Load others() const { return others_.load(); }

  void SetReplicas(const WorkloadSeen& workload, int replicas,
                   Done done) override;
  void SetMinimum(const AutoscalerSeen& autoscaler, std::optional<int> minimum,
                  const std::optional<FloorMark>& mark, Done done) override;
  void SetWarm(const PodSeen& pod, const WarmCondition& warm,
               Done done) override;
  void SetDeletionCost(const PodSeen& pod, std::optional<int> cost,
                       Done done) override;
  void DeletePod(const PodSeen& pod, Done done) override;

 private:
  template <typename Seen>
  using Cache = std::unique_ptr<kube::Informer<Seen>>;

  void Send(kube::ApiRequest request, kube::CallClass priority, Done done);
  void MakeScaledObjects(const kube::ResourceType& type);
  std::string OfUnseen(const std::string& workload,
                       const WorkloadObjects& objects) const;
  kube::ResourceType TypeOf(const AutoscalerSeen& autoscaler) const;
  void AddPods(const ObjectId& owner, std::vector<PodSeen>* pods) const;
  std::vector<PodSeen> PodsOf(const WorkloadSeen& workload) const;
  void FollowWorkload(const Cache<WorkloadSeen>& cache, const std::string& kind,
                      const std::string& key);
  void FollowAutoscaler(const Cache<AutoscalerSeen>& cache, OwnedIndex* index,
                        const std::string& kind, const std::string& key);
  void FollowPod(kube::KeyChange change, const std::string& key);
  void FollowReplicaSet(kube::KeyChange change, const std::string& key);

  kube::Api* const api_;
  const ApiClusterOptions options_;
  const std::function<void()> structure_;
  const Clock& clock_;
  StructureWatch known_;
  // By the namespace and the uid of
  OwnedIndex pods_of_;          // a ReplicaSet or StatefulSet
  OwnedIndex replica_sets_of_;  // a Deployment
  // By namespace: gated pods of no known kind of owner, and ReplicaSets of no
  // Deployment.
  OwnedIndex loose_pods_;
  OwnedIndex loose_sets_;
  // By "namespace/kind/name" of a workload.
  OwnedIndex autoscalers_of_;
  OwnedIndex scaled_objects_of_;
  OwnedIndex autoscalers_of_keda_;  // HPAs that it made
  Cache<WorkloadSeen> deployments_;
  Cache<WorkloadSeen> stateful_sets_;
  Cache<ReplicaSetSeen> replica_sets_;
  Cache<AutoscalerSeen> autoscalers_;
  Cache<AutoscalerSeen> scaled_objects_;
  kube::ResourceType scaled_type_;
  Cache<PodSeen> pods_;
  // Floors are not to wait for conditions that wait for their turn.
  WorkerPool floors_;
  WorkerPool others_;
};

}  // namespace prewarm
