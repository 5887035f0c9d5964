"""Which shared libraries programs need, and which of them nobody uses.

A library that is needed by name only (DT_NEEDED), and from which no file binds a
symbol, can be left out: its name is taken out of the file that needs it. The
loader binds all symbols when an engine is opened (RTLD_NOW), so that a mistake
here is an engine that can't be opened and says which symbol it lacks, never a
call into nothing.
"""
import os
import re
import subprocess

import contents
import elf

LDD = re.compile(r"\s*(\S+)(?: => (\S+))? \(0x[0-9a-f]+\)")


class Missing(Exception):
    """A library or a symbol that is nowhere; the message names who wants it."""


def resolve(roots):
    """soname -> path, as the loader of this machine finds them from `roots`."""
    found = {}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LD_")}
    for root in roots:
        text = subprocess.run(["ldd", root], check=True, capture_output=True,
                              text=True, env={**clean, "LC_ALL": "C"}).stdout
        for line in text.splitlines():
            if line.split()[:1] and line.split()[0] in contents.OF_DRIVER:
                continue
            if "not found" in line:
                raise Missing(f"{root} needs {line.split()[0]}, which is not "
                              "installed")
            match = LDD.match(line)
            if match and not match[1].startswith("linux-vdso"):
                path = match[2] or match[1]
                found.setdefault(os.path.basename(match[1]), path)
    return found


def walk(roots, libraries, without=None):
    """The files from `roots` on, breadth first, as the loader looks through
    them. `without`: path -> names that are not followed from there."""
    order, seen = [], set()
    queue = list(roots)
    for path in queue:
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        order.append(path)
        for name in elf.read(path).needed:
            if name in (without or {}).get(real, ()) or \
                    name in contents.OF_DRIVER:
                continue
            if name not in libraries:
                raise Missing(f"{path} needs {name}, which is not there")
            queue.append(libraries[name])
    return order


def _offers(scope):
    """symbol -> the files that define it, in the order of the loader."""
    offered = {}
    for path in scope:
        for name in elf.read(path).defined:
            offered.setdefault(name, []).append(path)
    return offered


def used(root, libraries):
    """Of walk([root]): the files that `root` binds symbols from, directly or
    through others, or needs versions of."""
    offered = _offers(walk([root], libraries))
    kept, queue = {os.path.realpath(root)}, [root]
    for path in queue:
        file = elf.read(path)
        definers = [libraries[name] for name in file.version_needs]
        for name, versions in file.undefined.items():
            for version in versions:
                definers += [other for other in offered.get(name, ())
                             if elf.read(other).offers(name, version)][:1]
        for other in definers:
            real = os.path.realpath(other)
            if real not in kept:
                kept.add(real)
                queue.append(other)
    return kept


def unused_needs(trimmed, roots, libraries):
    """The names in DT_NEEDED of the library `trimmed` that no root uses which
    is linked with it."""
    real = os.path.realpath(trimmed)
    kept = set()
    for root in roots:
        if real in map(os.path.realpath, walk([root], libraries)):
            kept |= used(root, libraries)
    return [name for name in elf.read(trimmed).needed
            if os.path.realpath(libraries[name]) not in kept]


def check(roots, libraries):
    """Raises Missing unless every symbol that must be found would be."""
    for root in roots:
        scope = walk([root], libraries)
        offered = _offers(scope)
        for path in scope:
            file = elf.read(path)
            if set(file.needed) & set(contents.OF_DRIVER):
                continue  # its symbols are the driver's
            for name in file.version_needs:
                if name not in libraries:
                    raise Missing(f"{path} needs versions of {name}")
            for name, versions in file.undefined.items():
                if name in file.weak:
                    continue
                for version in versions:
                    if not any(elf.read(other).offers(name, version)
                               for other in offered.get(name, ())):
                        raise Missing(f"{path}: nobody has the symbol "
                                      f"{name} {version}".rstrip())
