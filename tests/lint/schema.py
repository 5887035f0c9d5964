"""The schema of deploy/kubernetes/crd.yaml, and what the policy's C++ reader
says of the same fields. Paths are "spec.windows[].name"."""
import ast
import json
import os
import re
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
POLICY = os.path.join(ROOT, "warmup-controller", "policy")
DEPLOY = os.path.join(ROOT, "deploy")
CEL = "x-kubernetes-validations"

# Where each reading function's fields are. A function that reads fields and is
# not here fails the test: add it, and its fields to the schema.
READERS = {
    "read_policy.cc": {"ReadSpec": "spec", "ReadHow": "spec"},
    "read_target.cc": {"ReadTarget": "spec.targetRef",
                       "ReadReplicaRange": "spec.replicas"},
    "read_windows.cc": {"ReadWindow": "spec.windows[]"},
    "read_window_times.cc": {"FindWhen": "spec.windows[]"},
    "read_except.cc": {"ReadExceptions": "spec.except",
                       "ReadCalendar": "spec.except.calendars[]"},
    "read_sections.cc": {"ReadLeadTime": "spec.leadTime",
                         "ReadWarmupCall": "spec.warmup",
                         "ReadScaleDown": "spec.scaleDown",
                         "ReadDstRules": "spec.dst"},
    "read_floors.cc": {"ReadOverride": "spec.override",
                       "ReadIntent": "spec.intent",
                       "ReadBudget": "spec.budget"},
}
# Objects of their own, of local mode; and metadata, which is the server's.
OTHERS = {"read_local_process.cc", "read_fixed_urls.cc", "read_metadata.cc"}

_FIELD = re.compile(
    r'(?:Find|Required|Flag|Whole|Number)\(\s*"(\w+)"'
    r'|Read(?:Auto)?(?:Or)?Seconds\(\s*&\w+,\s*"(\w+)"')


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def parse_yaml(text):
    """All documents. Debian's python3-yaml, also for another python3."""
    try:
        import yaml  # pylint: disable=import-outside-toplevel
        return list(yaml.safe_load_all(text))
    except ImportError:
        return json.loads(subprocess.run(
            ["/usr/bin/python3", "-c", "import json, sys, yaml; "
             "print(json.dumps(list(yaml.safe_load_all(sys.stdin))))"],
            input=text, capture_output=True, text=True, check=True).stdout)


def load_yaml(path):
    return parse_yaml(_read(path))


def schema():
    crd = load_yaml(os.path.join(DEPLOY, "kubernetes", "crd.yaml"))[0]
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def nodes(node, path=""):
    """(path, schema) of every field below."""
    for name, child in node.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below, child
        yield from nodes(child, below)
        if "items" in child:
            yield from nodes(child["items"], below + "[]")


def spec_nodes():
    return dict(nodes(schema()["properties"]["spec"], "spec"))


def functions(file):
    """Name and body of each function that is defined in a file of policy/."""
    text = re.sub(r"//[^\n]*", "", _read(os.path.join(POLICY, file)))
    # A definition begins in the first column and ends with a brace there.
    found = re.findall(r"^[\w:<>*& ]+?(\w+)\(([^;{}]*)\)\s*\{\n(.*?)^\}",
                       text, re.M | re.S)
    return {name: parameters + "\n" + body for name, parameters, body in found}


def reader_files():
    return sorted(name for name in os.listdir(POLICY)
                  if name.startswith("read_") and name.endswith(".cc"))


def reads_fields(body):
    return bool(_FIELD.search(body))


def reader_fields():
    """Paths that the reader knows, and those that it requires."""
    known, required = set(), set()
    for file, places in READERS.items():
        bodies = functions(file)
        for name, path in places.items():
            known |= {f"{path}.{one or other}"
                      for one, other in _FIELD.findall(bodies[name])}
            required |= {f"{path}.{key}" for key in re.findall(
                r'Required\(\s*"(\w+)"', bodies[name])}
    return known, required


def struct_defaults():
    """"Struct.member": the text of its initializer, of policy.h."""
    text = re.sub(r"//[^\n]*", "", _read(os.path.join(POLICY, "policy.h")))
    found = {}
    for struct, body in re.findall(r"^struct (\w+) \{\n(.*?)^\};", text,
                                   re.M | re.S):
        for line in body.split(";"):
            member = re.search(r"(\w+)\s*(?:=\s*(.+)|\{(.*)\})\s*$", line,
                               re.S)
            if member:
                kind = line[:member.start()].strip()
                found[f"{struct}.{member[1]}"] = (
                    kind, member[2] or member[3])
    return found


def constants():
    """Name: value, of limits.h and of the readers; durations in seconds."""
    units = {"seconds": 1, "minutes": 60, "hours": 3600}
    known = {}
    for file in ["limits.h", *reader_files()]:
        text = _read(os.path.join(POLICY, file))
        for name, value in re.findall(
                r"constexpr (?:std::size_t|int|double) (k\w+) = ([^;]+);",
                text):
            known[name] = number(value, known)
        for name, value in re.findall(
                r"constexpr DurationRange (k\w+) = \{(.*?)\};", text, re.S):
            ends = re.findall(r"std::chrono::(\w+)\(([\d* ]+)\)", value)
            known[name] = tuple(units[unit] * number(count, {})
                                for unit, count in ends)
    return known


def number(text, known):
    """Of 24.0 * kMaxReplicas."""
    factors = [part.strip() for part in text.split("*")]
    product = 1
    for part in factors:
        product *= known[part] if part in known else ast.literal_eval(part)
    return product


def seconds(text):
    """Of 1h30m, as policy/duration.h reads it."""
    units = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}
    return sum(int(count) * units[unit] for count, unit in re.findall(
        r"(\d+)(ms|h|m|s)", text))
