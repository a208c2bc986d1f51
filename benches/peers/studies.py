"""Phantom studies of known gap, written by `thecal phantom`."""

import json
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHAPES = ("sphere", "ellipsoid", "c")
GAPS_MM = (0.5, 8.0)


@dataclass(frozen=True)
class Phantom:
    shape: str
    slice_mm: float
    gap_mm: float
    seed: int


def plan(slices_mm, per_slice, seed):
    """Phantoms whose gaps are spread evenly over GAPS_MM, whatever their number."""
    source = random.Random(seed)
    least, most = GAPS_MM
    phantoms = []
    for slice_mm in slices_mm:
        gaps = [
            least + (most - least) * (k + source.random()) / per_slice for k in range(per_slice)
        ]
        source.shuffle(gaps)
        for k, gap_mm in enumerate(gaps):
            number = source.randrange(1, 2**31)
            phantoms.append(Phantom(SHAPES[k % 3], slice_mm, round(gap_mm, 3), number))
    return phantoms


def write(program, phantom, folder, grid, ct=True):
    """Writes one study and gives its true tumour-cord gap, mm."""
    rows, columns, pixel_mm = grid
    command = [
        program, "phantom", "--out", folder, "--shape", phantom.shape, "--gap", phantom.gap_mm,
        "--slice", phantom.slice_mm, "--seed", phantom.seed,
        "--rows", rows, "--columns", columns, "--pixel", pixel_mm,
    ]  # fmt: skip
    if not ct:
        command.append("--no-ct")
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        reason = done.stderr.strip().replace(str(folder), "STUDY")
        raise RuntimeError(f"thecal phantom ended with {done.returncode}: {reason}")
    return true_gap_mm(folder)


def true_gap_mm(folder):
    """The tumour-cord gap that a phantom was made with, mm."""
    truth = json.loads((Path(folder) / "truth.json").read_text())
    return next(p["gap_mm"] for p in truth["pairs"] if p["pair"] == "tumour-cord")


def warm(folder):
    """Reads every file once, so that no chain pays for a cold disk."""
    for path in sorted(Path(folder).rglob("*.dcm")):
        path.read_bytes()


def contour_counts(rtstruct):
    """Number of contours of each structure."""
    import pydicom

    dataset = pydicom.dcmread(rtstruct)
    names = {roi.ROINumber: str(roi.ROIName) for roi in dataset.StructureSetROISequence}
    return {
        names[r.ReferencedROINumber]: len(r.ContourSequence) for r in dataset.ROIContourSequence
    }


def stretch(folder, factor, keep):
    """Stretches a study along z and leaves only the structures named in `keep`.

    A phantom with closely set planes becomes a long one with planes `factor` times as far apart.
    """
    import pydicom

    path = Path(folder) / "RS.dcm"
    dataset = pydicom.dcmread(path)
    kept = {r.ROINumber for r in dataset.StructureSetROISequence if r.ROIName in keep}
    dataset.StructureSetROISequence = [
        r for r in dataset.StructureSetROISequence if r.ROINumber in kept
    ]
    for sequence in ("ROIContourSequence", "RTROIObservationsSequence"):
        items = [r for r in getattr(dataset, sequence) if r.ReferencedROINumber in kept]
        setattr(dataset, sequence, items)
    for roi in dataset.ROIContourSequence:
        for contour in roi.ContourSequence:
            values = list(contour.ContourData)
            values[2::3] = [f"{float(z) * factor:.4f}" for z in values[2::3]]
            contour.ContourData = values
    dataset.save_as(path)
    for path in sorted((Path(folder) / "CT").glob("*.dcm")):
        image = pydicom.dcmread(path)
        x, y, z = image.ImagePositionPatient
        image.ImagePositionPatient = [x, y, f"{float(z) * factor:.4f}"]
        image.SliceThickness = f"{float(image.SliceThickness) * factor:.4f}"
        image.save_as(path)
    (Path(folder) / "truth.json").unlink()
