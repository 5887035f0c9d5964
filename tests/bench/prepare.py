"""Photos, the ONNX file and network inputs for the benchmark, made once.

    /usr/bin/python3 prepare.py SKIMAGE_DATA NPM_PACKAGE OUT

Needs python3-pil and heif-enc (libheif-examples); photos are public domain
or CC0, from Debian's scikit-image.
"""
import array
import json
import os
import subprocess
import sys

from PIL import Image

PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg",
          "hubble_deep_field.jpg")


def assemble(package, out):
    """The medium model is the concatenation of its chunks."""
    if os.path.exists(out):
        return
    dist = os.path.join(package, "dist")
    with open(os.path.join(dist, "resources.json"), encoding="utf-8") as file:
        entry = json.load(file)["/models/medium"]
    with open(out + ".part", "wb") as target:
        for chunk in entry["chunks"]:
            with open(os.path.join(dist, chunk["hash"]), "rb") as part:
                target.write(part.read())
    if os.path.getsize(out + ".part") != entry["size"]:
        raise SystemExit("the assembled model has the wrong size")
    os.rename(out + ".part", out)


def network_input(image, out):
    """1x3x1024x1024 floats, (x - 128) / 256, planes in order R, G, B."""
    with open(out, "wb") as file:
        for plane in image.split():
            array.array("f", ((v - 128) / 256 for v in plane.tobytes())) \
                .tofile(file)


def main(data, package, out):
    os.makedirs(out, exist_ok=True)
    assemble(package, os.path.join(out, "isnet-medium.onnx"))
    for index, name in enumerate(PHOTOS):
        square = Image.open(os.path.join(data, name)).convert("RGB").resize(
            (1024, 1024), Image.LANCZOS)
        # The server converts by it; the network's input below would not.
        square.info.pop("icc_profile", None)
        square.save(os.path.join(out, f"equal{index}.png"))
        network_input(square, os.path.join(out, f"equal{index}.f32"))
        if index == 0:
            square.save(os.path.join(out, "photo1024.jpg"), quality=92)
    photo = Image.open(os.path.join(data, PHOTOS[0])).convert("RGB")
    for width, height in ((256, 256), (640, 480), (1280, 720), (1600, 1200),
                          (2048, 1536)):
        resized = photo.resize((width, height), Image.BICUBIC)
        for kind in ("jpg", "png", "webp"):
            resized.save(os.path.join(out, f"mixed-{width}.{kind}"),
                         quality=85)
    big = photo.resize((4032, 3024), Image.BICUBIC)
    big.save(os.path.join(out, "big.jpg"), quality=90)
    subprocess.run(["heif-enc", "-q", "80", "-o",
                    os.path.join(out, "big.heic"),
                    os.path.join(out, "big.jpg")],
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(*sys.argv[1:4])
