"""Policies as objects: wrong ones, each with the field that a server names."""
import os

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DEPLOY = os.path.join(ROOT, "deploy", "kubernetes")
TIMES = {"from": "09:00", "to": "18:00"}
SERVER = {"kind": "Deployment", "name": "server"}


def policy(**spec):
    """The least that is one, but for what is given; None leaves a field out."""
    whole = {"targetRef": SERVER, "windows": [{"name": "day", **TIMES}], **spec}
    return {"apiVersion": "prewarm.dev/v1alpha1", "kind": "PrewarmPolicy",
            "metadata": {"name": "one"},
            "spec": {key: value for key, value in whole.items()
                     if value is not None}}


def window(**fields):
    return {"windows": [{"name": "a", **fields}]}


def day(**fields):
    return window(**TIMES, **fields)


def cron(text="0 20 * * THU", **fields):
    return window(cron=text, **fields)


def target(kind="Deployment", name="server", **fields):
    return {"targetRef": {"kind": kind, "name": name, **fields}}


UNTIL = "2026-11-27T23:00:00+01:00"

# Refused by the schema alone, on every server.
WRONG = [
    ({"targetRef": None}, "spec.targetRef"),
    ({"targetRef": {"kind": "Deployment"}}, "spec.targetRef.name"),
    (target("Deploymnt"), "spec.targetRef.kind"),
    (target(name="Bad_Name"), "spec.targetRef.name"),
    (target(name="a." + "b" * 64), "spec.targetRef.name"),
    (target(apiVersion="autoscaling/v2"), "spec.targetRef.apiVersion"),
    (target("CloudRunService", apiVersion="apps/v1"),
     "spec.targetRef.apiVersion"),
    (target("CloudRunService", "projects/p/services/s"),
     "spec.targetRef.name"),
    ({"timeZone": "Europe/../Berlin"}, "spec.timeZone"),
    ({"timeZone": ""}, "spec.timeZone"),
    ({"replicas": {"max": 0}}, "spec.replicas.max"),
    ({"replicas": {"max": 10001}}, "spec.replicas.max"),
    ({"replicas": {"max": "3"}}, "spec.replicas.max"),
    ({"replicas": {"min": -1}}, "spec.replicas.min"),
    ({"windows": None}, "spec"),
    ({"windows": []}, "spec"),
    ({"windows": None, "intent": {"enabled": False}}, "spec"),
    ({"windows": [{"name": f"w{n}", **TIMES} for n in range(101)]},
     "spec.windows"),
    ({"windows": [{"name": "a", **TIMES}] * 2}, "spec.windows[1]"),
    ({"windows": [TIMES]}, "spec.windows.name"),
    ({"windows": [{"name": "Day", **TIMES}]}, "spec.windows.name"),
    (window(), "spec.windows"),
    (window(days=["Mon"]), "spec.windows"),
    (window(**{"from": "09:00"}), "spec.windows"),
    (day(cron="0 20 * * THU"), "spec.windows"),
    (day(start="0 9 * * *", end="0 18 * * *"), "spec.windows"),
    (cron(), "spec.windows"),
    (cron(duration="90m", days=["Mon"]), "spec.windows"),
    (day(days=[]), "spec.windows.days"),
    (day(days=["Mon-Fry"]), "spec.windows.days"),
    (day(days=["Mon", "Mon"]), "spec.windows[0].days[1]"),
    (window(**{"from": "9:00", "to": "18:00"}), "spec.windows.from"),
    (window(**{"from": "24:00", "to": "18:00"}), "spec.windows.from"),
    (window(**{"from": "09:00", "to": "24:01"}), "spec.windows.to"),
    (window(**{"from": 540, "to": "18:00"}), "spec.windows.from"),
    (cron("0 0 20 * * THU", duration="90m"), "spec.windows.cron"),
    (cron("0 20 * * $", duration="90m"), "spec.windows.cron"),
    (window(start="0 9 * *", end="0 18 * * *"), "spec.windows.start"),
    (window(start="0 9 * * *", end="at six"), "spec.windows.end"),
    (cron(duration="90"), "spec.windows.duration"),
    (cron(duration="30m1h"), "spec.windows.duration"),
    (cron(duration="1h 30m"), "spec.windows.duration"),
    (cron(duration=""), "spec.windows.duration"),
    (day(replicas=0), "spec.windows.replicas"),
    (day(timeZone="5/6"), "spec.windows.timeZone"),
    ({"except": {"dates": ["2026-13-01"]}}, "spec.except.dates"),
    ({"except": {"dates": ["1999-12-31"]}}, "spec.except.dates"),
    ({"except": {"dates": ["2026-12-25", "2026-12-25"]}},
     "spec.except.dates[1]"),
    ({"except": {"calendars": [{"configMap": "holidays"}]}},
     "spec.except.calendars.key"),
    ({"except": {"calendars": [{"configMap": "a", "key": ".."}]}},
     "spec.except.calendars.key"),
    ({"leadTime": {"mode": "learned"}}, "spec.leadTime.mode"),
    ({"leadTime": {"mode": "fixed"}}, "spec.leadTime"),
    ({"leadTime": {"fixed": "2m"}}, "spec.leadTime"),
    ({"leadTime": {"mode": "fixed", "fixed": "2m", "min": "1m"}},
     "spec.leadTime"),
    ({"leadTime": {"quantile": 0.2}}, "spec.leadTime.quantile"),
    ({"leadTime": {"quantile": 0}}, "spec.leadTime.quantile"),
    ({"leadTime": {"quantile": 1}}, "spec.leadTime.quantile"),
    ({"leadTime": {"max": "1d"}}, "spec.leadTime.max"),
    ({"warmup": {"path": "warmup"}}, "spec.warmup.path"),
    ({"warmup": {"path": "/warmup?timeout=3"}}, "spec.warmup.path"),
    ({"warmup": {"port": 0}}, "spec.warmup.port"),
    ({"warmup": {"port": 65536}}, "spec.warmup.port"),
    ({"warmup": {"port": "8081"}}, "spec.warmup.port"),
    ({"warmup": {"port": "-admin"}}, "spec.warmup.port"),
    ({"warmup": {"port": "a-very-long-port"}}, "spec.warmup.port"),
    ({"warmup": {"timeout": "3 m"}}, "spec.warmup.timeout"),
    ({"warmup": {"parallelism": 0}}, "spec.warmup.parallelism"),
    ({"warmup": {"retries": 21}}, "spec.warmup.retries"),
    ({"warmup": {"jitter": 2}}, "spec.warmup.jitter"),
    ({"warmup": {"reverify": "never"}}, "spec.warmup.reverify"),
    ({"scaleDown": {"delay": "soon"}}, "spec.scaleDown.delay"),
    ({"scaleDown": {"keepIfNextWindowWithin": "never"}},
     "spec.scaleDown.keepIfNextWindowWithin"),
    ({"dst": {"gap": "jump"}}, "spec.dst.gap"),
    ({"dst": {"overlap": "thrice"}}, "spec.dst.overlap"),
    ({"suspend": "true"}, "spec.suspend"),
    ({"dryRun": 1}, "spec.dryRun"),
    ({"override": {"replicas": 1}}, "spec.override.until"),
    ({"override": {"until": UNTIL}}, "spec.override.replicas"),
    ({"override": {"replicas": 1, "until": "tomorrow"}},
     "spec.override.until"),
    ({"override": {"replicas": 1, "until": "2026-11-27T23:00:00"}},
     "spec.override.until"),
    ({"budget": {}}, "spec.budget.instanceHoursPerDay"),
    ({"budget": {"instanceHoursPerDay": 0}},
     "spec.budget.instanceHoursPerDay"),
    ({"budget": {"instanceHoursPerDay": -1}},
     "spec.budget.instanceHoursPerDay"),
    ({"budget": {"instanceHoursPerDay": 240001}},
     "spec.budget.instanceHoursPerDay"),
    ({"intent": {"ttl": "long"}}, "spec.intent.ttl"),
    ({"intent": {"replicas": 0}}, "spec.intent.replicas"),
    ({"intent": {"maxReplicas": 0}}, "spec.intent.maxReplicas"),
    ({"intent": {"ratePerMinute": 6001}}, "spec.intent.ratePerMinute"),
    ({"intent": {"dailyInstanceHours": 0}}, "spec.intent.dailyInstanceHours"),
]

# Refused by a server that knows CEL (1.25), and by the reader.
WRONG_BY_CEL = [
    (target(name="projects/p/locations/l/services/s"), "spec.targetRef"),
    (target("CloudRunService", "a.b"), "spec.targetRef"),
    ({"replicas": {"min": 2}}, "spec.replicas"),
    (day(replicas=2), "spec"),
    ({"override": {"replicas": 2, "until": UNTIL}}, "spec"),
    ({"intent": {"maxReplicas": 2}}, "spec"),
    ({"intent": {"replicas": 2}}, "spec.intent"),
    (window(**{"from": "09:00", "to": "09:00"}), "spec.windows[0]"),
    (window(start="0 9 * * *", end="0 9 * * *"), "spec.windows[0]"),
    (cron(duration="0s"), "spec.windows[0].duration"),
    (cron(duration="90s"), "spec.windows[0].duration"),
    (cron(duration="169h"), "spec.windows[0].duration"),
    ({"except": {"dates": ["2026-12-26/2026-12-24"]}},
     "spec.except.dates[0]"),
    ({"leadTime": {"min": "25h", "max": "24h"}}, "spec.leadTime.min"),
    ({"leadTime": {"min": "16m"}}, "spec.leadTime"),
    ({"leadTime": {"max": "29s"}}, "spec.leadTime"),
    ({"leadTime": {"max": "90500ms"}}, "spec.leadTime.max"),
    ({"leadTime": {"mode": "fixed", "fixed": "25h"}}, "spec.leadTime.fixed"),
    ({"warmup": {"timeout": "0s"}}, "spec.warmup.timeout"),
    ({"warmup": {"timeout": "2h"}}, "spec.warmup.timeout"),
    ({"warmup": {"jitter": "6m"}}, "spec.warmup.jitter"),
    ({"warmup": {"reverify": "9s"}}, "spec.warmup.reverify"),
    ({"scaleDown": {"delay": "25h"}}, "spec.scaleDown.delay"),
    ({"scaleDown": {"keepIfNextWindowWithin": "25h"}},
     "spec.scaleDown.keepIfNextWindowWithin"),
    ({"intent": {"ttl": "4s"}}, "spec.intent.ttl"),
]

NOW = "2026-11-26T17:00:00Z"
# Every field there is.
FULL_STATUS = {
    "observedGeneration": 1,
    "conditions": [
        {"type": kind, "status": "True", "observedGeneration": 1,
         "lastTransitionTime": NOW, "reason": "WindowOpen",
         "message": "weekdays is open"} for kind in (
             "Accepted", "Active", "Warm", "Conflict", "Degraded")],
    "activeWindows": [{"name": "weekdays", "opens": NOW, "closes": NOW}],
    "desired": 3, "current": 3, "warm": 2, "cause": "window",
    "reason": "weekdays is open", "nextTransition": "2199-12-24T17:00:00Z",
    "nextWarmStart": NOW, "leadTime": {"seconds": 94, "samples": 12},
    "lastOpening": {"due": NOW, "asked": 3, "warmAt": NOW,
                    "warmSecondsBefore": -40, "missed": False},
    "instanceHours": {"day": "2026-11-26", "hours": 2.5, "intentHours": 0},
    "scale": {"baseline": 1, "floor": 3, "wanted": 4, "reraised": True,
              "policies": ["shop/shop-hours"]},
    "instances": [{"name": "server-7d9f-x2k4q", "phase": "cold", "since": NOW,
                   "error": "HTTP 503"}],
}
