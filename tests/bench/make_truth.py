"""Pictures whose true matte is known: cut-outs composed over backgrounds.

    /usr/bin/python3 make_truth.py CUTOUTS SKIMAGE_DATA OUT [COUNT]

CUTOUTS holds Fluent emoji as WebP with alpha (MIT); the backgrounds are
gradients and pictures of scikit-image that are public domain or CC0. Writes
OUT/images/NAME.jpg or .png and OUT/truth/NAME.png (grey), the same bytes every
time with the same Pillow. Needs python3-pil.
"""
import os
import random
import sys

from PIL import Image, ImageFilter, ImageOps

# Things with an outline of their own: beasts, food, clothes, tools. Neither
# signs, which fill a square, nor what appears with a frame.
RANGES = ((0x1F32D, 0x1F37F), (0x1F3A4, 0x1F3BF), (0x1F400, 0x1F43F),
          (0x1F451, 0x1F462), (0x1F950, 0x1F9AF), (0x1F9B4, 0x1F9FF))
TEXTURES = ("brick.png", "grass.png", "gravel.png", "hubble_deep_field.jpg")
PHOTOS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
SIZES = ((640, 480), (480, 640), (768, 768), (800, 533))
BACKGROUNDS = ("gradient", "texture", "photo")


def colour(rng):
    return tuple(rng.randrange(256) for _ in range(3))


def background(kind, size, data, rng):
    """A texture is sharp and tinted; a photo out of focus, so that what it
    shows is no second subject."""
    if kind == "gradient":
        ramp = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270)))
        return ImageOps.colorize(ramp.resize(size, Image.Resampling.BICUBIC),
                                 colour(rng), colour(rng))
    name = rng.choice(TEXTURES if kind == "texture" else PHOTOS)
    with Image.open(os.path.join(data, name)) as source:
        picture = ImageOps.fit(source.convert("RGB"), size,
                               Image.Resampling.BICUBIC)
    if kind == "photo":
        return picture.filter(ImageFilter.GaussianBlur(9))
    return Image.blend(picture, Image.new("RGB", size, colour(rng)), 0.25)


def subject(path, size, rng):
    """The cut-out, enlarged and turned, somewhere on an empty canvas."""
    with Image.open(path) as source:
        cutout = source.convert("RGBA")
    side = int(min(size) * rng.uniform(0.5, 0.85))
    cutout = cutout.resize((side, side), Image.Resampling.LANCZOS)
    if rng.random() < 0.5:
        cutout = ImageOps.mirror(cutout)
    cutout = cutout.rotate(rng.uniform(-25, 25), Image.Resampling.BICUBIC,
                           expand=True)
    canvas = Image.new("RGBA", size)
    room = [max(0, size[i] - cutout.size[i]) for i in (0, 1)]
    canvas.paste(cutout, tuple(rng.randint(0, space) for space in room))
    return canvas


def shadow(alpha, size):
    """What the subject throws; no part of its matte."""
    dark = Image.new("L", size)
    dark.paste(alpha, (size[0] // 40, size[1] // 30))
    return dark.filter(ImageFilter.GaussianBlur(10)).point(lambda v: v // 2)


def main(cutouts, data, out, count):
    for folder in ("images", "truth"):
        os.makedirs(os.path.join(out, folder), exist_ok=True)
    names = [f"{code:x}" for first, last in RANGES
             for code in range(first, last + 1)
             if os.path.exists(os.path.join(cutouts, f"{code:x}.webp"))]
    # Of a seed that is text the sequence is the same in every Python 3.
    chosen = sorted(random.Random("cut-outs").sample(names,
                                                     min(count, len(names))))
    for index, name in enumerate(chosen):
        rng = random.Random(name)
        size = SIZES[index % len(SIZES)]
        kind = BACKGROUNDS[index % len(BACKGROUNDS)]
        picture = background(kind, size, data, rng)
        layer = subject(os.path.join(cutouts, f"{name}.webp"), size, rng)
        alpha = layer.getchannel("A")
        if rng.random() < 0.5:
            picture.paste((0, 0, 0), mask=shadow(alpha, size))
        picture.paste(layer.convert("RGB"), mask=alpha)
        stem = os.path.join(out, "{}", f"{name}-{kind}")
        if index % 2:
            picture.save(stem.format("images") + ".png")
        else:
            picture.save(stem.format("images") + ".jpg", quality=92)
        alpha.save(stem.format("truth") + ".png")


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]) if len(sys.argv) > 4 else 60)
