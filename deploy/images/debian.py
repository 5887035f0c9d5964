"""Whose a file is among the installed Debian packages, and what dpkg knows."""
import dataclasses
import os
import re
import subprocess

INFO = "/var/lib/dpkg/info"
FIELD = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Package:
    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    stanza: str  # of the status file, for scanners

    @property
    def copyright(self):
        return f"/usr/share/doc/{self.name}/copyright"


def canonical(path):
    """/lib is /usr/lib; the last part stays a link where it is one."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


class Installed:
    """dpkg's database, read once."""

    def __init__(self):
        self._owner = {}
        self._files = {}
        for list_name in sorted(os.listdir(INFO)):
            if not list_name.endswith(".list"):
                continue
            package = list_name[:-len(".list")].split(":")[0]
            with open(os.path.join(INFO, list_name), encoding="utf-8") as file:
                paths = file.read().splitlines()
            self._files[package] = paths
            for path in paths:
                if path.startswith(("/lib", "/bin", "/sbin")):
                    path = "/usr" + path
                self._owner.setdefault(path, package)

    def owner(self, path):
        """The package of a file; None if it is nobody's."""
        return self._owner.get(canonical(path))

    def files(self, package):
        if package not in self._files:
            raise LookupError(f"the Debian package {package} is not installed; "
                              "fix: scripts/deps.sh images")
        return self._files[package]

    def describe(self, name):
        form = ("${Package}\n${Version}\n${Architecture}\n${source:Package}\n"
                "${source:Version}\n")
        text = subprocess.run(["dpkg-query", "-W", "-f", form, name],
                              check=True, capture_output=True, text=True).stdout
        # One line each per architecture; there is one.
        fields = text.splitlines()[:5]
        status = subprocess.run(["dpkg-query", "-s", name], check=True,
                                capture_output=True, text=True).stdout
        return Package(*fields, stanza=_without_conffiles(status))


def _without_conffiles(stanza):
    """Conffiles would be files that are not here."""
    kept, skipping = [], False
    for line in stanza.splitlines():
        if not line.startswith(" "):
            skipping = line.startswith("Conffiles:")
        if line and not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def licences(text):
    """The short names of licences in a copyright file of Debian's format 1.0;
    none in others, which are prose."""
    if "copyright-format/1.0" not in text[:400]:
        return []
    return sorted(set(name.strip() for name in FIELD.findall(text)))
