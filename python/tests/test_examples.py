"""The examples run, and find what is known of their phantoms."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def shown(name: str, place: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), str(place)], capture_output=True, text=True, cwd=place
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_example_is_left_out() -> None:
    text = Path(__file__).read_text()
    names = [path.name for path in EXAMPLES.glob("*.py")]
    assert len(names) >= 3 and all(name in text for name in names)


def test_the_gap_from_an_rtstruct(tmp_path: Path) -> None:
    text = shown("gap_from_rtstruct.py", tmp_path)
    found = re.findall(r"tumour-cord: (\S+) mm", text)
    assert [float(gap) for gap in found] == pytest.approx([2.5, 2.5], abs=0.02)


def test_the_gap_from_masks(tmp_path: Path) -> None:
    text = shown("gap_from_masks.py", tmp_path)
    found = re.search(r"tumour to cord: (\S+) mm \((\S+) to (\S+)\)", text)
    assert found is not None
    gap, lower, upper = map(float, found.groups())
    assert gap == pytest.approx(3.0, abs=0.4) and lower <= 3.0 <= upper


def test_a_cohort(tmp_path: Path) -> None:
    text = shown("cohort.py", tmp_path)
    assert (tmp_path / "cohort.png").stat().st_size > 10_000
    assert re.search(r"4 studies, largest error 0\.0\d mm", text)
