"""deploy/cloudrun: what Cloud Run takes, and what our programs take."""
import copy
import functools
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import server
from controller import BINARY
from knative_types import KnativeTypes
from proto_json import Descriptors

FOLDER = os.path.join(server.ROOT, "deploy", "cloudrun")
SERVICES = sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))
# docs: "failureThreshold * periodSeconds" of a startup probe.
LONGEST_START = 240
# Of both images.
with open(os.path.join(server.ROOT, "deploy", "images", "Dockerfile"),
          encoding="utf-8") as images:
    USERS = set(re.findall(r"^USER (\d+):(\d+)$", images.read(), re.M))
IMAGES_USER = int(min(USERS)[0])
# Of a sidecar: what it needs itself, and Cloud Storage FUSE for it: caches,
# and a prepared state while it is uploaded.
BESIDE_THE_STORE = 512 << 20


def schema(name):
    folder = os.environ.get("PREWARM_CLOUDRUN_SCHEMA")
    if not folder:
        raise RuntimeError("PREWARM_CLOUDRUN_SCHEMA names no folder (fix: make "
                           "test-contract, or scripts/cloudrun_schema.sh)")
    return os.path.join(folder, name)


def read(path):
    with open(os.path.join(FOLDER, path), encoding="utf-8") as file:
        return yaml.safe_load(file)


def containers(service):
    return service["spec"]["template"]["spec"]["containers"]


def revision(service):
    return service["spec"]["template"]["metadata"]["annotations"]


@functools.lru_cache(None)
def flags(*command):
    """The options of a program."""
    done = subprocess.run([*command, "--help"], capture_output=True, text=True,
                          check=True)
    return set(re.findall(r"(--[a-z][a-z-]*)", done.stdout))


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)([sm])", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def size(text):
    number, unit = re.fullmatch(r"(\d+)([MG])i", text).groups()
    return int(number) << {"M": 20, "G": 30}[unit]


def options(container):
    """Of `--name=value`; the value of a flag is ""."""
    pairs = [argument.partition("=")[::2] for argument in container["args"]
             if argument.startswith("--")]
    return dict(pairs)


class Types(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.types = KnativeTypes(schema("run_v1.ts"))

    def test_files_are_services_as_google_describes_them(self):
        self.assertGreaterEqual(len(SERVICES), 4)
        for path in SERVICES:
            self.assertEqual(self.types.complaints(read(path)), [], path)

    def test_mistakes_would_be_found(self):
        sound = read("server.yaml")

        def wrong(change):
            broken = copy.deepcopy(sound)
            change(broken)
            return self.types.complaints(broken)

        def first(service):
            return containers(service)[0]

        for number, change in enumerate([
                lambda s: s.update(apiVersion="serving.knative.dev/v2"),
                lambda s: s["spec"].update(templte={}),
                lambda s: first(s).update(startupprobe={}),
                lambda s: first(s)["startupProbe"].update(periodSeconds="2"),
                lambda s: first(s)["startupProbe"].update(exec={}),
                lambda s: first(s).update(securityContext={}),
                lambda s: first(s)["resources"]["limits"].update(cpu=2),
                lambda s: s["spec"]["template"]["spec"].update(volumes={}),
                lambda s: revision(s).update({
                    "run.googleapis.com/cpu-throttling": False}),
                lambda s: revision(s).update({
                    "run.googleapis.com/minScale": "1"}),
                lambda s: s["metadata"]["annotations"].update({
                    "run.googleapis.com/startup-cpu-boost": "true"}),
                lambda s: revision(s).update({
                    "run.googleapis.com/cpu-boost": "true"})]):
            self.assertNotEqual(wrong(change), [], number)

    def test_job_is_one_of_cloud_scheduler(self):
        described = Descriptors(schema("scheduler.json"))
        job = read("scheduler-job.json")
        self.assertEqual(described.complaints(
            "google.cloud.scheduler.v1.Job", job, is_request=True), [])
        job["httpTarget"]["oidcTokn"] = {}
        self.assertNotEqual(described.complaints(
            "google.cloud.scheduler.v1.Job", job), [])


class Rules(unittest.TestCase):
    """What the types do not say, and Cloud Run demands."""

    def each(self):
        for path in SERVICES:
            service = read(path)
            for container in containers(service):
                yield path, service, container

    def test_traffic_goes_to_one_container(self):
        for path in SERVICES:
            with_port = [one for one in containers(read(path))
                         if one.get("ports")]
            self.assertEqual(len(with_port), 1, path)
            self.assertEqual(with_port[0]["ports"],
                             [{"name": "http1", "containerPort": 8080}])

    def test_probes_have_time_enough_and_not_too_much(self):
        for path, _, container in self.each():
            probe = container["startupProbe"]
            self.assertLessEqual(
                probe["failureThreshold"] * probe["periodSeconds"],
                LONGEST_START, path)
            self.assertGreaterEqual(
                probe["failureThreshold"] * probe["periodSeconds"], 60, path)
            for one in (probe, container.get("livenessProbe", probe)):
                self.assertLessEqual(one["timeoutSeconds"],
                                     one["periodSeconds"], path)

    def test_volumes_that_are_mounted_are_there(self):
        for path, service, container in self.each():
            names = {volume["name"] for volume in
                     service["spec"]["template"]["spec"]["volumes"]}
            for mount in container["volumeMounts"]:
                self.assertIn(mount["name"], names, path)

    def test_buckets_belong_to_the_user_of_the_images(self):
        """A mount is root's without; files of it are for its owner alone to
        write to."""
        (uid, gid), = USERS
        for path in SERVICES:
            mounts = [volume["csi"] for volume in
                      read(path)["spec"]["template"]["spec"]["volumes"]
                      if "csi" in volume]
            self.assertEqual(len(mounts), 1, path)
            given = mounts[0]["volumeAttributes"]["mountOptions"].split(",")
            self.assertIn(f"uid={uid}", given, path)
            self.assertIn(f"gid={gid}", given, path)
            self.assertIn("implicit-dirs", given, path)

    def test_memory_is_enough_for_what_each_container_writes(self):
        """What lies in memory counts for the container that wrote it: the
        sidecar stages all of it, or the server prepares a state in it."""
        for path in ("server.yaml", "server-gpu.yaml"):
            service = read(path)
            main, beside = (size(one["resources"]["limits"]["memory"])
                            for one in containers(service))
            store, = (size(volume["emptyDir"]["sizeLimit"]) for volume in
                      service["spec"]["template"]["spec"]["volumes"]
                      if "emptyDir" in volume)
            self.assertGreaterEqual(beside, store + BESIDE_THE_STORE, path)
            self.assertGreaterEqual(main, 2 * store, path)

    def test_buckets_need_the_second_generation(self):
        for path in SERVICES:
            self.assertEqual(
                revision(read(path))[
                    "run.googleapis.com/execution-environment"], "gen2", path)

    def test_server_gets_traffic_only_after_its_proof(self):
        for path in ("server.yaml", "server-gpu.yaml"):
            service = read(path)
            main = containers(service)[0]
            self.assertEqual(main["startupProbe"]["httpGet"],
                             {"path": "/readyz", "port": 8080})
            self.assertEqual(
                revision(service)["run.googleapis.com/cpu-throttling"],
                "false")
            self.assertEqual(
                revision(service)["run.googleapis.com/startup-cpu-boost"],
                "true")
            # The port is public: POST /warmup needs the token there.
            self.assertIn("--admin-token-file", options(main))

    def test_server_starts_after_what_it_needs_is_staged(self):
        for path in ("server.yaml", "server-gpu.yaml"):
            service = read(path)
            after = json.loads(revision(service)[
                "run.googleapis.com/container-dependencies"])
            self.assertEqual(after, {"server": ["sidecar"]})
            main, beside = containers(service)
            self.assertEqual((main["name"], beside["name"]),
                             ("server", "sidecar"))
            self.assertEqual(beside["startupProbe"]["httpGet"]["path"],
                             "/startupz")
            listen = options(beside)["--listen"]
            self.assertEqual(listen.rsplit(":", 1)[1], str(
                beside["startupProbe"]["httpGet"]["port"]))
            self.assertEqual(options(beside)["--store"],
                             options(main)["--store"])
            mounts = {mount["mountPath"] for mount in beside["volumeMounts"]}
            self.assertLessEqual({options(beside)["--from"],
                                  options(beside)["--store"]}, mounts)

    def test_gpu_is_asked_for_as_cloud_run_wants_it(self):
        service = read("server-gpu.yaml")
        spec = service["spec"]["template"]["spec"]
        self.assertIn("run.googleapis.com/accelerator", spec["nodeSelector"])
        limits = containers(service)[0]["resources"]["limits"]
        self.assertEqual(limits["nvidia.com/gpu"], "1")
        self.assertGreaterEqual(int(limits["cpu"]), 4)
        self.assertGreaterEqual(int(limits["memory"].rstrip("Gi")), 16)

    def test_loop_is_one_instance_with_its_cpu(self):
        service = read("controller.yaml")
        self.assertEqual(
            service["metadata"]["annotations"]["run.googleapis.com/minScale"],
            "1")
        self.assertEqual(
            revision(service)["run.googleapis.com/cpu-throttling"], "false")

    def test_job_controller_and_lead_agree(self):
        service = read("controller-on-request.yaml")
        self.assertNotIn("run.googleapis.com/minScale",
                         service["metadata"]["annotations"])
        given = options(containers(service)[0])
        job = read("scheduler-job.json")
        minutes = re.fullmatch(r"\*/(\d+) \* \* \* \*", job["schedule"])[1]
        self.assertEqual(seconds(given["--step-every"]), int(minutes) * 60)
        bound = seconds(given["--step-bound"])
        self.assertLess(bound, seconds(job["attemptDeadline"]))
        self.assertLess(bound,
                        service["spec"]["template"]["spec"]["timeoutSeconds"])
        token = job["httpTarget"]["oidcToken"]
        self.assertEqual(given["--reconcile-audience"], token["audience"])
        self.assertEqual(given["--reconcile-caller"],
                         token["serviceAccountEmail"])
        self.assertEqual(job["httpTarget"]["uri"],
                         token["audience"] + "/reconcile")

    def test_both_controllers_are_never_more_than_one(self):
        for path in ("controller.yaml", "controller-on-request.yaml"):
            self.assertEqual(
                revision(read(path))["autoscaling.knative.dev/maxScale"], "1")


class Programs(unittest.TestCase):
    """The arguments are those of our programs."""

    def check(self, known, container, path):
        for name in options(container):
            self.assertIn(name, known, f"{path}: {container['name']}")

    def test_servers_options_are_there(self):
        for path in ("server.yaml", "server-gpu.yaml"):
            self.check(flags(server.BINARY), containers(read(path))[0], path)

    def test_sidecars_options_are_there(self):
        known = flags(BINARY, "sidecar")
        for path in ("server.yaml", "server-gpu.yaml"):
            beside = containers(read(path))[1]
            self.assertEqual(beside["args"][0], "sidecar")
            self.check(known, beside, path)

    def test_controllers_would_start_with_theirs(self):
        folder = tempfile.mkdtemp()
        # What the steps of docs/cloud-run.md put into the bucket, no more.
        bucket = os.path.join(folder, "bucket")
        shutil.copytree(os.path.join(FOLDER, "policies"),
                        os.path.join(bucket, "policies"))
        token = os.path.join(folder, "token")
        with open(token, "w", encoding="ascii") as file:
            file.write("a token of sixteen bytes\n")
        places = {"/mnt/prewarm": bucket,
                  "/etc/prewarm/admin/token": token,
                  "PROJECT": "shop-project", "REGION": "europe-west1",
                  "NUMBER": "1234567890"}
        for path in ("controller.yaml", "controller-on-request.yaml"):
            arguments = containers(read(path))[0]["args"]
            for name, value in places.items():
                arguments = [one.replace(name, value) for one in arguments]
            done = subprocess.run([BINARY, *arguments, "--check"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr + path)
            self.assertIn("ok: 1 policy", done.stdout)

    def test_mount_that_belongs_to_root_is_told(self):
        """Without uid and gid in mountOptions."""
        folder = tempfile.mkdtemp()
        shutil.copy(BINARY, folder)
        os.chmod(folder, 0o555)
        who = {"user": IMAGES_USER} if os.geteuid() == 0 else {}
        for state in ("controller.json", "state/controller.json"):
            done = subprocess.run(
                [os.path.join(folder, os.path.basename(BINARY)), "cloudrun",
                 "--policies", os.path.join(FOLDER, "policies"), "--project",
                 "shop-project", "--location", "europe-west1", "--state",
                 os.path.join(folder, state)],
                capture_output=True, text=True, check=False, timeout=60,
                **who)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("Permission denied",
                          " ".join(done.stderr.split()))

    def test_sample_policies_are_right(self):
        done = subprocess.run(
            [BINARY, "validate",
             *glob.glob(os.path.join(FOLDER, "policies", "*.yaml"))],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
