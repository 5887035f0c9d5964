#!/usr/bin/python3
"""Writes quality.txt: metrics by numpy, for tests/unit/quality.

Each line: width and height, the truth's ellipse (centre, radii), how far the
matte's is shifted, how many quarters of it are noise; then MAE, IoU, boundary
F, max F and S-measure. Both pictures are a rule that the test repeats. Written
from the papers and with other means than the C++: floating point, all pairs of
boundary pixels, each threshold by itself. Made with numpy 1.24.2.
"""
import os

import numpy as np

CASES = [  # width, height, centre, radii, shift, quarters of noise
    (40, 30, (18, 14), (9, 7), (0, 0), 0),     # equal
    (40, 30, (18, 14), (9, 7), (1, 0), 0),     # within the tolerance
    (40, 30, (18, 14), (9, 7), (3, -2), 0),    # beyond it
    (40, 30, (18, 14), (9, 7), (30, 0), 0),    # nothing in common
    (40, 30, (18, 14), (9, 7), (0, 0), 1),
    (40, 30, (18, 14), (9, 7), (2, 1), 2),
    (40, 30, (18, 14), (9, 7), (0, 0), 4),     # noise alone
    (300, 200, (100, 80), (70, 45), (3, 2), 1),  # a tolerance of 3 pixels
    (31, 57, (30, 56), (5, 5), (-1, -1), 1),   # in the last corner
    (31, 57, (0, 0), (4, 9), (0, 2), 1),       # in the first one
    (30, 20, (15, 10), (99, 99), (0, 0), 1),   # the whole picture
    (30, 20, (99, 99), (3, 3), (0, 0), 1),     # empty
    (30, 20, (99, 99), (3, 3), (-85, -90), 1),  # only the matte has a subject
    (30, 20, (15, 10), (1, 0), (0, 0), 1),     # one row
]
EPS = np.finfo(float).eps


def noise(size):
    out = np.zeros(size, dtype=int)
    state = 7
    for i in range(size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return out


def ellipse(width, height, centre, radii):
    y, x = np.mgrid[0:height, 0:width]
    return 255 * ((x - centre[0])**2 * radii[1]**2
                  + (y - centre[1])**2 * radii[0]**2
                  <= (radii[0] * radii[1])**2)


def iou(m, t):
    union = np.logical_or(m, t).sum()
    return np.logical_and(m, t).sum() / union if union else 1.0


def boundary(s):
    """seg2bmap of the DAVIS code."""
    e, so, se = s.copy(), s.copy(), s.copy()
    e[:, :-1] = s[:, 1:]
    so[:-1, :] = s[1:, :]
    se[:-1, :-1] = s[1:, 1:]
    b = (s ^ e) | (s ^ so) | (s ^ se)
    b[-1, :] = s[-1, :] ^ e[-1, :]
    b[:, -1] = s[:, -1] ^ so[:, -1]
    b[-1, -1] = False
    return np.argwhere(b)


def near(a, b, radius):
    if len(a) == 0:
        return 1.0
    if len(b) == 0:
        return 0.0
    square = ((a[:, None, :] - b[None, :, :])**2).sum(-1).min(1)
    return (square <= radius * radius).mean()


def boundary_f(m, t):
    radius = np.ceil(0.0075 * np.linalg.norm(t.shape))
    precision = near(boundary(m), boundary(t), radius)
    recall = near(boundary(t), boundary(m), radius)
    if precision + recall == 0:
        return 0.0
    return 2 * precision * recall / (precision + recall)


def max_f(matte, t):
    if not t.any():
        return 0.0 if (matte > 127).any() else 1.0
    best = 0.0
    for threshold in range(256):
        chosen = matte >= threshold
        hits = (chosen & t).sum()
        if hits:
            precision, recall = hits / chosen.sum(), hits / t.sum()
            best = max(best, 1.3 * precision * recall
                       / (0.3 * precision + recall))
    return best


def s_object(p, t):
    values = p[t]
    x = values.mean()
    sigma = values.std(ddof=1) if len(values) > 1 else 0.0
    return 2 * x / (x * x + 1 + sigma + EPS)


def ssim(p, g):
    n = p.size
    x, y = p.mean(), g.mean()
    xx = ((p - x)**2).sum() / (n - 1 + EPS)
    yy = ((g - y)**2).sum() / (n - 1 + EPS)
    xy = ((p - x) * (g - y)).sum() / (n - 1 + EPS)
    a, b = 4 * x * y * xy, (x * x + y * y) * (xx + yy)
    # The mean of equal values is off by a rounding, and so is their spread.
    if abs(a) > 1e-14:
        return a / (b + EPS)
    return 1.0 if b < 1e-14 else 0.0


def s_measure(p, t):
    share = t.mean()
    if share == 0:
        return 1 - p.mean()
    if share == 1:
        return p.mean()
    o = share * s_object(p, t) + (1 - share) * s_object(1 - p, ~t)
    rows, columns = np.nonzero(t)
    cy = int(np.floor(rows.mean() + 1 + 0.5))
    cx = int(np.floor(columns.mean() + 1 + 0.5))
    r = 0.0
    for ys in (slice(None, cy), slice(cy, None)):
        for xs in (slice(None, cx), slice(cx, None)):
            if p[ys, xs].size:
                r += p[ys, xs].size / p.size * ssim(p[ys, xs],
                                                    t[ys, xs].astype(float))
    return max(0.0, 0.5 * o + 0.5 * r)


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "quality.txt"), "w") as out:
        for width, height, centre, radii, shift, quarters in CASES:
            truth = ellipse(width, height, centre, radii)
            moved = ellipse(width, height, (centre[0] + shift[0],
                                            centre[1] + shift[1]), radii)
            grain = noise(width * height).reshape(height, width)
            matte = (moved * (4 - quarters) + grain * quarters) // 4
            m, t = matte > 127, truth > 127
            scores = (np.abs(matte - truth).mean() / 255, iou(m, t),
                      boundary_f(m, t), max_f(matte, t),
                      s_measure(matte / 255, t))
            print(width, height, *centre, *radii, *shift, quarters,
                  *(f"{score:.9f}" for score in scores), file=out)


if __name__ == "__main__":
    main()
