"""The Dockerfiles keep to what docs/images.md promises."""
import os
import re
import shlex
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DOCKERFILE = os.path.join("deploy", "images", "Dockerfile")
LABELS = ("title", "description", "licenses", "version", "revision", "source")


def instructions(text):
    """(NAME, arguments) of each, continued lines joined, comments left out."""
    joined, found = "", []
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        joined += line.rstrip("\\") + " " if line.endswith("\\") else line
        if line.endswith("\\"):
            continue
        if joined.strip():
            name, _, arguments = joined.strip().partition(" ")
            found.append((name.upper(), arguments.strip()))
        joined = ""
    return found


def stages(text):
    """(name, base, instructions) of each; what stands before the first FROM is
    of the stage ""."""
    found = [("", "", [])]
    for name, arguments in instructions(text):
        if name == "FROM":
            words = arguments.split()
            found.append((words[-1] if len(words) == 3 else "", words[0], []))
        else:
            found[-1][2].append((name, arguments))
    return found


def copied(stage):
    """What COPY takes out of the tree."""
    sources = []
    for name, arguments in stage[2]:
        words = arguments.split()
        if name == "COPY" and not arguments.startswith("--from="):
            sources += words[:-1]
    return sources


def of_user(stage):
    """Faults of a stage that becomes an image."""
    name, base, lines = stage
    given = {}
    for instruction, arguments in lines:
        given.setdefault(instruction, []).append(arguments)
    labels = " ".join(given.get("LABEL", []))
    if base != "scratch":
        yield f"{name}: starts from {base} and not from nothing"
    if given.get("USER") != ["65532:65532"]:
        yield f"{name}: USER is {given.get('USER')} and not 65532:65532"
    if given.get("STOPSIGNAL") != ["SIGTERM"]:
        yield f"{name}: STOPSIGNAL is not SIGTERM"
    for instruction in ("HEALTHCHECK", "ENTRYPOINT", "EXPOSE", "WORKDIR"):
        if len(given.get(instruction, [])) != 1:
            yield f"{name}: has not one {instruction}"
    for instruction in ("ENTRYPOINT", "CMD"):
        for arguments in given.get(instruction, []):
            if not arguments.startswith("["):
                yield f"{name}: {instruction} needs a shell, which is not there"
    for arguments in given.get("HEALTHCHECK", []):
        if not re.search(r"CMD \[", arguments):
            yield f"{name}: HEALTHCHECK needs a shell, which is not there"
    if "RUN" in given:
        yield f"{name}: RUN, in an image without a shell"
    for label in LABELS:
        if f"org.opencontainers.image.{label}=" not in labels:
            yield f"{name}: has no label {label}"


def faults(text, exists=lambda path: True):
    every = stages(text)
    arguments = {words.split("=")[0] for name, words in every[0][2]
                 if name == "ARG" and "=" in words}
    names = {stage[0] for stage in every if stage[0]}
    for name, base, lines in every[1:]:
        variable = re.fullmatch(r"\$\{(\w+)\}", base)
        if base not in names | {"scratch"} and not (
                variable and variable[1] in arguments):
            yield f"FROM {base}: a base is named by ARG, so that it can be pinned"
        for instruction, words in lines:
            if instruction == "ADD":
                yield f"ADD {words}: COPY, or a download with its sum"
            installs = instruction == "RUN" and re.search(
                r"apt-get (-\S+ )*(install|update)|deps\.sh", words)
            if installs and "rm -rf /var/lib/apt/lists/*" not in words:
                yield f"{name}: leaves apt's lists behind"
            if re.search(r"\b(curl|wget|sudo)\b", words):
                yield f"{instruction} {words}: by fetch_torch.py, as root"
    for stage in every:
        for path in copied(stage):
            if not exists(path.rstrip("/")):
                yield f"COPY {path}: is not in the tree"
    for stage in every:
        if stage[1] == "scratch":
            yield from of_user(stage)


def ignored(text, path):
    """Whether .dockerignore leaves `path` out; of its patterns those that we
    use: *, !path and **/name."""
    out = False
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        keep, pattern = line.startswith("!"), line.lstrip("!")
        if pattern == "*" or (path + "/").startswith(pattern + "/") or (
                pattern.startswith("**/") and pattern[3:] in path.split("/")):
            out = not keep
    return out


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


class Dockerfile(unittest.TestCase):
    def test_it_keeps_to_the_rules(self):
        self.assertEqual(list(faults(read(DOCKERFILE), lambda path:
                                     os.path.exists(os.path.join(ROOT, path)))),
                         [])

    def test_there_is_an_image_of_each_program(self):
        images = [stage[0] for stage in stages(read(DOCKERFILE))
                  if stage[1] == "scratch"]
        self.assertEqual(sorted(images),
                         ["inference-server", "warmup-controller"])

    def test_every_source_gets_past_dockerignore_and_secrets_do_not(self):
        patterns = read(".dockerignore")
        for stage in stages(read(DOCKERFILE)):
            for path in copied(stage):
                self.assertFalse(ignored(patterns, path.rstrip("/")), path)
        for path in (".git/config", "build/store/models", "README.md", ".env",
                     "tests/images", "scripts/fetch_weights.sh",
                     "deploy/images/__pycache__/elf.pyc"):
            self.assertTrue(ignored(patterns, path), path)

    def test_what_changes_least_comes_first(self):
        build = [stage for stage in stages(read(DOCKERFILE))
                 if stage[0] == "build"][0]
        lines = [" ".join(line) for line in build[2]]
        install = [i for i, line in enumerate(lines) if "deps.sh compile" in line]
        sources = [i for i, line in enumerate(lines)
                   if line.startswith("COPY inference-server")]
        self.assertLess(install[0], sources[0])

    def test_programs_are_found_where_the_entry_points_say(self):
        for name, arguments in instructions(read(DOCKERFILE)):
            if name == "ENTRYPOINT":
                program = shlex.split(arguments.strip("[]"))[0]
                self.assertRegex(program, "^/usr/local/bin/[a-z-]+$")


class Rules(unittest.TestCase):
    """Each of them can fail."""

    GOOD = read(DOCKERFILE)

    def broken(self, old, new):
        self.assertIn(old, self.GOOD)
        return "\n".join(faults(self.GOOD.replace(old, new)))

    def test_each_fault_is_told(self):
        for old, new, told in (
                ("FROM ${BASE}", "FROM debian:12", "named by ARG"),
                ("USER 65532:65532", "USER root", "USER is"),
                ("COPY cmake cmake", "ADD https://a/b.tar /", "ADD https"),
                (" && rm -rf /var/lib/apt/lists/*", "", "apt's lists"),
                ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", "STOPSIGNAL"),
                ('CMD ["/usr/local/bin/prewarm-health"]', "NONE",
                 "HEALTHCHECK needs"),
                ('ENTRYPOINT ["/usr/local/bin/inference-server"]',
                 "ENTRYPOINT inference-server", "ENTRYPOINT needs"),
                ("org.opencontainers.image.licenses", "licenses",
                 "no label licenses")):
            self.assertIn(told, self.broken(old, new))
        self.assertIn("is not in the tree",
                      "\n".join(faults(self.GOOD, lambda path: path != "cmake")))

    def test_continued_lines_and_comments_are_read_as_docker_does(self):
        self.assertEqual(instructions("# a\nRUN b && \\\n# c\n    d\n\nUSER e"),
                         [("RUN", "b &&      d"), ("USER", "e")])


if __name__ == "__main__":
    unittest.main()
