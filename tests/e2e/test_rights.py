"""Least rights: nothing is refused, and nothing is granted that no test uses.
That nothing is refused each test asks at its end (operating.Shop)."""
import base64
import datetime

from objects import deployment, instance_command
from operating import ALWAYS, shipped_rules
from waiting import wait_for


def holidays(day):
    """A calendar of one."""
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN",
        "BEGIN:VEVENT", "UID:1@test", "DTSTAMP:20260101T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}", "SUMMARY:closed",
        "END:VEVENT", "END:VCALENDAR", ""])


def test_no_window_opens_on_a_holiday_of_the_calendar(cluster, kubelet,
                                                      namespace, shop):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    # A test that runs over midnight, or begins yesterday's window.
    text = "".join(holidays(today + datetime.timedelta(days=days))
                   for days in (-1, 0, 1))
    cluster.admin.post(f"/api/v1/namespaces/{namespace}/configmaps", {
        "metadata": {"name": "holidays"}, "data": {"shop.ics": text}})
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.declare("closed", windows=ALWAYS, **{"except": {"calendars": [
        {"configMap": "holidays", "key": "shop.ics"}]}})
    shop.declare("wrong", windows=ALWAYS, **{"except": {"calendars": [
        {"configMap": "holidays", "key": "no.ics"}]}})
    shop.operator()
    assert "no key no.ics" in shop.expect("Accepted", "False", "wrong")
    shop.expect("Active", "False", "closed")
    assert shop.replicas() == 0


def secret_token(cluster, namespace, value):
    """The Secret as the file that a volume would be."""
    cluster.kubectl("create", "secret", "generic", "prewarm-admin-token", "-n",
                    namespace, f"--from-literal=token={value}")
    seen = cluster.admin.get(f"/api/v1/namespaces/{namespace}/secrets/"
                             "prewarm-admin-token")["data"]["token"]
    return cluster.write(f"{namespace}.admin-token",
                         base64.b64decode(seen).decode())


def test_warm_ups_carry_the_token_that_the_servers_ask_for(
        cluster, kubelet, view, namespace, shop):
    path = secret_token(cluster, namespace, "5ecret-" * 6)
    wrong = cluster.write(f"{namespace}.other-token", "0ther-" * 6)
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command("--token-file", path)))
    shop.declare(windows=ALWAYS)
    operator = shop.operator("--admin-token-file", wrong)
    assert "401" in shop.expect("Degraded")
    operator.stop()
    shop.operator("--admin-token-file", path)
    shop.expect("Warm", seconds=90)
    shop.expect("Degraded", "False")


def test_every_right_that_is_shipped_was_used(cluster, manifests):
    """After all the others, which use them: conftest.py."""
    unused = {(verb, group, resource, name)
              for rules in shipped_rules(cluster).values() for rule in rules
              for group in rule["apiGroups"] for resource in rule["resources"]
              for verb in rule["verbs"]
              for name in rule.get("resourceNames", [""])}
    named = {right[3] for right in unused if right[3]}
    calls = cluster.audit.calls_of_all("operator")
    for call in calls:
        # Names of what other rules are for anyway.
        name = call.name if call.name in named else ""
        unused.discard((call.verb, call.group, call.resource, name))
    assert calls and not unused
