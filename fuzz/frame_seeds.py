"""Writes seeds for the target `frames`: pip install imagecodecs numpy pydicom, then run it.

    python frame_seeds.py seeds/frames                    of a ramp, which is what is kept here
    python frame_seeds.py corpus/frames IMAGE.dcm ...     of real images, which are not to be kept

Of an image that is compressed its own frame is taken, and of each image regions of several sizes,
compressed anew in every syntax, since a whole frame is longer than what is worth mutating.
"""

import sys
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import generate_frames
from pydicom.pixels.encoders import RLELosslessEncoder

# As SYNTAXES in fuzz_targets/frames.rs; retired processes go to the nearest one.
PLACES = {
    "5": 0, "8.1": 1, "4.50": 2, "4.51": 3, "4.53": 3, "4.55": 3, "4.57": 4, "4.70": 5, "4.90": 6,
    "4.91": 6, "4.110": 7,
}  # fmt: skip
BITS = {8: 0, 16: 1, 32: 2, 1: 3}
ROOT = "1.2.840.10008.1.2."
SIZES = ((8, 8), (16, 24), (33, 31), (64, 64), (100, 90))


def seed(syntax, bits, size, stream):
    sides = [255 if n == 512 else n for n in size]
    return bytes([PLACES[syntax], BITS[bits], *sides]) + bytes(stream)


def deflate(pixels):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(pixels.tobytes()) + packer.flush()


def rle(pixels):
    bits = 8 * pixels.itemsize
    return RLELosslessEncoder.encode(
        pixels.tobytes(), rows=pixels.shape[0], columns=pixels.shape[1], samples_per_pixel=1,
        bits_allocated=bits, bits_stored=bits, pixel_representation=0, number_of_frames=1,
        photometric_interpretation="MONOCHROME2", encoding_plugin="pydicom",
    )  # fmt: skip


def streams(wide):
    """Name, syntax, bits and stream of a picture of 12 bits in every syntax."""
    narrow = np.ascontiguousarray((wide >> 4).astype(np.uint8))
    mask = (wide > wide.mean()).astype(np.uint8)
    jpeg, j2k, jxl = imagecodecs.jpeg8_encode, imagecodecs.jpeg2k_encode, imagecodecs.jpegxl_encode
    yield "rle16", "5", 16, rle(wide)
    yield "rle8", "5", 8, rle(narrow)
    yield "deflate1", "8.1", 1, deflate(np.packbits(mask.ravel(), bitorder="little"))
    yield "deflate8", "8.1", 8, deflate(narrow)
    yield "deflate16", "8.1", 16, deflate(wide)
    yield "deflate32", "8.1", 32, deflate(wide.astype(np.uint32))
    yield "baseline", "4.50", 8, jpeg(narrow, level=80)
    yield "optimized", "4.50", 8, jpeg(narrow, level=60, optimize=True)
    yield "extended", "4.51", 16, jpeg(wide, level=80, bitspersample=12)
    for predictor in range(1, 8):
        of = {"lossless": True, "predictor": predictor}
        yield f"lossless8_{predictor}", "4.57", 8, jpeg(narrow, **of)
        yield f"lossless16_{predictor}", "4.57", 16, jpeg(wide, bitspersample=16, **of)
    yield "lossless_sv1", "4.70", 16, imagecodecs.ljpeg_encode(wide, bitspersample=12)
    exact = {"codecformat": "j2k", "reversible": True}
    yield "j2k1", "4.90", 1, j2k(mask, bitspersample=1, **exact)
    yield "j2k8", "4.90", 8, j2k(narrow, resolutions=2, **exact)
    yield "j2k16", "4.90", 16, j2k(wide, **exact)
    yield "j2k_signed", "4.90", 16, j2k(wide.astype(np.int16), **exact)
    yield "j2k_lossy", "4.90", 16, j2k(wide, level=40, codecformat="j2k")
    yield "jp2", "4.90", 16, j2k(wide, reversible=True, codecformat="jp2")
    yield "jxl8", "4.110", 8, jxl(narrow, lossless=True, usecontainer=True)
    yield "jxl16", "4.110", 16, jxl(wide, lossless=True)
    yield "jxl_slow", "4.110", 16, jxl(wide, lossless=True, effort=9)
    yield "jxl_lossy", "4.110", 8, jxl(narrow, distance=1.0)


def of_an_image(path, out):
    image = pydicom.dcmread(path)
    syntax = image.file_meta.TransferSyntaxUID
    kind = syntax.removeprefix(ROOT)
    size = (image.Rows, image.Columns)
    if syntax.is_compressed and kind in PLACES and all(n == 512 or n < 255 for n in size):
        frame = next(generate_frames(image.PixelData, number_of_frames=1))
        whole = seed(kind, image.BitsAllocated, size, frame)
        (out / f"{path.name[-40:]}-whole").write_bytes(whole)
    try:
        pixels = image.pixel_array
    except (NotImplementedError, RuntimeError):  # No decoder there: the frame alone.
        return
    pixels = np.clip(pixels - int(pixels.min()), 0, 4095).astype(np.uint16)
    for rows, columns in SIZES:
        top, left = (pixels.shape[0] - rows) // 2, (pixels.shape[1] - columns) // 2
        region = np.ascontiguousarray(pixels[top : top + rows, left : left + columns])
        for name, kind, bits, stream in streams(region):
            file = out / f"{path.name[-40:]}-{name}-{rows}x{columns}"
            file.write_bytes(seed(kind, bits, (rows, columns), stream))


def main():
    out, *images = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    for path in images:
        of_an_image(path, out)
    if not images:
        y, x = np.mgrid[:12, :16]
        ramp = ((37 * x + 101 * y + 257 * (x * y % 13)) % 4096).astype(np.uint16)
        for name, kind, bits, stream in streams(ramp):
            (out / name).write_bytes(seed(kind, bits, ramp.shape, stream))


if __name__ == "__main__":
    main()
