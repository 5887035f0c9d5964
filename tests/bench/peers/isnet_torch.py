"""IS-Net in plain PyTorch, as a user would write it, over our stored weights.

    isnet_torch.py export WEIGHTS.safetensors OUT.pt   TorchScript, traced
    isnet_torch.py run WEIGHTS.safetensors             start to first result
"""
import json
import struct
import sys

import numpy
import torch
import torch.nn.functional as F

SIDE = 1024


def read(path):
    """The tensors of a safetensors file, as fp32."""
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    types = {"F16": numpy.float16, "F32": numpy.float32}
    return {name: torch.from_numpy(numpy.frombuffer(
        data[slice(*entry["data_offsets"])],
        types[entry["dtype"]]).astype(numpy.float32).reshape(entry["shape"]))
            for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] in types}


class IsNet(torch.nn.Module):
    def __init__(self, tensors):
        super().__init__()
        for name, tensor in tensors.items():
            self.register_buffer(name.replace(".", "_"), tensor)

    def conv(self, name, x, stride=1, dilation=1):
        name = name.replace(".", "_")
        return F.conv2d(x, getattr(self, name + "_weight"),
                        getattr(self, name + "_bias"), stride, dilation,
                        dilation)

    def relu(self, name, x, dilation=1):
        return F.relu(self.conv(name + ".conv_s1", x, 1, dilation))

    @staticmethod
    def up(x, like):
        return F.interpolate(x, size=like.shape[2:], mode="bilinear",
                             align_corners=False)

    def rsu(self, p, levels, x):
        first = self.relu(p + ".rebnconvin", x)
        encoded, t = [], first
        for k in range(1, levels):
            t = self.relu(f"{p}.rebnconv{k}",
                          F.max_pool2d(t, 2) if k > 1 else t)
            encoded.append(t)
        t = self.relu(f"{p}.rebnconv{levels}", t, 2)
        for k in range(levels - 1, 0, -1):
            t = self.relu(f"{p}.rebnconv{k}d", torch.cat(
                (self.up(t, encoded[k - 1]), encoded[k - 1]), 1))
        return t + first

    def rsu4f(self, p, x):
        first = self.relu(p + ".rebnconvin", x)
        e1 = self.relu(p + ".rebnconv1", first)
        e2 = self.relu(p + ".rebnconv2", e1, 2)
        e3 = self.relu(p + ".rebnconv3", e2, 4)
        t = self.relu(p + ".rebnconv4", e3, 8)
        t = self.relu(p + ".rebnconv3d", torch.cat((t, e3), 1), 4)
        t = self.relu(p + ".rebnconv2d", torch.cat((t, e2), 1), 2)
        return self.relu(p + ".rebnconv1d", torch.cat((t, e1), 1)) + first

    def forward(self, x):
        t = self.conv("conv_in", x, 2)
        encoded = []
        for stage, levels in ((1, 7), (2, 6), (3, 5), (4, 4)):
            t = self.rsu(f"stage{stage}", levels, t)
            encoded.append(t)
            t = F.max_pool2d(t, 2)
        e5 = self.rsu4f("stage5", t)
        t = self.rsu4f("stage6", F.max_pool2d(e5, 2))
        t = self.rsu4f("stage5d", torch.cat((self.up(t, e5), e5), 1))
        for stage, levels in ((4, 4), (3, 5), (2, 6), (1, 7)):
            e = encoded[stage - 1]
            t = self.rsu(f"stage{stage}d", levels,
                         torch.cat((self.up(t, e), e), 1))
        return torch.sigmoid(self.up(self.conv("side1", t), x))


def main():
    torch.set_num_threads(2)
    with torch.inference_mode():
        network = IsNet(read(sys.argv[2])).eval()
        # (x - 128) / 256 of a grey picture: what it shows does not matter here.
        x = torch.full((1, 3, SIDE, SIDE), 0.25)
        if sys.argv[1] == "export":
            torch.jit.trace(network, x).save(sys.argv[3])
        else:
            mask = network(x)
            print(json.dumps({"event": "first", "mean": float(mask.mean())}),
                  flush=True)


if __name__ == "__main__":
    main()
