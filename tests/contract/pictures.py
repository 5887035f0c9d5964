"""Pictures for the tests: small files of our own, and PNGs made here."""
import os
import struct
import zlib

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def load(name):
    with open(os.path.join(DATA, name), "rb") as file:
        return file.read()


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, color=(200, 60, 40)):
    """An RGB picture of one colour."""
    row = b"\0" + bytes(color) * width
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2,
                                        0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * height)) +
            chunk(b"IEND", b""))


def png_bomb(side=30000):
    """One bit a pixel, all zero: about 110 KB that promise 900 megapixels."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (side + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(side))
    data += packer.flush()
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0,
                                        0, 0, 0)) +
            chunk(b"IDAT", data) + chunk(b"IEND", b""))


def png_header(data):
    """(width, height, bit depth, colour type) of PNG bytes."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("not a PNG: " + repr(data[:80]))
    return struct.unpack(">IIBB", data[16:26])


def png_chunks(data):
    """The chunk names of PNG bytes."""
    at, names = 8, []
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        names.append(data[at + 4:at + 8].decode())
        at += 12 + length
    return names


def png_rows(data):
    """8-bit, not interlaced: list of bytes, one per row, unfiltered."""
    width, height, depth, kind = png_header(data)
    if depth != 8:
        raise ValueError("8 bits expected")
    size = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    at, packed = 8, b""
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    raw, stride, rows = zlib.decompress(packed), width * size, []
    above = bytes(stride)
    for y in range(height):
        start = y * (stride + 1)
        above = _unfilter(raw[start], raw[start + 1:start + 1 + stride],
                          above, size)
        rows.append(above)
    return rows


def _unfilter(kind, line, above, size):
    out = bytearray(line)
    for i in range(len(out)):
        a = out[i - size] if i >= size else 0
        b = above[i]
        c = above[i - size] if i >= size else 0
        if kind == 1:
            guess = a
        elif kind == 2:
            guess = b
        elif kind == 3:
            guess = (a + b) // 2
        elif kind == 4:
            p = a + b - c
            guess = min((abs(p - a), 0, a), (abs(p - b), 1, b),
                        (abs(p - c), 2, c))[2]
        else:
            guess = 0
        out[i] = (out[i] + guess) & 255
    return bytes(out)
