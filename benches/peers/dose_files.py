"""Closed forms as RTSTRUCT and RTDOSE: spheres, cylinders and cones in a linear dose of 1 Gy/mm."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

RADIUS = 12.0
HEIGHT = 24.0
HALF = 0.5 * HEIGHT
SHAPES = ("sphere", "cylinder-along", "cylinder-across", "cone-along", "cone-across")
DIRECTIONS = {
    "x": (1.0, 0.0, 0.0),
    "y": (0.0, 1.0, 0.0),
    "z": (0.0, 0.0, 1.0),
    "oblique": (0.48, 0.36, 0.8),
}


@dataclass(frozen=True)
class Case:
    """A shape at a place, drawn on planes `slice_mm` apart, in a dose sampled every `grid_mm`."""

    shape: str
    slice_mm: float
    grid_mm: float
    direction: str
    centre: tuple
    grid_start: tuple

    def gy(self, x, y, z):
        """Dose at a place from the shape's middle."""
        a, b, c = DIRECTIONS[self.direction]
        return 30.0 + a * x + b * y + c * z


def plan(seed):
    """Every shape, direction and spacing once, at random places."""
    random = np.random.default_rng(seed)
    for shape in SHAPES:
        for direction in DIRECTIONS:
            for spacing in (1.0, 2.0, 3.0):
                centre = tuple(3.0 * random.random(3))
                start = tuple(-RADIUS - 12.0 - spacing * random.random(3))
                yield Case(shape, spacing, spacing, direction, centre, start)


def outline(shape, z, step=0.5):
    """Points of the outline at a height from the middle; None where the shape is not."""
    if abs(z) >= HALF:
        return None
    if shape in ("sphere", "cylinder-along", "cone-along"):
        radius = {
            "sphere": math.sqrt(max(RADIUS**2 - z**2, 0.0)),
            "cylinder-along": RADIUS,
            "cone-along": RADIUS * (HALF - z) / HEIGHT,
        }[shape]
        turn = np.linspace(0, 2 * math.pi, max(12, math.ceil(2 * math.pi * radius / step)), False)
        return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    if shape == "cylinder-across":
        end = HALF
    else:
        end = HALF - abs(z) * HEIGHT / RADIUS
    t = np.linspace(0, 1, 2 * math.ceil((end + HALF) / step) + 9)
    x = end - (end + HALF) * t**2 if shape == "cone-across" else end - (end + HALF) * t
    radius = RADIUS * (HALF - x) / HEIGHT if shape == "cone-across" else np.full_like(x, RADIUS)
    y = np.sqrt(np.maximum(radius**2 - z**2, 0.0))
    upper, lower = np.column_stack([x, y]), np.column_stack([x, -y])[::-1]
    return np.vstack([upper, lower[:-1] if shape == "cone-across" else lower])


def planes(case):
    """Heights of the planes that cut the shape, mm."""
    first = math.floor((case.centre[2] - HEIGHT) / case.slice_mm)
    heights = (case.slice_mm * k for k in range(first, first + int(2 * HEIGHT / case.slice_mm) + 2))
    return [z for z in heights if abs(z - case.centre[2]) < HALF]


def truth(case, ends, step=0.05):
    """Volume and the doses of pieces of the shape, by columns along z."""
    n = math.ceil(RADIUS / step)
    x, y = np.meshgrid((np.arange(-n, n) + 0.5) * step, (np.arange(-n, n) + 0.5) * step)
    x, y = x.ravel(), y.ravel()
    rho = np.hypot(x, y)
    radius = RADIUS * (HALF - x) / HEIGHT if case.shape == "cone-across" else RADIUS
    square = radius**2 - (rho if case.shape == "sphere" else y) ** 2
    root = np.sqrt(np.maximum(square, 0.0))
    if case.shape == "cylinder-along":
        low, high, inside = -HALF + 0 * x, HALF + 0 * x, rho < RADIUS
    elif case.shape == "cone-along":
        low, high, inside = -HALF + 0 * x, HALF - HEIGHT * rho / RADIUS, rho < RADIUS
    else:
        low, high, inside = -root, root, (square > 0) & (abs(x) < HALF)
    x, y, low, high = x[inside], y[inside], low[inside], high[inside]
    drawn = [z - case.centre[2] for z in planes(case)]
    first, last = drawn[0], drawn[-1]
    at_first, at_last = low <= first, high >= last
    if ends == "half":
        half = 0.5 * case.slice_mm
        low, high = np.maximum(low, first - half), np.minimum(high, last + half)
    elif ends != "shape":
        low, high = np.maximum(low, first), np.minimum(high, last)
    if ends == "capped":
        low = np.where(at_first, first - 0.5 * case.slice_mm, low)
        high = np.where(at_last, last + 0.5 * case.slice_mm, high)
    there = high > low
    x, y, low, high = x[there], y[there], low[there], high[there]
    return step**2 * (high - low), case.gy(x, y, low), case.gy(x, y, high)


def figures(pieces):
    """D0.03cc, D0.35cc, D1cc, mean, Gy, and volume, cc, of the pieces of a truth."""
    volume, a, b = pieces
    low, high = np.minimum(a, b), np.maximum(a, b)

    def above(gy):
        part = np.clip((high - gy) / np.maximum(high - low, 1e-12), 0, 1)
        return float((volume * part).sum())

    out = {}
    for cc in (0.03, 0.35, 1.0):
        lo, hi = low.min(), high.max()
        for _ in range(30):
            middle = 0.5 * (lo + hi)
            lo, hi = (middle, hi) if above(middle) >= 1000 * cc else (lo, middle)
        out[f"D{cc:g}cc"] = lo
    out["Dmean"] = float((volume * 0.5 * (a + b)).sum() / volume.sum())
    out["volume"] = float(volume.sum() / 1000)
    return out


def new_dataset(sop_class, modality, frame):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.Modality, ds.FrameOfReferenceUID = modality, frame
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.PatientName, ds.PatientID = "Phantom", "PHANTOM"
    ds.is_little_endian, ds.is_implicit_VR = True, False
    return ds


def write(case, folder):
    """Writes `rs.dcm` and `rd.dcm`; the structure is ROI 1, `Cord`."""
    folder, frame = Path(folder), generate_uid()
    rs = new_dataset("1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT", frame)
    rs.StructureSetLabel = "closed form"
    reference = Dataset()
    reference.FrameOfReferenceUID = frame
    rs.ReferencedFrameOfReferenceSequence = Sequence([reference])
    roi = Dataset()
    roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = 1, "SpinalCord", frame
    roi.ROIGenerationAlgorithm = "MANUAL"
    rs.StructureSetROISequence = Sequence([roi])
    observation = Dataset()
    observation.ObservationNumber, observation.ReferencedROINumber = 1, 1
    observation.RTROIInterpretedType, observation.ROIInterpreter = "ORGAN", ""
    rs.RTROIObservationsSequence = Sequence([observation])
    contours = []
    for z in planes(case):
        points = outline(case.shape, z - case.centre[2]) + np.array(case.centre[:2])
        contour = Dataset()
        contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
        contour.ContourData = [
            v for x, y in points for v in (f"{x:.2f}", f"{y:.2f}", f"{z:.2f}")
        ]
        contours.append(contour)
    drawn = Dataset()
    drawn.ReferencedROINumber, drawn.ROIDisplayColor = 1, [255, 0, 0]
    drawn.ContourSequence = Sequence(contours)
    rs.ROIContourSequence = Sequence([drawn])
    rs.save_as(folder / "rs.dcm", write_like_original=False)

    step = case.grid_mm
    n = math.ceil((2 * RADIUS + 28) / step) + 1
    axes = [case.grid_start[k] + step * np.arange(n) - case.centre[k] for k in range(3)]
    z, y, x = np.meshgrid(axes[2], axes[1], axes[0], indexing="ij")
    # No dose is below nothing: far from the shape the gradient ends.
    gy = np.maximum(case.gy(x, y, z), 0.0)
    rd = new_dataset("1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE", frame)
    rd.DoseUnits, rd.DoseType, rd.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    rd.DoseGridScaling = "1e-6"
    rd.Rows, rd.Columns, rd.NumberOfFrames = n, n, n
    rd.SamplesPerPixel, rd.PhotometricInterpretation = 1, "MONOCHROME2"
    rd.BitsAllocated, rd.BitsStored, rd.HighBit, rd.PixelRepresentation = 32, 32, 31, 0
    rd.PixelSpacing = [step, step]
    rd.ImagePositionPatient = [f"{v:.6f}" for v in case.grid_start]
    rd.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    rd.GridFrameOffsetVector = [step * k for k in range(n)]
    rd.FrameIncrementPointer = 0x3004000C
    rd.PixelData = np.round(gy * 1e6).astype("<u4").tobytes()
    rd.save_as(folder / "rd.dcm", write_like_original=False)
    return folder / "rs.dcm", folder / "rd.dcm"
