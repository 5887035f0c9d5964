"""What an ELF file needs and offers, as binutils' readelf tells it."""
import functools
import os
import re
import subprocess

NEEDED = re.compile(r"\(NEEDED\)\s+Shared library: \[(.*)\]")
INTERPRETER = re.compile(r"Requesting program interpreter: (.*)\]")
# "  0x0010:   Name..." has its file on the line "Version: 1  File: libc.so.6".
VERSIONS_OF = re.compile(r"Version: \d+\s+File: (\S+)\s+Cnt:")
SYMBOL = re.compile(
    r"\s*\d+: [0-9a-f]+\s+\S+\s+(?P<type>\S+)\s+(?P<bind>GLOBAL|WEAK|UNIQUE)\s+"
    r"\S+\s+(?P<section>\S+) (?P<name>[^\s@]+)(?P<at>@@?)?(?P<version>[^\s@]*)")


class Elf:
    """One file. `defined` and `undefined` map a symbol to its versions ("":
    none); of `undefined` those in `weak` may stay without a definition."""

    def __init__(self, path):
        self.path = path
        text = subprocess.run(
            ["readelf", "-W", "-l", "-d", "-V", "--dyn-syms", path],
            check=True, capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"}).stdout
        self.needed = NEEDED.findall(text)
        found = INTERPRETER.search(text)
        self.interpreter = found.group(1) if found else None
        self.version_needs = frozenset(VERSIONS_OF.findall(text))
        self.defined, self.undefined, self.weak = {}, {}, set()
        for symbol in SYMBOL.finditer(text):
            name, version = symbol["name"], symbol["version"]
            if symbol["section"] != "UND":
                self.defined.setdefault(name, set()).add(version)
                continue
            self.undefined.setdefault(name, set()).add(version)
            if symbol["bind"] == "WEAK":
                self.weak.add(name)

    def offers(self, name, version):
        """Whether the loader would take it for a symbol wanted so."""
        versions = self.defined.get(name)
        return versions is not None and (
            not version or version in versions or versions == {""})


@functools.lru_cache(maxsize=None)
def _read(path, _size, _time):
    return Elf(path)


def read(path):
    """Elf of `path`, read once as long as the file stays as it is."""
    state = os.stat(path)
    return _read(path, state.st_size, state.st_mtime_ns)


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"
