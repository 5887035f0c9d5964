"""The chart through the real helm: PREWARM_HELM, or what scripts/client_tools.sh
fetches."""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                    "..", ".."))
BUILD = os.environ.get("PREWARM_BUILD", os.path.join(ROOT, "build"))
CHART = os.path.join(ROOT, "charts", "prewarm")
sys.path.append(os.path.join(ROOT, "tests", "lint"))
from schema import load_yaml, parse_yaml  # noqa: E402,F401

# The newest that exists while this is written; what the least is, Chart.yaml says.
NEWEST, OLDEST = "1.36.0", "1.20.2"


def helm_program():
    told = os.environ.get("PREWARM_HELM")
    if not told:
        told = os.path.join(subprocess.run(
            [os.path.join(ROOT, "scripts", "client_tools.sh")],
            stdout=subprocess.PIPE, text=True, check=True).stdout.strip(),
            "helm")
        os.environ["PREWARM_HELM"] = told
    return told


class Refused(Exception):
    """What helm said, on one line."""


def helm(*arguments, values=None):
    """Its stdout; raises Refused. Nothing of the user's own helm is read."""
    with tempfile.TemporaryDirectory() as home:
        extra = []
        if values is not None:
            path = os.path.join(home, "values.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(values, file)
            extra = ["--values", path]
        done = subprocess.run(
            [helm_program(), *arguments, *extra], capture_output=True,
            text=True, check=False, timeout=120, env={
                **os.environ, "HOME": home, "HELM_CACHE_HOME": home,
                "HELM_CONFIG_HOME": home, "HELM_DATA_HOME": home,
                "KUBECONFIG": os.path.join(home, "none")})
    if done.returncode:
        raise Refused(" ".join(done.stderr.split()))
    return done.stdout


def template(values=None, version=NEWEST, name="shop", namespace="photos",
             **options):
    """The text of `helm template`; options as api_versions="a/b"."""
    more = [f"--{key.replace('_', '-')}={value}"
            for key, value in options.items()]
    return helm("template", name, CHART, "--namespace", namespace,
                "--kube-version", version, *more, values=values or {})


def render(values=None, version=NEWEST, **more):
    return [one for one in parse_yaml(template(values, version, **more))
            if one]


def named(objects, kind, ending="", component=None):
    """The one of that kind whose name ends so, of a component where one is
    told."""
    found = [one for one in objects if one["kind"] == kind and
             one["metadata"]["name"].endswith(ending) and
             component in (None, one["metadata"]["labels"][
                 "app.kubernetes.io/component"])]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} of {kind} *{ending} in " + ", ".join(
            f"{one['kind']} {one['metadata']['name']}" for one in objects))
    return found[0]


def pods(objects):
    """(name, pod template or pod) of all that makes pods."""
    for one in objects:
        if one["kind"] == "Pod":
            yield one["metadata"]["name"], one
        elif "template" in one.get("spec", {}):
            yield f"{one['kind']} {one['metadata']['name']}", \
                one["spec"]["template"]


def containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def command(container):
    """[program, arguments...] of a container of our images; None: another's."""
    image = container["image"].rsplit("/", 1)[-1].split("@")[0].split(":")[0]
    if image not in ("inference-server", "warmup-controller"):
        return None
    entry = container.get("command", [f"/usr/local/bin/{image}"])
    program, *words = entry + container.get("args", [])
    if os.path.dirname(program) != "/usr/local/bin":
        raise AssertionError(f"{program} is not where the image has it")
    return [os.path.basename(program), *words]


def flags(program, *subcommand):
    """{"--name": its line} of what `PROGRAM ... --help` tells."""
    told = subprocess.run(
        [os.path.join(BUILD, "bin", program), *subcommand, "--help"],
        capture_output=True, text=True, check=True).stdout
    return {match[1]: match[0] for match in
            re.finditer(r"(--[a-z][a-z0-9-]*)[^\n]*", told)}


def merged(*parts):
    """One value of several; later ones win."""
    whole = {}
    for part in parts:
        for key, value in copy.deepcopy(part).items():
            if isinstance(value, dict) and isinstance(whole.get(key), dict):
                value = merged(whole[key], value)
            whole[key] = value
    return whole
