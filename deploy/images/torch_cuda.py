"""The LibTorch with CUDA that fetch_torch.py has unpacked, as part of an image."""
import glob
import os
import re

import closure
import contents

DOC = "/usr/share/doc/pytorch-cuda"


def opened_beside(engines):
    """Files that the engine for CUDA opens by name: in the folders of those that
    it needs, and of those that these need in turn."""
    roots = [path for path in engines if path.endswith("-cuda.so")]
    found = []
    while roots:
        folders = {os.path.dirname(os.path.realpath(path))
                   for path in closure.resolve(roots).values()}
        roots = sorted({path for folder in folders
                        if folder.startswith(contents.TORCH + "/")
                        for pattern in contents.OPENED_BY_CUDA
                        for path in glob.glob(os.path.join(folder, pattern))
                        } - set(found))
        found += roots
    return found


def version():
    """As PyTorch's archives state it."""
    for path, pattern in (("torch/version.py", r"__version__ = '([^']+)'"),
                          ("libtorch/build-version", r"(\S+)")):
        at = os.path.join(contents.TORCH, path)
        if os.path.exists(at):
            with open(at, encoding="utf-8") as file:
                match = re.search(pattern, file.read())
            if match:
                return match[1]
    return "unknown"


def describe():
    return ("pytorch-cuda", version(),
            f"PyTorch and NVIDIA's libraries, the files below {contents.TORCH}; "
            f"what their archives say of licences is in {DOC}")


def licences():
    """(file, its path in the image) of all that looks like one."""
    for folder in sorted(glob.glob(os.path.join(contents.TORCH, "*"))):
        if not folder.endswith((".dist-info", "libtorch")):
            continue
        for path in sorted(glob.glob(os.path.join(folder, "**"),
                                     recursive=True)):
            named = os.path.relpath(path, contents.TORCH)
            if os.path.isfile(path) and re.search(
                    "licen[cs]e|notice|eula", named.split("/", 1)[1], re.I):
                yield path, os.path.join(DOC, named)
