"""Studies of known truth, written by the program itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import thecal

Ring = Callable[[float], "np.ndarray"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program as the package installs it."""
    return subprocess.run([*thecal.program(), *arguments], capture_output=True, text=True)


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tumour 2.5 mm off the cord on slices of 1 mm, without images."""
    study = tmp_path_factory.mktemp("phantom") / "study"
    made = run("phantom", "--out", str(study), "--gap", "2.5", "--slice", "1", "--no-ct")
    assert made.returncode == 0, made.stderr
    return study


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a plan and a dose."""
    study = tmp_path_factory.mktemp("planned") / "study"
    options = ["--gap", "2.5", "--rows", "64", "--columns", "64", "--pixel", "2", "--dose-grid", "3"]
    made = run("phantom", "--out", str(study), *options, "--dose", "erf")
    assert made.returncode == 0, made.stderr
    return study


def circle(radius_mm: float, x_mm: float, z_mm: float, points: int = 720) -> np.ndarray:
    """A circle on the plane z."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    z = np.full(points, z_mm)
    return np.column_stack([x_mm + radius_mm * np.cos(angle), radius_mm * np.sin(angle), z])


def tube(radius_mm: float, x_mm: float = 0.0, ends: str = "half_slice") -> thecal.Solid:
    """A tube along z from -20 to 20 mm, drawn every 2 mm."""
    rings = [circle(radius_mm, x_mm, z) for z in np.arange(-20.0, 21.0, 2.0)]
    return thecal.Solid.from_contours(rings, ends=ends)


def ball(radius_mm: float, x_mm: float) -> thecal.Solid:
    """A ball on planes of 1 mm."""
    heights = np.arange(-np.floor(radius_mm - 0.3), np.floor(radius_mm - 0.3) + 1)
    rings = [circle(np.sqrt(radius_mm**2 - z**2), x_mm, z) for z in heights]
    return thecal.Solid.from_contours(rings, ends="rounded")


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> thecal.Solid:
    """A box, whose ends are its first and last planes."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    heights = np.linspace(z0, z1, int(round(z1 - z0)) + 1)
    rings = [np.array([(x, y, z) for x, y in corners]) for z in heights]
    return thecal.Solid.from_contours(rings, ends="plane")
