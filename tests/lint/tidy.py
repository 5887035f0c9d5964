"""clang-tidy over our own files, only where something they see changed.

    python3 tests/lint/tidy.py BUILD_DIR CACHE_DIR [JOBS]

A file counts as clean while its text, the text of every own header it reaches,
its compile command, the .clang-tidy files and clang-tidy's version are what
they were.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
# A header that another compiler precompiled, and its options.
PRECOMPILED = re.compile(
    r"-Winvalid-pch|-fpch-preprocess|-include \S+cmake_pch\.hxx")
HEADER = re.compile(r"-include (\S+cmake_pch\.hxx)")
NOISE = re.compile(r"^(\d+ warnings?|Suppressed|Use -header-filter)")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def closure(path, root, seen):
    """Own files that `path` reaches by quoted includes, itself included."""
    path = os.path.normpath(path)
    if path in seen or not os.path.isfile(path):
        return seen
    seen.add(path)
    for name in INCLUDE.findall(read(path)):
        for base in (root, os.path.dirname(path)):
            closure(os.path.join(base, name), root, seen)
    return seen


def key_of(entry, root, version):
    digest = hashlib.sha256(version.encode())
    folder = os.path.dirname(entry["file"])
    while folder.startswith(root):
        config = os.path.join(folder, ".clang-tidy")
        if os.path.isfile(config):
            digest.update(read(config).encode())
        folder = os.path.dirname(folder)
    digest.update(PRECOMPILED.sub("", entry["command"]).encode())
    for path in sorted(closure(entry["file"], root, set())):
        digest.update(path.encode() + read(path).encode())
    return digest.hexdigest()


def own_scope(version, cache):
    """Options that load own_scope.cc, built for this clang-tidy; [] where the
    headers for that are missing: clang-tidy is slower then, its findings are
    the same."""
    major = re.search(r"version (\d+)", version).group(1)
    include = f"/usr/lib/llvm-{major}/include"
    source = os.path.join(os.path.dirname(__file__), "own_scope.cc")
    if not os.path.isdir(os.path.join(include, "clang-tidy")):
        print(f"clang-tidy: slow, without libclang-{major}-dev and "
              f"llvm-{major}-dev")
        return []
    key = hashlib.sha256((version + read(source)).encode()).hexdigest()[:16]
    plugin = os.path.join(cache, f"own_scope-{key}.so")
    if not os.path.exists(plugin):
        subprocess.run(["c++", "-std=c++17", "-shared", "-fPIC", "-fno-rtti",
                        "-O1", "-isystem", include, source, "-o",
                        plugin + ".part"], check=True)
        os.rename(plugin + ".part", plugin)
    return ["-load", plugin, "--checks=prewarm-own-scope"]


def precompiled(header, entries, cache):
    """A copy of `header`, precompiled by clang with what the commands of all
    its readers define; kept until that or the installed packages change."""
    # After the compiler's name, which ccache may stand before.
    options = [re.split(r"\S*\+\+ ", entry["command"], 1)[1].split()
               for entry in entries]
    shared = set.intersection(*map(set, options))
    words = [word for word in options[0]
             if word in shared or not word.startswith("-D")]
    command = re.sub(r"(^|\s)(-o |-c )\S+", "", " ".join(words))
    text = read(header)
    packages = os.stat("/var/lib/dpkg/status").st_mtime_ns
    key = hashlib.sha256(f"{text}{command}{packages}".encode()).hexdigest()
    copy = os.path.join(cache, key[:16] + ".hxx")
    if not os.path.exists(copy + ".pch"):
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run(f"clang++ {command} -w -x c++-header {copy} "
                       f"-o {copy}.part && mv {copy}.part {copy}.pch",
                       shell=True, cwd=entries[0]["directory"], check=True)
    return copy


def precompile(commands, cache, jobs):
    """Sets each command to read clang's precompiled header in place of the
    other compiler's."""
    readers = {}
    for entry in commands:
        found = HEADER.search(entry["command"])
        entry["command"] = PRECOMPILED.sub("", entry["command"])
        if found and "-x c++-header" not in entry["command"]:
            readers.setdefault(found.group(1), []).append(entry)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        made = pool.map(lambda header: precompiled(
            header, readers[header], cache), readers)
        for header, copy in zip(readers, made):
            for entry in readers[header]:
                entry["command"] += f" -include {copy}"


def check(entry, build, options):
    done = subprocess.run(
        ["clang-tidy", "--quiet", "-p", build, *options, entry["file"]],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [line for line in done.stdout.splitlines()
             if not NOISE.match(line)]
    return done.returncode, "\n".join(lines)


def main(build, cache, jobs):
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    version = subprocess.run(["clang-tidy", "--version"], text=True,
                             stdout=subprocess.PIPE).stdout
    cache = os.path.abspath(cache)
    os.makedirs(cache, exist_ok=True)
    commands = json.loads(read(os.path.join(build, "compile_commands.json")))
    entries = {}
    for entry in commands:
        if entry["file"].startswith(root + os.sep) and \
                os.path.isfile(entry["file"]) and \
                not entry["file"].startswith(os.path.abspath(build)):
            entries[entry["file"]] = entry
    todo = []
    for entry in entries.values():
        stamp = os.path.join(cache, key_of(entry, root, version))
        if not os.path.exists(stamp):
            todo.append((entry, stamp))
    precompile(commands, cache, jobs)
    with open(os.path.join(cache, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(commands, file)
    options = own_scope(version, cache)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        runs = {pool.submit(check, entry, cache, options): (entry, stamp)
                for entry, stamp in todo}
        for run in concurrent.futures.as_completed(runs):
            entry, stamp = runs[run]
            code, text = run.result()
            if code == 0:
                open(stamp, "w").close()
            else:
                failed += 1
                print(text, flush=True)
    print(f"clang-tidy: {len(entries)} files, {len(todo)} checked, "
          f"{failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2],
                  int(sys.argv[3]) if len(sys.argv) > 3 else 2))
