"""The program that the package installs is the program."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import run

import thecal
from thecal.__main__ import main


def test_help_version_and_exit_codes(phantom: Path, tmp_path: Path) -> None:
    version = run("--version")
    assert version.returncode == 0 and version.stdout.startswith(f"thecal {thecal.__version__}")
    assert "Usage: thecal" in run("--help").stdout
    assert "Usage: thecal check" in run("check", "--help").stdout
    assert run("check", str(phantom)).returncode == 0
    assert run("check", str(phantom), "--threshold", "9").returncode == 1
    assert run("check").returncode == 2
    nothing = run("check", str(tmp_path))
    assert nothing.returncode == 3 and nothing.stdout == ""


def test_a_batch_starts_itself_again(phantom: Path, tmp_path: Path) -> None:
    # It measures in a second process, which it must know how to start.
    done = run("batch", str(phantom.parent), "--out", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    (gap,) = [r for r in rows if r["metric"] == "gap_mm" and r["structure_b"] == "SpinalCord" and not r["scenario"]]
    assert float(gap["value"]) == pytest.approx(2.5, abs=0.01) and gap["status"] == "ok"


def test_a_file_of_the_working_directory_is_no_part_of_it(phantom: Path, tmp_path: Path) -> None:
    if sys.version_info < (3, 11):
        pytest.skip("Python 3.10 cannot leave the working directory out")
    (tmp_path / "thecal.py").write_text("raise SystemExit('taken for the package')")
    (tmp_path / "json.py").write_text("raise SystemExit('taken for a module of Python')")
    command = [*thecal.program(), "check", str(phantom)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_defaults_of_the_working_directory_hold_for_both(
    phantom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thecal.toml").write_text("thresholds = [1.0]\n")
    report = thecal.check(phantom)
    assert report.thresholds_mm == (1.0,)
    assert report.to_json() == run("check", str(phantom), "--json").stdout


def test_main_gives_the_exit_code(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["thecal", "info", "no-such-folder"])
    try:
        assert main() == 3
    finally:
        signal.signal(signal.SIGINT, handler)
    assert "no-such-folder" in capfd.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_key_that_interrupts_ends_it(tmp_path: Path) -> None:
    command = [*thecal.program(), "demo", "--out", str(tmp_path / "demo")]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=5) == -signal.SIGINT
