"""The peer of inspyrenet_bench: the same network in Python's torch.

    python3 inspyrenet_peer.py --keys state_dict_keys.tsv --side 1024
        [--width W --height H]

--side is the base size; a picture of another size has --width and --height.
Written from the description of the network, not from its code; weights are made
by formula (tests/testdata/inspyrenet). Prints one line of JSON.
"""
import argparse
import json
import math
import resource
import time

import torch
import torch.nn.functional as F

DEPTHS, HEADS, WINDOW = (2, 2, 18, 2), (4, 8, 16, 32), 12


def formula_weights(path):
    keys = []
    with open(path) as lines:
        for line in lines:
            name, shape, kind = line.rstrip("\n").split("\t")
            keys.append((name, json.loads(shape), kind))
    weights = {}
    for index, (name, shape, kind) in enumerate(sorted(keys)):
        if kind != "torch.float32":
            continue
        count = math.prod(shape)
        s = torch.sin(0.7311 * torch.arange(count, dtype=torch.float64)
                      + 0.377 * index)
        if name.endswith("running_var"):
            s = 1 + 0.25 * s
        elif name.endswith("running_mean"):
            s = 0.05 * s
        elif name.endswith("threshold"):
            s = 0.5 + 0.05 * s
        elif name.endswith("gamma"):
            s = 0 * s + 0.3
        elif len(shape) == 1:
            s = 1 + 0.1 * s if name.endswith("weight") else 0.05 * s
        elif name.endswith("relative_position_bias_table"):
            s = 0.2 * s
        else:
            s = s * math.sqrt(2 / (count / shape[0]))
        weights[name] = s.to(torch.float32).reshape(shape)
    return weights


def resize(x, size, aligned=False):
    if tuple(x.shape[-2:]) == tuple(size):
        return x
    return F.interpolate(x, tuple(size), mode="bilinear",
                         align_corners=aligned)


class Network:
    def __init__(self, weights, base):
        self.w, self.base = weights, base
        self.masks = {}
        device = next(iter(weights.values())).device
        y, x = torch.meshgrid(torch.arange(WINDOW), torch.arange(WINDOW),
                              indexing="ij")
        at = torch.stack((y.flatten(), x.flatten()))
        rel = at[:, :, None] - at[:, None, :] + WINDOW - 1
        index = (rel[0] * (2 * WINDOW - 1) + rel[1]).to(device)
        self.bias = {
            name: weights[name][index.flatten()]
            .view(WINDOW ** 2, WINDOW ** 2, -1).permute(2, 0, 1).contiguous()
            for name in weights
            if name.endswith("relative_position_bias_table")}
        taps = torch.exp(-torch.arange(-3, 4, dtype=torch.float64) ** 2 / 2)
        taps /= taps.sum()
        self.gauss = (4 * torch.outer(taps, taps)).float()[None, None].to(
            device)

    def cbr(self, name, x, dilation=1):
        w = self.w[name + ".conv.weight"]
        pad = [dilation * (k - 1) // 2 for k in w.shape[2:]]
        x = F.conv2d(x, w, None, 1, pad, dilation)
        bn = [self.w[f"{name}.bn.{part}"] for part in
              ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(x, *bn, False, 0.1, 1e-5)

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"],
                            self.w[name + ".bias"])

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"],
                        self.w.get(name + ".bias"))

    def mask(self, hp, wp, device):
        if (hp, wp) not in self.masks:
            image = torch.zeros(hp, wp)
            cuts = (slice(0, -WINDOW), slice(-WINDOW, -WINDOW // 2),
                    slice(-WINDOW // 2, None))
            for n, (rows, columns) in enumerate(
                    (r, c) for r in cuts for c in cuts):
                image[rows, columns] = n
            label = self.windows(image[None, :, :, None])[..., 0]
            apart = label[:, None, :] != label[:, :, None]
            self.masks[hp, wp] = (apart * -100.0).to(device)
        return self.masks[hp, wp]

    @staticmethod
    def windows(x):
        b, h, w, c = x.shape
        x = x.view(b, h // WINDOW, WINDOW, w // WINDOW, WINDOW, c)
        return x.transpose(2, 3).reshape(-1, WINDOW ** 2, c)

    def block(self, name, x, heads, shifted):
        b, h, w, c = x.shape
        y = self.norm(name + ".norm1", x)
        y = F.pad(y, (0, 0, 0, -w % WINDOW, 0, -h % WINDOW))
        hp, wp = y.shape[1:3]
        if shifted:
            y = torch.roll(y, (-6, -6), (1, 2))
        y = self.windows(y)
        n = y.shape[0]
        q, k, v = self.linear(name + ".attn.qkv", y).view(
            n, -1, 3, heads, 32).permute(2, 0, 3, 1, 4)
        a = (q * 32 ** -0.5) @ k.transpose(-2, -1)
        a = a + self.bias[name + ".attn.relative_position_bias_table"]
        if shifted:
            mask = self.mask(hp, wp, a.device).to(a.dtype)
            a = a.view(b, -1, *a.shape[1:]) + mask[None, :, None]
            a = a.view(n, *a.shape[2:])
        y = (a.softmax(-1) @ v).transpose(1, 2).reshape(n, -1, c)
        y = self.linear(name + ".attn.proj", y)
        y = y.view(b, hp // WINDOW, wp // WINDOW, WINDOW, WINDOW, c)
        y = y.transpose(2, 3).reshape(b, hp, wp, c)
        if shifted:
            y = torch.roll(y, (6, 6), (1, 2))
        x = x + y[:, :h, :w]
        y = F.gelu(self.linear(name + ".mlp.fc1",
                               self.norm(name + ".norm2", x)))
        return x + self.linear(name + ".mlp.fc2", y)

    def backbone(self, x):
        x = F.conv2d(x, self.w["backbone.patch_embed.proj.weight"],
                     self.w["backbone.patch_embed.proj.bias"], 4)
        x = self.norm("backbone.patch_embed.norm", x.permute(0, 2, 3, 1))
        features = [x]
        for i, depth in enumerate(DEPTHS):
            layer = f"backbone.layers.{i}"
            for j in range(depth):
                x = self.block(f"{layer}.blocks.{j}", x, HEADS[i], j % 2 == 1)
            features.append(self.norm(f"backbone.norm{i}", x))
            if i < 3:
                x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
                x = torch.cat((x[:, 0::2, 0::2], x[:, 1::2, 0::2],
                               x[:, 0::2, 1::2], x[:, 1::2, 1::2]), -1)
                x = self.linear(layer + ".downsample.reduction",
                                self.norm(layer + ".downsample.norm", x))
        return [f.permute(0, 3, 1, 2).contiguous() for f in features]

    def attend(self, name, x, n):
        b = x.shape[0]
        q, k, v = (self.cbr(f"{name}.{part}_conv", x).contiguous().view(
            b, -1, n) for part in ("query", "key", "value"))
        a = (q.transpose(1, 2) @ k).softmax(-1)
        y = (v @ a.transpose(1, 2)).view(x.shape)
        return self.w[name + ".gamma"] * y + x

    def cross(self, name, x):
        return (self.attend(name + ".Hattn", x, x.shape[2])
                + self.attend(name + ".Wattn", x, x.shape[3]))

    def context(self, name, x):
        parts = [self.cbr(name + ".branch0", x)]
        for r in (1, 2, 3):
            branch = f"{name}.branch{r}"
            y = x
            for step in (0, 1, 2):
                y = self.cbr(f"{branch}.conv{step}", y)
            parts.append(self.cbr(branch + ".conv3", self.cross(branch, y),
                                  2 * r + 1))
        return F.relu(self.cbr(name + ".conv_cat", torch.cat(parts, 1))
                      + self.cbr(name + ".conv_res", x))

    def decoder(self, c3, c4, c5):
        size = c3.shape[2:]
        y = torch.cat((resize(c5, size, True), resize(c4, size, True), c3), 1)
        y = self.cross("decoder", self.cbr("decoder.conv1", y))
        for step in (2, 3, 4):
            y = self.cbr(f"decoder.conv{step}", y)
        return y, F.conv2d(y, self.w["decoder.conv5.conv.weight"], padding=1)

    def sica(self, name, x, smap, lmap, grid):
        b, c, h, w = x.shape
        def split(logits, threshold):
            p = torch.sigmoid(resize(logits, (h, w))) - threshold
            return p, [p.clamp(0, 1), (-p).clamp(0, 1)]
        threshold = self.w[name + ".threshold"]
        p, classes = split(smap, threshold)
        classes.append(threshold - p.abs())
        if lmap is not None:
            classes += split(lmap, self.w[name + ".lthreshold"])[1]
        pixels = resize(x, grid).contiguous().view(b, -1, c)
        prob = resize(torch.cat(classes, 1), grid).flatten(2)
        ctx = (prob @ pixels).transpose(1, 2).unsqueeze(-1)
        def two(part, y):
            y = F.relu(self.cbr(f"{name}.conv_{part}.0", y))
            return F.relu(self.cbr(f"{name}.conv_{part}.1", y)).flatten(2)
        q, k, v = two("query", x), two("key", ctx), two("value", ctx)
        s = (64 ** -0.5 * (q.transpose(1, 2) @ k)).softmax(-1)
        o = (s @ v.transpose(1, 2)).transpose(1, 2).reshape(b, -1, h, w)
        o = F.relu(self.cbr(name + ".conv_out1", o))
        y = F.relu(self.cbr(name + ".conv_out2", torch.cat((x, o), 1)))
        y = F.relu(self.cbr(name + ".conv_out3", y))
        return y, self.cbr(name + ".conv_out4", y)

    def reconstruct(self, x, p):
        b, _, h, w = x.shape
        wide = torch.zeros(b, 1, 2 * h, 2 * w, dtype=x.dtype, device=x.device)
        wide[:, :, ::2, ::2] = x
        wide = F.conv2d(F.pad(wide, (3,) * 4, mode="reflect"), self.gauss)
        return wide + resize(p, wide.shape[2:], True)

    def __call__(self, x, after_backbone=lambda: None):
        h, w = x.shape[2:]
        base = self.base
        c1, c2, c3, c4, c5 = (
            self.context(f"context{i + 1}", s)
            for i, s in enumerate(self._features(x, after_backbone)))
        f3, d3 = self.decoder(c3, c4, c5)
        f3 = resize(f3, (h // 4, w // 4))
        f2, p2 = self.sica("attention2", torch.cat((c2, f3), 1), d3, None,
                           (base // 4, base // 4))
        d2 = self.reconstruct(d3, p2)
        half = (h // 2, w // 2)
        f1, p1 = self.sica(
            "attention1", torch.cat((resize(c1, half), resize(f2, half)), 1),
            d2, p2, (base // 2, base // 2))
        d1 = self.reconstruct(d2, p1)
        _, p0 = self.sica("attention0", resize(f1, (h, w)), d1, p1,
                          (base, base))
        matte = torch.sigmoid(self.reconstruct(d1, p0))
        low, high = matte.amin(), matte.amax()
        return (matte - low) / (high - low + 1e-8)

    def _features(self, x, after_backbone):
        features = self.backbone(x)
        after_backbone()
        return features


def make_input(height, width):
    y = torch.arange(height, dtype=torch.float64)[:, None]
    x = torch.arange(width, dtype=torch.float64)[None]
    return torch.stack([
        1.5 * torch.sin(0.11 * y + 0.07 * x + c)
        + 0.5 * torch.cos(0.013 * x * y / 8 + 2 * c)
        for c in range(3)])[None].float()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", required=True)
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--width", type=int)
    parser.add_argument("--height", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    cuda = options.device == "cuda"
    weights = {name: value.to(options.device)
               for name, value in formula_weights(options.keys).items()}
    network = Network(weights, options.side)
    width = options.width or options.side
    height = options.height or options.side
    x = make_input(height, width).to(options.device)

    def now():
        if cuda:
            torch.cuda.synchronize()
        return time.perf_counter()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    with torch.inference_mode():
        for _ in range(options.runs + 1):
            marks = [now()]
            matte = network(x, lambda: marks.append(now()))
            marks.append(now())
            times.append(((marks[1] - marks[0]) * 1e3,
                          (marks[2] - marks[1]) * 1e3))
    warm = sorted(times[1:], key=sum)[options.runs // 2]
    print(json.dumps({
        "program": "python torch " + torch.__version__,
        "device": options.device, "width": width, "height": height,
        "first_ms": round(sum(times[0]), 1),
        "backbone_ms": round(warm[0], 1), "head_ms": round(warm[1], 1),
        "warm_ms": round(sum(warm), 1),
        "memory_mb": round(torch.cuda.max_memory_reserved() / 1e6) if cuda
        else round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                    - before) / 1e3),
        "mean": round(matte.mean().item(), 6),
        "sample": round(matte[0, 0, height // 2, width // 2].item(), 6)}))


if __name__ == "__main__":
    main()
