"""Users of the test cluster: service accounts with RBAC rules of a test."""
import collections
import json

from api import Api
from waiting import wait_for

RBAC = "/apis/rbac.authorization.k8s.io/v1"
Account = collections.namedtuple("Account", "user token kubeconfig api")


def kubeconfig(cluster, name, token):
    """A file in the cluster's folder. JSON is YAML."""
    return cluster.write(f"{name}.kubeconfig", json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{"name": "test", "cluster": {
            "server": f"https://127.0.0.1:{cluster.port}",
            "certificate-authority": cluster.pki.ca}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {
            "cluster": "test", "user": name}}]}))


def make_account(cluster, name, namespace, rules, cluster_rules):
    admin = cluster.admin
    accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    admin.post(accounts, {"metadata": {"name": name}})
    where = f"{RBAC}/namespaces/{namespace}"
    if rules:
        _bind(admin, "Role", f"{where}/roles", f"{where}/rolebindings",
              name, name, namespace, rules)
    if cluster_rules:
        _bind(admin, "ClusterRole", f"{RBAC}/clusterroles",
              f"{RBAC}/clusterrolebindings", f"{namespace}-{name}", name,
              namespace, cluster_rules)
    token = admin.post(f"{accounts}/{name}/token", {
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {"expirationSeconds": 7200}})["status"]["token"]
    account = Account(f"system:serviceaccount:{namespace}:{name}", token,
                      kubeconfig(cluster, f"{namespace}-{name}", token),
                      Api(cluster.port, cluster.pki.ca, token))
    # The API server reads rules from its own watch, a moment later.
    for rule in rules:
        _await_rule(admin, account.user, rule, namespace)
    for rule in cluster_rules:
        _await_rule(admin, account.user, rule, None)
    return account


def _bind(admin, kind, roles, bindings, role, name, namespace, rules):
    admin.post(roles, {"metadata": {"name": role}, "rules": list(rules)})
    admin.post(bindings, {
        "metadata": {"name": role},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind,
                    "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": name,
                      "namespace": namespace}]})


def _await_rule(admin, user, rule, namespace):
    if "resources" not in rule:
        return
    resource, _, sub = rule["resources"][0].partition("/")
    asked = {"verb": rule["verbs"][0], "group": rule["apiGroups"][0],
             "resource": resource, "subresource": sub}
    if namespace:
        asked["namespace"] = namespace
    if rule.get("resourceNames"):
        asked["name"] = rule["resourceNames"][0]
    review = {"spec": {"user": user, "resourceAttributes": asked}}
    wait_for(lambda: admin.post(
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        review)["status"]["allowed"], f"the rule {rule} of {user}", 20)
