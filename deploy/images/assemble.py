#!/usr/bin/env python3
"""Assembles the root folder of an image from built programs and the installed
Debian packages:

    assemble.py IMAGE --build BUILD --out FOLDER [--engines "fused torch"]

FOLDER must not exist. Without --engines: those that were built, of fused and
torch. SOURCE_DATE_EPOCH: of all files (0). The Dockerfile runs it, and so do
tests/images. Prints a table of what takes the room.
"""
import argparse
import os
import re
import subprocess
import sys

import closure
import contents
import debian
import elf
import root as roots
import sbom
import torch_cuda

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DOC = "/usr/share/doc/prewarm"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def version():
    with open(os.path.join(TOP, "CMakeLists.txt"), encoding="utf-8") as file:
        return re.search(r"project\(prewarm VERSION (\S+)", file.read())[1]


class Assembly:
    def __init__(self, image, out, epoch):
        self.image = image
        self.root = roots.Root(out, epoch)
        self.installed = debian.Installed()
        self.copied = {}   # path in the image -> package, None: nobody's
        self.changed = {}  # path in the image -> what was changed

    def copy(self, source, path=None, package=None):
        self.root.copy(source, path)
        self.copied[path or source] = package

    def copy_owned(self, path):
        """A file of a Debian package, under the name that it has there."""
        path = debian.canonical(path)
        self.copy(path, package=self.installed.owner(path))
        return path

    def skeleton(self, image):
        for folder in ("/dev", "/proc", "/sys", "/run", "/etc", "/usr/bin",
                       "/usr/sbin", "/usr/lib", "/usr/lib64"):
            self.root.make_folder(folder)
        for name in ("bin", "lib", "lib64", "sbin"):
            self.root.link("/" + name, "/usr/" + name)
        self.root.make_folder("/tmp", 0o1777)
        for path in image.owned:
            self.root.make_folder(path, owner=contents.UID)
        for path, target in image.links:
            self.root.link(path, target)
        self.root.write("/etc/passwd", contents.PASSWD)
        self.root.write("/etc/group", contents.GROUP)
        self.root.write("/etc/nsswitch.conf", contents.NSSWITCH)
        self.root.link("/etc/os-release", "/usr/lib/os-release")

    def certificates(self):
        """From the package's own, so that no authority of the machine that
        builds gets in."""
        bundle = []
        for path in sorted(self.installed.files("ca-certificates")):
            # The documentation has an example that is none.
            if (path.startswith("/usr/share/ca-certificates/")
                    and path.endswith(".crt")):
                with open(path, encoding="ascii") as file:
                    bundle.append(file.read().strip() + "\n")
        self.root.write(BUNDLE, "".join(bundle))
        self.copied[BUNDLE] = "ca-certificates"
        # Where OpenSSL looks.
        self.root.link("/usr/lib/ssl/cert.pem", BUNDLE)

    def declared(self, image):
        for package, path in image.files:
            self.installed.files(package)
            if self.installed.owner(path) != package:
                raise LookupError(f"{path} is not of the package {package}")
            self.copy_owned(path)
        for package, folder in image.folders:
            for path in self.installed.files(package):
                if not path.startswith(folder + "/") or path.startswith(
                        tuple(skip + "/" for skip in image.skipped)):
                    continue
                if os.path.islink(path):
                    target = os.path.join(os.path.dirname(path),
                                          os.readlink(path))
                    self.root.link(path, os.path.normpath(target))
                elif os.path.isfile(path):
                    self.copy(path, package=package)

    def library(self, path):
        """The file under its own name, and the name that it is asked for by;
        without the detour over /etc/alternatives."""
        asked, real = debian.canonical(path), os.path.realpath(path)
        owner = self.installed.owner(real)
        name = os.path.basename(path)
        wanted = contents.OWNERS.get(name)
        if wanted and owner != wanted:
            raise closure.Missing(f"{name} is {real} of {owner}; fix: install "
                                  f"{wanted}")
        self.copy(real, package=owner)
        if asked != real:
            self.root.link(asked, real)
        return real

    def binaries(self, programs, engines, opened):
        libraries = closure.resolve(programs + engines + opened)
        without = {}
        for name, path in libraries.items():
            if name.startswith(contents.TRIMMED) and self.installed.owner(
                    os.path.realpath(path)):
                without[os.path.realpath(path)] = closure.unused_needs(
                    path, programs + engines + opened, libraries)
        every = closure.walk(programs + engines + opened, libraries, without)
        for path in every:
            if path in programs:
                self.copy(path, "/usr/local/bin/" + os.path.basename(path))
            elif path in engines:
                self.copy(path, "/usr/local/lib/prewarm/"
                          + os.path.basename(path))
            else:
                real = self.library(path)
                if without.get(real):
                    self.trim(real, without[real])
        for program in programs:
            interpreter = elf.read(program).interpreter
            self.library(interpreter)
        return every

    def trim(self, path, names):
        command = ["patchelf"]
        for name in names:
            command += ["--remove-needed", name]
        subprocess.run(command + [self.root.at(path)], check=True)
        self.changed[path] = ("no longer needs what it uses nothing of: "
                              + ", ".join(sorted(names)))

    def papers(self, name, epoch):
        """Copyright files, dpkg's records for scanners, the bill of materials."""
        packages = []
        self.root.copy(os.path.join(TOP, "LICENSE"), DOC + "/copyright")
        for owner in sorted(set(filter(None, self.copied.values()))):
            package = self.installed.describe(owner)
            self.root.copy(os.path.realpath(package.copyright),
                           package.copyright)
            with open(package.copyright, encoding="utf-8",
                      errors="replace") as file:
                packages.append((package, debian.licences(file.read())))
            status = "/var/lib/dpkg/status.d/" + owner
            self.root.write(status, package.stanza)
            sums = [f"{roots.digest(self.root.at(path), 'md5')}  {path[1:]}\n"
                    for path, by in sorted(self.copied.items())
                    if by == owner and not os.path.islink(self.root.at(path))]
            self.root.write(status + ".md5sums", "".join(sums))
        files = [(path, self.checksums(path), self.changed.get(path, ""))
                 for path, by in self.copied.items()
                 if by is None or path in self.changed]
        others = []
        if any(path.startswith(contents.TORCH + "/") for path, *_ in files):
            others.append(torch_cuda.describe())
            for path, inside in torch_cuda.licences():
                self.root.copy(path, inside)
        text = sbom.make(name, version(), epoch, packages, files, others)
        self.root.write(DOC + "/sbom.spdx.json", text)

    def checksums(self, path):
        at = self.root.at(path)
        return {"SHA1": roots.digest(at, "sha1"),
                "SHA256": roots.digest(at, "sha256")}


def engines_of(build, wanted):
    names = (wanted or "fused torch").split()
    found = []
    for name in names:
        if name not in contents.ENGINES:
            raise closure.Missing(f"engine {name} is unknown; of: "
                                  + " ".join(contents.ENGINES))
        path = os.path.join(build, "lib", f"libprewarm-engine-{name}.so")
        if os.path.exists(path):
            found.append(path)
        elif wanted:
            raise closure.Missing(f"{path} was not built")
    return found


def assemble(name, build, out, engines=None, epoch=0):
    image = contents.IMAGES[name]
    assembly = Assembly(name, out, epoch)
    assembly.skeleton(image)
    assembly.declared(image)
    assembly.certificates()
    programs = [os.path.join(build, "bin", program)
                for program in image.programs]
    for path in programs:
        if not os.path.exists(path):
            raise closure.Missing(f"{path} was not built; fix: make programs")
    chosen = engines_of(build, engines) if image.engines else []
    assembly.binaries(programs, chosen, torch_cuda.opened_beside(chosen))
    assembly.papers(name, epoch)
    assembly.root.seal()
    return assembly.root


def report(root):
    sizes = [(os.lstat(root.at(path)).st_size, path) for path in root.files()]
    print(f"{root.size() / 1e6:8.1f} MB  {len(sizes)} files")
    for size, path in sorted(sizes, reverse=True)[:12]:
        print(f"{size / 1e6:8.1f} MB  {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", choices=sorted(contents.IMAGES))
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--out", required=True)
    parser.add_argument("--engines", default=None)
    options = parser.parse_args()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    try:
        report(assemble(options.image, os.path.abspath(options.build),
                        options.out, options.engines, epoch))
    except (closure.Missing, LookupError, OSError) as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
