#!/usr/bin/env python3
"""Damages real files at random and gives them to the program as a user would.

    python3 fuzz/mutated.py --bin target/release --data ../shared/data --count 20000 --seed 1 --out DIR

Each case copies one small study, damages one of its files and runs `thecal check`, `thecal info`, `thecal check
--out`, or the example `load_series --frames`, which decodes every frame (build it with `cargo build --release
--workspace --bins --examples`). Every run has 4 GB of address space and 20 s. A case is a fault where it prints a
panic, ends by a signal, does not end in time, ends with a code that is not in the contract, or where a damaged gzip
stream gives another result than the sound one without a word. What was damaged is kept in DIR.

Bytes are damaged in the file as it lies there; of a gzip stream every second time in what it holds, with a right
check sum, so that the readers behind it are reached. Nothing but Python's standard library is needed."""

import argparse
import collections
import gzip
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

ADDRESS_SPACE = 4 << 30
SECONDS = 20
# The exit codes of the program, and of the example that decodes frames. Nothing is wrong with the disk.
CODES = {"check": {0, 1, 2, 3}, "info": {0, 1, 3}, "out": {0, 1, 2, 3}, "frames": {0, 1}}


def seeds(data):
    """Of every kind of file: a name, the files of a study, the places of those to damage, what is run, arguments."""
    def files(folder, pattern="*", most=40):
        return sorted(p for p in (data / folder).glob(pattern) if p.is_file())[:most]

    found = []

    def add(kind, paths, what, arguments=(), damaged=None):
        paths = [p for p in paths if p.name != "LICENSE" and "README" not in p.name]
        if paths:
            found.append((kind, paths, damaged or range(len(paths)), what, list(arguments)))

    for f in files("hostile/dup_uid", "A*.dcm") + files("public-report-kinds/edited-ring-1", "*.dcm"):
        add("rtstruct", [f], "check")
    for f in files("rtstruct-rt-utils/mock_data", "*reference_rt.dcm"):
        add("rtstruct", [f], "check", ["--cord", "ROI-4", "--tumour", "ROI-2"])
    lung = data / "lung2018-cord-dose"
    add("rtstruct", [lung / "RS.dcm"], "info")
    add("dose", [lung / "RD.imrt.dcm"], "info")
    add("dose", [lung / "RD.vmat.dcm", lung / "RS.dcm"], "check",
        ["--cord", "SPINAL CORD2", "--tumour", "PTV_PRIMARY"], [0])
    for f in files("headphantom-ct-rtstruct", "RN*.dcm"):
        add("plan", [f], "info")
    add("seg", files("public-report-kinds/bg255-gtv0"), "check")
    for f in files("seg-highdicom", "seg_image_*.dcm") + files("seg-dcmqi", "*labelmap*.dcm"):
        add("seg", [f], "info")
    for f in [data / "seg-dcmqi/liver.dcm", data / "seg-dcmqi/partial_overlaps.dcm"]:
        add("seg", [f], "info")
    add("nrrd", files("seg-dcmqi", "liver_spine_seg.nrrd"), "check", ["--cord", "#1", "--tumour", "#2"])
    for f in files("seg-dcmqi", "*.nrrd"):
        add("nrrd", [f], "info")
    add("nifti", files("hostile", "orig.nii.gz"), "check", ["--cord", "label 60", "--tumour", "label 41"])
    sct = [data / "sct-t2/t2_fake_lesion_lesion_seg.nii.gz", data / "sct-t2/t2_fake_lesion_sc_seg.nii.gz"]
    add("nifti", sct, "check", ["--cord", "mask 2 of 2", "--tumour", "mask 1 of 2"])
    for sub in sorted((data / "spine-generic-masks").glob("sub-*")):
        pair = sorted(sub.rglob("*_T2w_csfseg-manual.nii.gz")) + sorted(sub.rglob("*_T2w_seg-manual.nii.gz"))
        if len(pair) == 2:
            add("nifti", pair, "check", ["--tumour", "mask 1 of 2", "--cord", "mask 2 of 2"])
    for f in files("spine-generic-masks", "sub-*/**/*.nii.gz", 6) + files("tptbox-mr-ct", "**/*.nii.gz", 6):
        add("nifti", [f], "info")
    for f in files("transfer-syntaxes"):
        add("frames", [f], "frames")
    for folder in ["compressed", "compressed_j2k", "compressed_jpegls", "compressed_rle", "slicecount"]:
        add("frames", files("geometry-dicom2nifti/" + folder, "**/*.dcm", 3), "frames")
    for f in files("geometry-dicom2nifti/philips_enhanced", "**/*", 4) + files("totalsegmentator-ct-j2k", "*", 3):
        add("frames", [f], "frames")
    add("images", files("geometry-dicom2nifti/slicecount", "**/*.dcm"), "info")
    add("images", files("geometry-dicom2nifti/compressed_j2k", "**/*.dcm"), "info")
    study = data / "hostile/jpeg2000-tile-parts"
    add("pictures", sorted((study / "CT").glob("*.dcm")) + [study / "RS.dcm"], "out")
    return found


def damage(random, raw):
    """The bytes with one to sixteen damages."""
    out = bytearray(raw)
    # Heads hold what steers a reader.
    head = random.random() < 0.5
    for _ in range(random.choice([1, 1, 2, 4, 16])):
        if not out:
            break
        end = min(len(out), 4096) if head else len(out)
        at = random.randrange(end)
        kind = random.randrange(9)
        if kind == 0:
            out[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            out[at] = random.randrange(256)
        elif kind == 2:
            value = random.choice([0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000])
            word = struct.pack(random.choice("<>") + "I", value)[:random.choice([2, 4])]
            out[at:at + len(word)] = word
        elif kind == 3:
            del out[at:at + random.choice([1, 2, 16, 1024])]
        elif kind == 4:
            out[at:at] = out[at:at + random.choice([1, 8, 64, 4096])]
        elif kind == 5:
            out[at:at] = bytes(random.randrange(256) for _ in range(random.choice([1, 2, 8])))
        elif kind == 6:
            del out[random.randrange(len(out)):]
        elif kind == 7:
            digits = [i for i in range(at, min(at + 400, len(out))) if 48 <= out[i] <= 57]
            if digits:
                out[random.choice(digits)] = random.choice(b"0123456789-e.")
        else:
            other = random.randrange(end)
            size = random.choice([2, 4, 16, 256])
            out[at:at + size] = out[other:other + size]
    return bytes(out)


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setsid()


def run(binaries, what, folder, names, arguments, scratch):
    thecal = str(binaries / "thecal")
    out = scratch / "out"
    command = {
        "check": [thecal, "check", str(folder), "--json", *arguments],
        "info": [thecal, "info", str(folder), "--json"],
        "out": [thecal, "check", str(folder), "--out", str(out), *arguments],
        "frames": [str(binaries / "examples/load_series"), "--frames", "--threads", "1",
                   *(str(folder / n) for n in names)],
    }[what]
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited)
    try:
        said, errors = child.communicate(timeout=SECONDS)
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        said, errors = child.communicate()
        code = "timeout"
    shutil.rmtree(out, ignore_errors=True)
    return code, said, errors, time.monotonic() - began


def told(said):
    """Of a record: the gaps with their verdicts, and the codes of all warnings."""
    try:
        record = json.loads(said)
    except ValueError:
        return None
    gaps, codes = [], collections.Counter()

    def walk(x):
        if isinstance(x, dict):
            if "gap_mm" in x and "pair" in x:
                gaps.append((x["pair"], x["gap_mm"], x.get("gap_lower_mm"), x.get("gap_upper_mm")))
            if "code" in x and isinstance(x["code"], str):
                codes[x["code"]] += 1
            for v in x.values():
                walk(v)
        elif isinstance(x, list):
            for v in x:
                walk(v)

    walk(record)
    return gaps, codes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", help="only seeds of this kind")
    a = parser.parse_args()
    all_seeds = [s for s in seeds(a.data) if a.kind in (None, s[0])]
    kinds = sorted({s[0] for s in all_seeds})
    # Pictures take seconds a run.
    weights = {k: 0.02 if k == "pictures" else 1.0 for k in kinds}
    scratch = a.out / "scratch"
    study = scratch / "study"
    shutil.rmtree(scratch, ignore_errors=True)
    study.mkdir(parents=True)
    chance = random.Random(a.seed)
    counts, faults, sound = collections.Counter(), [], {}
    slowest = (0.0, "")
    for case in range(a.count):
        kind = chance.choices(kinds, [weights[k] for k in kinds])[0]
        n, (_, paths, places, what, arguments) = chance.choice(
            [(n, s) for n, s in enumerate(all_seeds) if s[0] == kind])
        for old in study.iterdir():
            old.unlink()
        names = [f"{i:03}-{p.name}" for i, p in enumerate(paths)]
        for p, name in zip(paths, names):
            shutil.copyfile(p, study / name)
        if n not in sound:
            code, said, _, _ = run(a.bin, what, study, names, arguments, scratch)
            sound[n] = (code, told(said))
        at = chance.choice(list(places))
        raw = paths[at].read_bytes()
        zipped = paths[at].name.endswith(".gz")
        inside = zipped and chance.random() < 0.5
        hurt = gzip.compress(damage(chance, gzip.decompress(raw)), 1) if inside else damage(chance, raw)
        if hurt == raw:
            continue
        (study / names[at]).write_bytes(hurt)
        code, said, errors, seconds = run(a.bin, what, study, names, arguments, scratch)
        counts[kind, str(code)] += 1
        if seconds > slowest[0]:
            slowest = (seconds, f"case {case}, {paths[at].name}")
        why = None
        if code == "timeout":
            why = "timeout"
        elif code < 0:
            why = f"signal {-code}"
        elif b"panicked" in errors or b"RUST_BACKTRACE" in errors:
            why = "panic printed"
        elif code not in CODES[what]:
            why = f"exit code {code}"
        elif what == "check" and code in (0, 1):
            before, now = sound[n][1], told(said)
            changed = before is not None and now is not None and now[0] != before[0]
            silent = changed and not now[1] - before[1]
            if silent and zipped and not inside:
                why = "another result without a word"
            if silent:
                counts[kind, "another result, as the numbers in the file say"] += 1
        if why:
            kept = a.out / f"{case:06}-{why.replace(' ', '-')}-{paths[at].name}"
            kept.write_bytes(hurt)
            faults.append((case, kind, why, paths[at].name))
            print(f"case {case}: {kind}, {paths[at].name}: {why}\n{errors[-600:].decode(errors='replace')}", flush=True)
        if (case + 1) % 1000 == 0:
            print(f"{case + 1} cases, {len(faults)} faults, slowest {slowest[0]:.1f} s ({slowest[1]})", flush=True)
    print(f"{a.count} cases, seed {a.seed}: {len(faults)} faults; slowest {slowest[0]:.1f} s ({slowest[1]})")
    for (kind, code), count in sorted(counts.items()):
        print(f"{kind:10} {code:>12} {count}")
    shutil.rmtree(scratch, ignore_errors=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
