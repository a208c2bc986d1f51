"""Writes the compressed frames of this folder: pip install imagecodecs numpy, then run it."""

import imagecodecs
import numpy as np

y, x = np.mgrid[:12, :16]
ramp = (37 * x + 101 * y + 257 * (x * y % 13)) % 4096
twelve = ramp.astype(np.uint16)
wide = (ramp * 16 + x % 16).astype(np.uint16)
signed = (ramp - 2048).astype(np.int16)
bits = ((x - 7) ** 2 + 2 * (y - 5) ** 2 < 30).astype(np.uint8)
boxed = imagecodecs.jpegxl_encode(twelve, lossless=True)
for name, data in (
    ("ramp.jxl", boxed[boxed.index(b"jxlc") + 4 :]),
    ("ramp_box.jxl", boxed),
    ("wide.jxl", imagecodecs.jpegxl_encode(wide, lossless=True)),
    ("wide.htj2k", imagecodecs.htj2k_encode(wide, reversible=True)),
    ("ramp.htj2k", imagecodecs.htj2k_encode(twelve, reversible=True)),
    ("ramp.j2k", imagecodecs.jpeg2k_encode(twelve, reversible=True, codecformat="j2k")),
    ("ramp.jp2", imagecodecs.jpeg2k_encode(twelve, reversible=True, codecformat="jp2")),
    ("ramp_signed.j2k", imagecodecs.jpeg2k_encode(signed, reversible=True, codecformat="j2k")),
    ("bits.j2k", imagecodecs.jpeg2k_encode(bits, reversible=True, codecformat="j2k", bitspersample=1)),
    ("ramp.jls", imagecodecs.jpegls_encode(twelve)),
):
    with open(name, "wb") as file:
        file.write(data)
