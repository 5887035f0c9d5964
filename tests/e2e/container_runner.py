"""One container of a pod: its start, its probes, its restarts."""
import time
import uuid

import pod_status
from probes import Probe
from volumes import NotYet

# A kubelet's is 10 s to 5 min; the shape is the same.
FIRST_BACK_OFF, LONGEST_BACK_OFF = 0.5, 10.0


class ContainerRunner:
    """Used by its PodRunner alone, but what tests call: kill, freeze, thaw."""

    def __init__(self, pod, spec, address, node, behaviour, now, runtime,
                 woken, kind="containers"):
        self._spec = spec
        self._address = address
        self._node = node
        self._runtime = runtime
        self._woken = woken
        self._stuck = behaviour.stuck
        self._grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
        self._start_at = now + behaviour.start_delay
        self._container = None
        self._probes = {}
        self._kill_at = None
        self._hook = None
        self._back_off = FIRST_BACK_OFF
        self._started_at = None
        # Of a pod that ran before its node was restarted.
        known_as = "initContainerStatuses" if kind == "initContainers" else \
            "containerStatuses"
        old = next((known for known in pod["status"].get(known_as, [])
                    if known["name"] == spec["name"]), {})
        # One that has done its work does not do it again.
        self._restarts = "OnFailure" if kind == "initContainers" and \
            pod["spec"].get("restartPolicy", "Always") == "Always" else \
            pod["spec"].get("restartPolicy", "Always")
        self.facts = pod_status.ContainerFacts(
            spec["name"], spec["image"],
            pod_status.waiting(self._stuck or "ContainerCreating"), {},
            old.get("containerID", ""), old.get("restartCount", 0))

    @property
    def succeeded(self):
        """Whether it has ended, and well; not so while it runs again."""
        return self.facts.state.get("terminated", {}).get("exitCode") == 0

    @property
    def pid(self):
        return self._container.pid if self._container else None

    def step(self, pod, now):
        """Seconds until there is something to do; None: nothing."""
        if self._container is None:
            wait = self._wait_or_start(pod, now)
            if self._container is None:
                return wait
        if self._container.exit_code() is not None:
            return self._exited(pod, now)
        waits = [self._runtime.poll, *self._probe(now)]
        if self._kill_at is not None:
            if now >= self._kill_at:
                self._container.kill()
            waits.append(0.05)
        return min((wait for wait in waits if wait is not None), default=None)

    def ended(self):
        """After terminate() or kill(): whether it has; notes how."""
        if self._container is None:
            return True
        if self._hook and self._hook.exit_code() is not None:
            self._hook = None
            self._container.terminate()
        if self._container.exit_code() is None:
            return False
        if "terminated" not in self.facts.state:
            self._note_exit("Completed")
        return True

    def terminate(self):
        """SIGTERM, once what preStop asks for is over."""
        if not self._container:
            return
        words = self._spec.get("lifecycle", {}).get("preStop", {}).get(
            "exec", {}).get("command")
        if words and self._runtime.poll is not None:
            self._hook = self._runtime.hook(self._spec, words)
        else:
            self._container.terminate()

    def kill(self):
        if self._hook:
            self._hook.kill()
        if self._container:
            self._container.kill()

    def freeze(self):
        self._container.freeze()

    def thaw(self):
        self._container.thaw()

    def _wait_or_start(self, pod, now):
        if self._stuck or self._start_at is None:
            return None
        if now < self._start_at:
            return self._start_at - now
        first = not self.facts.container_id
        try:
            self._container = self._runtime.start(
                pod, self._spec, self._address, self._node, self._woken)
        except NotYet as error:
            self.facts.state = pod_status.waiting("ContainerCreating",
                                                  str(error))
            return 0.3
        except (OSError, ValueError) as error:
            self._stuck = "CreateContainerError"
            self.facts.state = pod_status.waiting(self._stuck, str(error))
            return None
        self._started_at = pod_status.now()
        # Probes count from the start, not from when it was due.
        begun = time.monotonic()
        self._probes = {
            kind: Probe(self._spec[kind], begun) for kind in
            ("startupProbe", "livenessProbe", "readinessProbe")
            if kind in self._spec}
        self.facts.container_id = f"test://{uuid.uuid4().hex}"
        self.facts.restarts += 0 if first else 1
        self.facts.state = {"running": {"startedAt": self._started_at}}
        return None

    def _probe(self, now):
        """Sets started and ready; the seconds until each next probe."""
        startup = self._ask("startupProbe", now)
        self.facts.started = startup in (None, True)
        if startup is False:
            self._restart(now)
        if not self.facts.started:
            self.facts.ready = False
            return self._due(now, "startupProbe")
        if self._ask("livenessProbe", now) is False:
            self._restart(now)
        ready = self._ask("readinessProbe", now)
        self.facts.ready = ready in (None, True)
        return self._due(now, "livenessProbe", "readinessProbe")

    def _ask(self, kind, now):
        """None where there is no such probe; "no verdict yet" is neither
        True nor False."""
        probe = self._probes.get(kind)
        if probe is None:
            return None
        known = self._container.answers(self._spec[kind])
        if known is not None:
            # Silent fakes are to stay: only their readiness fails.
            return known if known or kind == "readinessProbe" else "unknown"
        # It has passed once and for all.
        if not (kind == "startupProbe" and probe.passed):
            probe.step(now, self._spec, self._address)
        return "unknown" if probe.passed is None else probe.passed

    def _due(self, now, *kinds):
        if self._runtime.poll is None:
            return []
        return [max(0.0, self._probes[kind].due - now) for kind in kinds
                if kind in self._probes]

    def _restart(self, now):
        """A failed probe: the grace period first, then by force."""
        if self._kill_at is None:
            self._kill_at = now + self._grace
            self._container.terminate()

    def _exited(self, pod, now):
        self._note_exit("Error" if self._container.exit_code() else
                        "Completed")
        code = self._container.exit_code()
        policy = self._restarts
        self._container = None
        self._kill_at = None
        if policy == "Never" or (policy == "OnFailure" and code == 0):
            self._start_at = None
            return None
        # Reported before it starts again, so that nobody can miss it.
        self.facts.last_state = self.facts.state
        self.facts.state = pod_status.waiting("CrashLoopBackOff")
        self._start_at = now + self._back_off
        wait, self._back_off = self._back_off, min(
            self._back_off * 2, LONGEST_BACK_OFF)
        return wait

    def _note_exit(self, reason):
        self.facts.ready = self.facts.started = False
        self.facts.state = {"terminated": {
            "exitCode": self._container.exit_code(), "reason": reason,
            "containerID": self.facts.container_id,
            "startedAt": self._started_at, "finishedAt": pod_status.now()}}
