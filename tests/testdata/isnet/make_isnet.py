#!/usr/bin/python3
"""Writes the photos and mask samples beside it; see README.md.

    /usr/bin/python3 make_isnet.py SKIMAGE_DATA NODE_MODULES MODEL.onnx

Needs python3-numpy, python3-pil, node and onnxruntime-node 1.30.
"""
import os
import subprocess
import sys
import tempfile
import zlib

import numpy
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
ORT = os.path.join(HERE, "..", "..", "bench", "peers", "ort.mjs")
PHOTOS = {"astronaut": "astronaut.png", "camera": "camera.png",
          "chelsea": "chelsea.png", "coffee": "coffee.png",
          "rocket": "rocket.jpg"}
SMALL, SIDE, GRID = 256, 1024, 64


def enlarge(small):
    """Bilinear in whole numbers: 8 bits of fraction, half up."""
    n = small.shape[0]
    at = ((2 * numpy.arange(SIDE) + 1) * n * 256) // (2 * SIDE) - 128
    at = numpy.clip(at, 0, (n - 1) * 256)
    low, part = at >> 8, at & 255
    high = numpy.minimum(low + 1, n - 1)
    wide = small.astype(numpy.int64)
    rows = (wide[low] * (256 - part)[:, None, None]
            + wide[high] * part[:, None, None])
    both = (rows[:, low] * (256 - part)[None, :, None]
            + rows[:, high] * part[None, :, None])
    return ((both + 32768) >> 16).astype(numpy.uint8)


def sample(mask):
    for j in range(GRID):
        yield " ".join(
            f"{round(float(mask[16 * j + 5 * i % 16, 16 * i + 11 * j % 16]) * 65535):04x}"
            for i in range(GRID))


def main(data, modules, model):
    with tempfile.TemporaryDirectory() as folder:
        inputs = []
        for name, file in PHOTOS.items():
            photo = Image.open(os.path.join(data, file)).convert("RGB")
            path = os.path.join(HERE, name + ".jpg")
            photo.resize((SMALL, SMALL), Image.LANCZOS).save(
                path, quality=85, subsampling=0)
            small = numpy.asarray(Image.open(path))
            planes = (enlarge(small).astype(numpy.float32) - 128) / 256
            inputs.append(os.path.join(folder, name))
            planes.transpose(2, 0, 1).astype("<f4").tofile(inputs[-1])
        subprocess.run(["node", ORT, modules, model, "0", *inputs],
                       check=True, stdout=subprocess.DEVNULL)
        for name, path in zip(PHOTOS, inputs):
            mask = numpy.fromfile(path + ".mask", "<f4").reshape(SIDE, SIDE)
            pixels = Image.open(os.path.join(HERE, name + ".jpg")).tobytes()
            with open(os.path.join(HERE, name + ".txt"), "w",
                      encoding="ascii") as out:
                out.write(f"{zlib.crc32(pixels):08x}\n")
                out.write("\n".join(sample(mask)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
