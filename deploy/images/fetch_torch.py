#!/usr/bin/env python3
"""Unpacks a LibTorch with CUDA out of archives that are named with their sums:

    fetch_torch.py FOLDER URL#sha256=HEX...

One archive of PyTorch's (libtorch-...zip), or the wheels of Python's torch and of
the nvidia-... packages that it names. Nothing is unpacked before its sum is right.
FOLDER/folder then holds the folder that has include/ and lib/.
"""
import hashlib
import os
import re
import sys
import tempfile
import urllib.request
import zipfile

NAMED = re.compile(r"(https://[^#\s]+)#sha256=([0-9a-f]{64})$")


class Wrong(Exception):
    pass


def download(url, wanted, into):
    total = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=60) as reply:
        while piece := reply.read(1 << 20):
            total.update(piece)
            into.write(piece)
    if total.hexdigest() != wanted:
        raise Wrong(f"{url} has the SHA-256 {total.hexdigest()}, and {wanted} "
                    "was expected: nothing of it was unpacked")


def unpack(file, folder):
    """zipfile never writes outside of the folder."""
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)


def torch_folder(folder):
    for name in ("libtorch", "torch"):
        at = os.path.join(folder, name)
        if os.path.exists(os.path.join(at, "lib", "libtorch_cuda.so")):
            return at
    raise Wrong(f"{folder} has neither libtorch/ nor torch/ with "
                "lib/libtorch_cuda.so: is it a build without CUDA?")


def fetch(folder, names):
    if not names:
        raise Wrong("no archive; give --build-arg TORCH_URLS="
                    "\"https://...#sha256=... ...\" (docs/images.md)")
    pairs = []
    for name in names:
        match = NAMED.match(name)
        if not match:
            raise Wrong(f"{name!r} is no https://...#sha256= and 64 hex digits")
        pairs.append(match.groups())
    os.makedirs(folder, exist_ok=True)
    for url, wanted in pairs:
        with tempfile.TemporaryFile(dir=folder) as file:
            download(url, wanted, file)
            unpack(file, folder)
    with open(os.path.join(folder, "folder"), "w", encoding="utf-8") as file:
        file.write(torch_folder(folder) + "\n")


if __name__ == "__main__":
    try:
        fetch(sys.argv[1], sys.argv[2:])
    except (Wrong, OSError, zipfile.BadZipFile) as problem:
        sys.exit(f"error: {problem}")
