"""Values that people give: each is rendered for old and new clusters, and tried
on a real API server (tests/e2e/test_chart.py)."""
NPM = {"from": "npm", "npm": {"registry": "https://npm.example/"}}
SHARED = {"store": {"accessModes": ["ReadWriteMany"]}}
HOURS = {"hours": {"timeZone": "Europe/Berlin", "replicas": {"max": 3},
                   "windows": [{"name": "day", "days": ["Mon-Fri"],
                                "from": "09:00", "to": "18:00",
                                "replicas": 3}]}}
PARENTS = {"parentRefs": [{"name": "gateway", "namespace": "gateways"}],
           "hostnames": ["shop.example"]}
INGRESS = {"enabled": True, "className": "nginx", "hosts": [
    {"host": "shop.example", "paths": [{"path": "/", "pathType": "Prefix"}]}],
    "tls": [{"secretName": "shop-tls", "hosts": ["shop.example"]}]}
PROMETHEUS = {"namespaceSelector": {"matchLabels": {
    "kubernetes.io/metadata.name": "monitoring"}}}
ON_GPUS = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
    "nodeSelectorTerms": [{"matchExpressions": [
        {"key": "gpu", "operator": "In", "values": ["t4", "l4"]}]}]}}}
APART = {"requiredDuringSchedulingIgnoredDuringExecution": [{
    "topologyKey": "kubernetes.io/hostname", "labelSelector": {
        "matchLabels": {"app.kubernetes.io/component": "server"}}}]}

# What YAML reads as a number, a truth or a date, unless it is quoted; and a colon.
LIKE_NUMBERS = {
    "nameOverride": "1e3",
    "model": {"name": "1e5", "import": {
        "from": "claim", "claim": {"name": "0x11", "path": "a: b"}}},
    "store": {"existingClaim": "0x10", "accessModes": ["ReadWriteMany"],
              "readOnly": True},
    "adminToken": {"existingSecret": "12345", "key": "1", "acceptedKey": "2"},
    "server": {
        "image": {"registry": "", "repository": "12", "tag": "30"},
        "runtimeClassName": "true", "priorityClassName": "0o7",
        "uploadTokenSecret": "1.5", "serviceAccount": {"name": "1e1"},
        "results": {"mode": "asked", "secretName": "7", "dir": "/x"},
        "ingress": {"enabled": True, "className": "123", "hosts": [
            {"host": "1.5", "paths": [{"path": "/x: y"}]}]},
        "httpRoute": {"enabled": True, "paths": ["/x: y"],
                      "parentRefs": [{"name": "1"}]}},
    "controller": {"priorityClassName": "no", "intentSecret": "8",
                   "serviceAccount": {"name": "1e2"}},
    "policies": {"01-01": {"intent": {"enabled": True}}},
    "placeholders": {"replicas": 1, "priorityClass": {
        "create": False, "name": "1e0"}},
    "monitoring": {"serviceMonitor": {"enabled": True},
                   "prometheusRule": {"enabled": True}}}

COMBINATIONS = {
    "defaults": {},
    "server-only": {"controller": {"enabled": False}},
    "controller-only": {"server": {"enabled": False}},
    "cluster-wide": {"controller": {"clusterWide": True}},
    "no-rights": {"rbac": {"create": False}, "crds": {"upgrade": False},
                  "controller": {"serviceAccount": {"create": False,
                                                    "name": "mine"}}},
    "empty-dir": {"store": {"type": "emptyDir", "emptyDir": {
        "medium": "Memory"}}, "server": {"replicas": 3},
        "model": {"import": NPM}},
    "import-in-the-pod": {"model": {"import": NPM}},
    "import-by-a-job": {**SHARED, "server": {"replicas": 3},
                        "model": {"import": NPM}},
    "import-two-models": {**SHARED, "model": {
        "name": "inspyrenet-base", "fastName": "inspyrenet-fast",
        "import": {"from": "official"}}},
    "import-from-a-url": {"model": {"import": {
        "from": "url", "url": "https://files.example/isnet.onnx",
        "sha256": "0" * 64, "license": "MIT"}}},
    "import-from-a-claim": {"model": {"import": {
        "from": "claim", "claim": {"name": "files", "path": "isnet.onnx"}}}},
    "import-a-package-from-a-claim": {"model": {"import": {
        "from": "claim", "claim": {"name": "files", "path": "package",
                                   "content": "npmPackage"}}}},
    "read-only": {"store": {"accessModes": ["ReadWriteMany"],
                            "readOnly": True},
                  "model": {"import": NPM},
                  "server": {"replicas": 2}},
    "read-only-and-filled": {"store": {
        "accessModes": ["ReadOnlyMany"], "readOnly": True,
        "existingClaim": "filled"}, "server": {"replicas": 2}},
    "sidecar": {**SHARED, "server": {"sidecar": {"enabled": True}},
                "model": {"import": NPM}},
    "sidecar-read-only": {"store": {
        "accessModes": ["ReadOnlyMany"], "readOnly": True,
        "existingClaim": "filled"},
        "server": {"sidecar": {"enabled": True, "medium": "Memory"}}},
    "sidecar-in-memory": {**SHARED, "model": {"import": NPM}, "server": {
        "replicas": 2, "sidecar": {"enabled": True, "medium": "Memory",
                                   "sizeLimit": "1Gi", "states": 1}}},
    "sidecar-of-the-only-server": {"server": {"sidecar": {"enabled": True}}},
    "filled-before-a-server-is-there": {
        "server": {"replicas": 0, "sidecar": {"enabled": True}},
        "model": {"import": {**NPM, "runIn": "job"}}},
    "one-writes-while-many-could-read": {"store": {
        "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
        "existingClaim": "mine"}, "model": {"import": NPM}},
    "gpu": {**SHARED, "server": {
        "device": "cuda", "precision": "fp16", "runtimeClassName": "nvidia",
        "resources": {"requests": {"cpu": 2, "memory": "8Gi"},
                      "limits": {"memory": "8Gi", "nvidia.com/gpu": 1}},
        "nodeSelector": {"gpu": "t4"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]},
        "imagePrePull": {"enabled": True}, "placeholders": {"replicas": 1}},
    "placed": {
        "store": {"accessModes": ["ReadWriteMany"], "readOnly": True},
        "model": {"import": NPM},
        "server": {"affinity": {**ON_GPUS, "podAntiAffinity": APART},
                   "extraArgs": ["--config=/etc/mine/server.yaml"],
                   "extraVolumes": [{"name": "mine", "configMap": {
                       "name": "mine"}}],
                   "extraVolumeMounts": [{"name": "mine",
                                          "mountPath": "/etc/mine"}]},
        "imagePrePull": {"enabled": True}, "placeholders": {"replicas": 1}},
    "own-class-of-placeholders": {"placeholders": {
        "replicas": 1, "resources": {"requests": {"cpu": "1"}},
        "priorityClass": {"create": False, "name": "low"}}},
    "autoscaler": {**SHARED, "server": {"autoscaling": {
        "enabled": True, "minReplicas": 2}}},
    "autoscaler-under-a-policy": {**SHARED, "policies": HOURS, "server": {
        "autoscaling": {"enabled": True, "behavior": {"scaleDown": {
            "stabilizationWindowSeconds": 60}}}}},
    "policy": {**SHARED, "policies": HOURS},
    "policy-of-another-target": {"server": {"replicas": 1}, "policies": {
        "other": {"targetRef": {"kind": "Deployment", "name": "other"},
                  "intent": {"enabled": True}}}},
    "public": {"controller": {"public": {
        "enabled": True, "corsOrigins": ["https://shop.example"],
        "trustedProxies": ["10.0.0.0/8"], "ingress": INGRESS},
        "intentSecret": "intents"}, "server": {"ingress": INGRESS}},
    "gateway": {"controller": {"public": {"enabled": True, "httpRoute": {
        "enabled": True, **PARENTS}}},
        "server": {"httpRoute": {"enabled": True, **PARENTS}}},
    "own-secrets": {"adminToken": {"existingSecret": "mine"},
                    "server": {"uploadTokenSecret": "uploads", "options": {
                        "queue": 16, "rate": 0.5, "warmOnStart": False,
                        "corsOrigin": ["https://a.example"],
                        "memoryBudgetMib": 1000000}}},
    "shared-results": {**SHARED, "server": {
        "replicas": 2, "results": {"mode": "asked", "secretName": "keys",
                                   "maxMib": 1000000}}},
    "monitoring": {"monitoring": {
        "serviceMonitor": {"enabled": True, "labels": {"release": "prom"}},
        "prometheusRule": {"enabled": True}, "dashboard": {"enabled": True}},
        "networkPolicy": {"metricsFrom": [PROMETHEUS],
                          "server": {"from": [PROMETHEUS]}}},
    "no-policies": {"networkPolicy": {"enabled": False}, "server": {
        "podDisruptionBudget": {"enabled": False}, "readinessGate": False,
        "preStopSeconds": 0}},
    "ipv6": {"listenAddress": "[::]", "controller": {
        "public": {"enabled": True}}},
    "names": {"fullnameOverride": "a" * 60, "commonLabels": {"team": "shop"},
              "imagePullSecrets": [{"name": "registry"}], "server": {
                  "image": {"registry": "registry.example:5000",
                            "digest": "sha256:" + "a" * 64},
                  "podLabels": {"a": "b"}, "podAnnotations": {"c": "d"},
                  "annotations": {"e": "f"}, "extraArgs": ["--queue=3"],
                  "extraEnv": [{"name": "A", "value": "b"}]}},
    "names-like-numbers": LIKE_NUMBERS,
}
# What no cluster has by itself.
FOREIGN = {"HTTPRoute", "ServiceMonitor", "PodMonitor", "PrometheusRule"}


def renders_on(name, version):
    """Native sidecars came with 1.29."""
    sidecar = COMBINATIONS[name].get("server", {}).get("sidecar")
    return not sidecar or version >= (1, 29)
