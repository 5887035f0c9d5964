"""Who may include whom (docs/architecture.md), and how long a file may be.

    python3 tests/lint/include_rules.py [ROOT]

Prints one line per offence, `file:line: what and what to do`, and exits 1.
"""
import os
import re
import sys

MAX_LINES = 400
TOPS = ("common", "inference-server", "warmup-controller")
SOURCES = TOPS + ("tests",)
SUFFIXES = (".cc", ".h", ".cpp", ".hpp", ".c")

# Third-party headers with one home each: (pattern, where allowed).
HOMES = [
    (r"pistache/", ("common/http/",)),
    # In the benchmark as what a user would take instead.
    (r"(torch|ATen|c10|caffe2)/", ("inference-server/engine/torch/",
                                   "tests/bench/")),
    (r"(dnnl|oneapi/dnnl)", ("inference-server/engine/torch/",)),
    (r"(jpeglib|jerror|jmorecfg|turbojpeg|spng|png|lcms2)\.h",
     ("inference-server/imaging/",)),
    (r"(webp|libheif)/", ("inference-server/imaging/",)),
    (r"yaml-cpp/", ("common/base/strict_yaml.cc",)),
    (r"curl/", ("inference-server/download/",)),
    (r"spdlog/", ("common/base/log.cc",)),
    (r"cctz/", ("warmup-controller/calendar/",)),
    (r"boost/math/", ("warmup-controller/decide/",)),
    (r"(cpprest|pplx)/", ("warmup-controller/http_client/",)),
]

# Own folders: what each may include besides itself and FOR_ALL. The order is
# the direction of the house, from the seams up to the wiring.
SERVER = "inference-server/"
CONTROLLER = "warmup-controller/"
MAY_INCLUDE = {
    "common/base": (),
    "common/contract": ("common/base",),
    "common/http": ("common/base",),
    "common/access": ("common/base",),
    "common/store": ("common/base",),
    "common/health": ("common/base",),
    SERVER + "imaging": (),
    SERVER + "tensor_file": (),
    SERVER + "download": ("common/store",),
    SERVER + "importer": ("common/store", SERVER + "engine",
                          SERVER + "download"),
    SERVER + "engine": ("common/store", SERVER + "imaging",
                        SERVER + "tensor_file"),
    SERVER + "parity": (SERVER + "engine", "common/store",
                        SERVER + "tensor_file"),
    SERVER + "quality": (SERVER + "engine", "common/store",
                         SERVER + "imaging"),
    SERVER + "scheduling": (SERVER + "engine", SERVER + "imaging"),
    SERVER + "warmup": (SERVER + "engine", "common/store",
                        SERVER + "imaging"),
    SERVER + "config": ("common/http", "common/access", SERVER + "engine",
                        SERVER + "scheduling"),
    SERVER + "results": ("common/store", SERVER + "engine",
                         SERVER + "imaging"),
    SERVER + "process": (SERVER + "engine",),
    SERVER + "api": ("common/http", "common/access", "common/store") + tuple(
        SERVER + m for m in (
            "scheduling", "warmup", "imaging", "engine", "config", "results")),
    CONTROLLER + "calendar": (),
    CONTROLLER + "policy": (CONTROLLER + "calendar",),
    CONTROLLER + "schedule": (CONTROLLER + "calendar", CONTROLLER + "policy"),
    CONTROLLER + "decide": (CONTROLLER + "calendar", CONTROLLER + "policy",
                            CONTROLLER + "schedule"),
    CONTROLLER + "plan": tuple(CONTROLLER + m for m in (
        "calendar", "policy", "schedule", "decide")),
    CONTROLLER + "plots": (CONTROLLER + "calendar",),
    CONTROLLER + "simulate": tuple(CONTROLLER + m for m in (
        "calendar", "policy", "schedule", "decide", "plots")),
    CONTROLLER + "http_client": (),
    CONTROLLER + "kube": (CONTROLLER + "http_client",),
    CONTROLLER + "warmer": (CONTROLLER + "http_client",),
    CONTROLLER + "floor": (),
    CONTROLLER + "cluster": tuple(CONTROLLER + m for m in (
        "calendar", "policy", "decide", "targets", "floor", "kube")),
    CONTROLLER + "google": (CONTROLLER + "http_client",),
    CONTROLLER + "cloudrun": tuple(CONTROLLER + m for m in (
        "policy", "calendar", "http_client", "google", "warmer", "targets",
        "floor")),
    CONTROLLER + "targets": tuple(CONTROLLER + m for m in (
        "calendar", "policy")),
    CONTROLLER + "intent": ("common/access", CONTROLLER + "calendar"),
    CONTROLLER + "report": (CONTROLLER + "calendar",),
    CONTROLLER + "record": (CONTROLLER + "calendar", CONTROLLER + "report"),
    CONTROLLER + "reconcile": tuple(CONTROLLER + m for m in (
        "calendar", "policy", "schedule", "decide", "warmer", "targets",
        "intent", "report", "record")),
    CONTROLLER + "operate": tuple(CONTROLLER + m for m in (
        "calendar", "policy", "decide", "kube", "floor", "cluster", "targets",
        "warmer", "intent", "report", "record", "reconcile")),
    CONTROLLER + "api": ("common/http", "common/access") + tuple(
        CONTROLLER + m for m in ("calendar", "http_client", "intent",
                                 "report")),
    CONTROLLER + "dashboard": ("common/http",) + tuple(
        CONTROLLER + m for m in (
            "calendar", "policy", "schedule", "decide", "plan", "plots",
            "report", "record", "reconcile", "api")),
    CONTROLLER + "staging": ("common/store",),
    CONTROLLER + "sidecar": ("common/http", "common/store") + tuple(
        CONTROLLER + m for m in ("staging", "targets", "report", "api")),
    CONTROLLER + "commands": ("common/http", "common/access",
                              "common/store") + tuple(
        CONTROLLER + m for m in (
            "calendar", "policy", "schedule", "decide", "plan", "simulate",
            "http_client", "kube", "google", "warmer", "targets", "floor",
            "cloudrun", "intent", "report", "record", "reconcile",
            "operate", "api",
            "dashboard", "sidecar")),
}
FOR_ALL = ("common/base", "common/contract")
# From outside a folder only these of its headers exist: no torch types pass.
PRIVATE = (SERVER + "engine/torch/",)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def offence(path, target, own):
    """What is wrong with `path` including `target`; None if nothing is."""
    is_test = path.startswith("tests/")
    for pattern, homes in HOMES:
        # A test mirrors the folder it tests (unit/imaging, unit/imaging_decode)
        # and may use what that one uses.
        mirrored = ["/".join([top] + path.split("/")[2:]) for top in TOPS]
        if not own and re.match(pattern, target) and not (
                path.startswith(homes)
                or (is_test and any(copy.startswith(
                    tuple(home.rstrip("/") for home in homes))
                    for copy in mirrored))):
            return f"<{target}> belongs to {' or '.join(homes)} alone"
    if not own or is_test or not target.startswith(SOURCES):
        return None
    source, to = folder_of(path), folder_of(target)
    if target.startswith("tests/"):
        return "sources never include tests"
    for private in PRIVATE:
        if target.startswith(private) and not path.startswith(private):
            return f"{private} is private: include the seam above it"
    if source == to:
        return None
    if path.startswith(CONTROLLER) and target.startswith(SERVER):
        return "the controller shares nothing with the server but common/"
    if path.startswith(SERVER) and target.startswith(CONTROLLER):
        return "the server shares nothing with the controller but common/"
    if path.startswith("common/"):
        if to not in MAY_INCLUDE.get(source, ()):
            return f"{source} may not include {to}"
        return None
    if to in FOR_ALL:
        return None
    # Files at the top of a program are wiring and may see everything of it.
    if len(path.split("/")) == 2 or source not in MAY_INCLUDE:
        return None
    if to not in MAY_INCLUDE[source]:
        return f"{source} may not include {to}"
    return None


def check_text(path, text):
    """Offences of one file as (line, message)."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    found = []
    if len(lines) > MAX_LINES:
        found.append((len(lines), f"{len(lines)} lines; at most {MAX_LINES}: "
                      "split it by idea"))
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            own = match[1] == '"'
            message = offence(path, match[2], own)
            # Third-party headers in quotes are still third-party.
            if own and message is None and not match[2].startswith(SOURCES):
                message = offence(path, match[2], False)
            if message:
                found.append((number, message))
    return found


def source_files(root):
    for top in SOURCES:
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = [f for f in folders if f != "node_modules"]
            for name in sorted(names):
                if name.endswith(SUFFIXES + (".py",)):
                    yield os.path.relpath(os.path.join(folder, name), root)


def main(root):
    count = 0
    for path in source_files(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for line, message in check_text(path.replace(os.sep, "/"),
                                            file.read()):
                print(f"{path}:{line}: {message}")
                count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
