#!/usr/bin/python3
"""Writes resample.txt: pictures resized by Pillow, for resample_test.cc.

Each line: channels, width and height of the source, width and height of the
target, the target's bytes in hex. The source's bytes are a rule, Noise(), that
the test repeats: no picture needs to be stored. Made with Pillow 9.4.0.
"""
import os

from PIL import Image

CASES = [  # channels, source, target
    (3, (37, 29), (16, 16)),    # shrink, odd
    (3, (64, 48), (8, 31)),     # shrink far along x
    (3, (7, 5), (19, 23)),      # enlarge
    (3, (50, 3), (11, 12)),     # shrink along x, enlarge along y
    (3, (200, 9), (3, 9)),      # only the first pass
    (3, (9, 200), (9, 4)),      # only the second pass
    (3, (1, 1), (5, 3)),
    (3, (33, 33), (1, 1)),
    (1, (41, 31), (13, 17)),
    (1, (5, 6), (21, 14)),
    (4, (31, 17), (9, 11)),     # RGBA: through premultiplied colours
    (4, (4, 5), (10, 9)),
]
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def noise(size, seed):
    out = bytearray()
    state = seed
    for _ in range(size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        byte = state >> 24
        # Flat ends, where rounding and clipping differ first.
        out.append(0 if byte < 40 else 255 if byte > 215 else byte)
    return bytes(out)


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "resample.txt"), "w") as out:
        for channels, source, target in CASES:
            data = noise(source[0] * source[1] * channels, channels)
            picture = Image.frombytes(MODES[channels], source, data)
            resized = picture.resize(target, Image.Resampling.BILINEAR)
            print(channels, *source, *target, resized.tobytes().hex(),
                  file=out)


if __name__ == "__main__":
    main()
