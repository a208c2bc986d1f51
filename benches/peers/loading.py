"""Loads image series with thecal, SimpleITK and pydicom: the same voxels, and how long it takes.

A phantom CT is written plain and compressed (RLE, JPEG lossless, JPEG 2000 lossless, by GDCM).
Runs are interleaved, each in a new process; Python is timed after its imports. Further series are
given with --series and only compared.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np

import tables

HERE = Path(__file__).parent
RELEASE = HERE / "../../target/release"
SETS = {
    "plain": None,
    "RLE": "RLELossless",
    "JPEG lossless": "JPEGLosslessProcess14_1",
    "JPEG 2000 lossless": "JPEG2000Lossless",
}
PEERS = {
    "sitk": "SimpleITK ImageSeriesReader",
    "pydicom": "pydicom, one thread",
    "pydicom2": "pydicom, two threads",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thecal", default=str(RELEASE / "thecal"), metavar="PROGRAM")
    parser.add_argument(
        "--loader", default=str(RELEASE / "examples/load_series"), metavar="PROGRAM"
    )
    parser.add_argument("--slices", type=int, default=300, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--series", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--out", type=Path, metavar="DIR")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


# What a peer does with a folder


def sitk_images(folder):
    import SimpleITK as sitk

    images = []
    for series in sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder)):
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), series))
        images.append(reader.Execute())
    return images


def pydicom_volume(folder, threads=1):
    """Slices in order along their normal, rescaled; positions of the first and the last."""
    import pydicom

    def read(path):
        image = pydicom.dcmread(path)
        slope = float(image.get("RescaleSlope", 1))
        intercept = float(image.get("RescaleIntercept", 0))
        pixels = image.pixel_array
        if slope.is_integer() and intercept.is_integer():
            values = pixels.astype(np.int32) * int(slope) + int(intercept)
        else:
            values = pixels * slope + intercept
        axes = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
        position = np.array(image.ImagePositionPatient, float)
        return np.cross(*axes) @ position, position, values

    def image(path):
        try:
            return "ImageOrientationPatient" in pydicom.dcmread(path, stop_before_pixels=True)
        except pydicom.errors.InvalidDicomError:
            return False

    paths = sorted(p for p in folder.iterdir() if p.is_file())
    # Folders that hold other objects too are looked through; a timed one holds images only.
    if any(p.suffix != ".dcm" or not p.name.startswith("CT.") for p in paths):
        paths = [p for p in paths if image(p)]
    with ThreadPoolExecutor(threads) as pool:
        slices = sorted(pool.map(read, paths), key=lambda s: s[0])
    return np.stack([s[2] for s in slices]), [s[1] for s in slices]


def peak_kib():
    """Of this program alone; what getrusage gives may be that of the process before it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = [x for x in status.read_text().splitlines() if x.startswith("VmHWM:")]
    return int(lines[0].split()[1])


def run_peer(name, folder):
    """In a process of its own: seconds, processor seconds and peak memory of one load."""
    import pydicom  # noqa: F401
    import SimpleITK as sitk  # noqa: F401

    before = time.process_time()
    start = time.perf_counter()
    if name == "sitk":
        voxels = sum(image.GetNumberOfPixels() for image in sitk_images(folder))
    else:
        voxels = pydicom_volume(folder, 2 if name == "pydicom2" else 1)[0].size
    seconds = time.perf_counter() - start
    cpu = time.process_time() - before
    peak = peak_kib()
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_kib": peak, "voxels": voxels}))


# The sets


def make_sets(options, parent):
    study = parent / "study"
    command = [options.thecal, "phantom", "--out", study, "--slice", "0.185", "--pixel", "0.9766"]
    subprocess.run(command, check=True, capture_output=True)
    plain = parent / "plain"
    plain.mkdir()
    images = sorted((study / "CT").iterdir())[: options.slices]
    if len(images) < options.slices:
        sys.exit(f"the phantom has {len(images)} slices only")
    for image in images:
        shutil.copy(image, plain / image.name)
    sets = {"plain": plain}
    for label, syntax in SETS.items():
        if syntax:
            sets[label] = parent / syntax
            sets[label].mkdir()
            for image in sorted(plain.iterdir()):
                compress(image, sets[label] / image.name, syntax)
    return sets


def compress(source, target, syntax):
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(source))
    assert reader.Read(), source
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
    change.SetInput(reader.GetImage())
    assert change.Change(), syntax
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetFileName(str(target))
    writer.SetImage(change.GetOutput())
    assert writer.Write(), target


# Agreement


def own_volumes(options, folder, parent):
    dump = Path(tempfile.mkdtemp(dir=parent))
    subprocess.run([options.loader, "--dump", dump, folder], check=True, capture_output=True)
    volumes = []
    for path in sorted(dump.glob("*.json")):
        geometry = json.loads(path.read_text())
        values = np.fromfile(path.with_suffix(".raw"), geometry["type"])
        volumes.append((geometry, values.reshape(geometry["size"][::-1])))
    shutil.rmtree(dump)
    return volumes


def corner_mm(geometry, index):
    axes = np.array(geometry["axes"]).reshape(3, 3)
    steps = axes * np.array(geometry["spacing_mm"])[:, None]
    return np.array(geometry["origin_mm"]) + np.array(index, float) @ steps


def compare(options, label, folder, parent):
    """One row for each peer: largest difference of values, and of the corners' places in mm."""
    own = own_volumes(options, folder, parent)
    rows = []

    def row(peer, values, corners, note=""):
        rows.append(
            {"series": label, "peer": peer, "volumes": len(own), "largest_difference": values,
             "corners_mm": corners, "note": note}
        )  # fmt: skip

    try:
        images = sitk_images(folder)
    except RuntimeError as error:
        row("SimpleITK", "", "", "fails: " + str(error).strip().splitlines()[-1][:80])
        images = []
    for image in images:
        import SimpleITK as sitk

        theirs = sitk.GetArrayFromImage(image)
        match = [v for v in own if v[1].shape == theirs.shape]
        if not match:
            missing = sum(len(v[0]["missing"]) for v in own)
            here = f"{missing} missing slices found" if own else "refused"
            note = f"{here} here, {theirs.shape[0]} slices stacked there"
            row("SimpleITK", "", "", note)
            continue
        size = image.GetSize()

        def off(geometry):
            ends = [(i, j, k) for i in (0, size[0] - 1) for j in (0, size[1] - 1)
                    for k in (0, size[2] - 1)]  # fmt: skip
            places = [image.TransformIndexToPhysicalPoint(end) for end in ends]
            return max(np.linalg.norm(corner_mm(geometry, e) - p)
                       for e, p in zip(ends, places, strict=True))  # fmt: skip

        geometry, values = min(match, key=lambda v: off(v[0]))
        difference = np.abs(values.astype(float) - theirs.astype(float)).max()
        axes = np.array(geometry["axes"]).reshape(3, 3)
        sheared = abs(np.linalg.det(axes)) < 1 - 1e-6
        note = "sheared here (tilted gantry), at right angles there" if sheared else ""
        row("SimpleITK", f"{difference:.3g}", f"{off(geometry):.2g}", note)
    try:
        theirs, positions = pydicom_volume(folder)
        match = [v for v in own if v[1].shape == theirs.shape]
        if match:
            geometry, values = match[0]
            difference = np.abs(values.astype(float) - theirs).max()
            last = (0, 0, len(positions) - 1)
            ends = [corner_mm(geometry, (0, 0, 0)) - positions[0],
                    corner_mm(geometry, last) - positions[-1]]  # fmt: skip
            row("pydicom", f"{difference:.3g}", f"{max(map(np.linalg.norm, ends)):.2g}")
        else:
            row("pydicom", "", "", f"{theirs.shape[0]} slices stacked as they come")
    except Exception as error:  # noqa: BLE001: whatever a peer fails with is its row
        row("pydicom", "", "", f"fails: {type(error).__name__}")
    return rows


# Time


def own_run(options, folder, *arguments):
    command = [options.loader, "--threads", "2", *arguments, folder]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        words = line.split()
        if words[0] in ("load_seconds", "seconds", "peak_kib", "bytes_read", "objects"):
            found |= dict(zip(words[::2], words[1::2], strict=False))
    return found


def time_all(options, sets):
    rows = []

    def add(label, program, seconds, cpu, peak):
        rows.append({"series": label, "program": program, "seconds": float(seconds),
                     "cpu_seconds": float(cpu), "peak_mib": float(peak) / 1024})  # fmt: skip

    for _ in range(options.repeats):
        for label, folder in sets.items():
            found = own_run(options, folder, "--time")
            add(label, "thecal", found["load_seconds"], found["cpu_seconds"], found["peak_kib"])
            if label == "plain":
                for program, flag in (("bytes into fresh memory", "--bytes"),
                                      ("thecal index", "--index"), ("thecal headers", "--headers")):
                    found = own_run(options, folder, flag)
                    add(label, program, found["seconds"], found["cpu_seconds"], found["peak_kib"])
            for peer, name in PEERS.items():
                if peer == "pydicom2" and label != "plain":
                    continue
                command = [sys.executable, __file__, "--run", peer, folder]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found = json.loads(done.stdout)
                add(label, name, found["seconds"], found["cpu"], found["peak_kib"])
    return rows


def summary(rows):
    body = []
    for label in dict.fromkeys(r["series"] for r in rows):
        here = [r for r in rows if r["series"] == label]

        def middle(program, key, here=here):
            return median(r[key] for r in here if r["program"] == program)

        own = middle("thecal", "seconds"), middle("thecal", "cpu_seconds")
        for program in dict.fromkeys(r["program"] for r in here):
            seconds, cpu = middle(program, "seconds"), middle(program, "cpu_seconds")
            body.append([
                label, program, f"{seconds:.3f}", f"{cpu:.2f}", f"{middle(program, 'peak_mib'):.0f}",
                f"{seconds / own[0]:.2f}", f"{cpu / own[1]:.2f}" if own[1] > 0 else "-",
            ])  # fmt: skip
    return body


def main():
    options = arguments()
    if options.run:
        run_peer(options.run[0], Path(options.run[1]))
        return 0
    with tempfile.TemporaryDirectory() as made:
        parent = Path(made)
        sets = make_sets(options, parent)
        agreement = []
        for label, folder in sets.items():
            agreement += compare(options, label, folder, parent)
        for folder in options.series:
            agreement += compare(options, "/".join(folder.parts[-2:]), folder, parent)
        sizes = {label: sum(p.stat().st_size for p in f.iterdir()) for label, f in sets.items()}
        index = own_run(options, sets["plain"], "--index")
        rows = time_all(options, sets)
    lines = ["# Image series", "", *tables.environment(options.thecal)]
    lines += [
        f"- {options.slices} slices of 512 x 512; "
        + ", ".join(f"{label} {size / 1e6:.0f} MB" for label, size in sizes.items()),
        f"- medians of {options.repeats} interleaved runs, each a new process, files in the cache"
        " of the disk; thecal with two threads",
        "- ratios to thecal on the same series; peak memory is that of the whole process",
        f"- the index reads {int(index['bytes_read']) / options.slices / 1024:.0f} KiB of each file",
        "",
        *tables.markdown(
            ("series", "program", "s", "CPU s", "peak MiB", "s / thecal", "CPU / thecal"),
            summary(rows),
        ),
        "",
        "## The same voxels",
        "",
        "Largest difference of any value, and of the place of any corner, mm.",
        "",
        *tables.markdown(list(agreement[0]), [list(row.values()) for row in agreement]),
    ]
    tables.save(options.out, "loading", rows, lines)
    compared = [r for r in agreement if r["largest_difference"] != ""]
    return 0 if all(float(r["largest_difference"]) < 1e-3 for r in compared) else 1


if __name__ == "__main__":
    sys.exit(main())
