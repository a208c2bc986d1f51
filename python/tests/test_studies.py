"""Studies: the same records as the program prints, as objects with types."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import run

import thecal
from thecal import _records
from thecal._record import Document, Record


def printed(*arguments: str) -> str:
    """What the program prints: that of cargo where it was built, else that of the package."""
    program = os.environ.get("THECAL_PROGRAM")
    command = [program] if program else thecal.program()
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_check_gives_the_programs_record(phantom: Path) -> None:
    report = thecal.check(phantom)
    text = printed("check", str(phantom), "--json")
    assert report.to_json() == text
    assert report.to_dict() == json.loads(text)
    assert report.to_json() == run("check", str(phantom), "--json").stdout
    pair = report.phases[0].pairs[0]
    assert pair.pair == "tumour-cord"
    assert pair.gap_mm == pytest.approx(2.5, abs=0.01)


def test_settings_are_the_options(phantom: Path) -> None:
    report = thecal.check(
        [phantom],
        threshold={"tumour-cord": [1.5, 2.5], "tumour-sac": 1},
        tolerance=0.05,
        ends="plane",
        separate=["ideal", "laminectomy"],
        amount=2.5,
        levels=[-20.0, 20.5],
        sweep=False,
        sac=None,
    )
    text = printed(
        *["check", str(phantom), "--json", "--threshold", "tumour-cord=1.5"],
        *["--threshold", "tumour-cord=2.5", "--threshold", "tumour-sac=1", "--tolerance", "0.05"],
        *["--ends", "plane", "--separate", "ideal,laminectomy", "--amount", "2.5"],
        *["--levels", "-20", "20.5"],
    )
    assert report.to_json() == text
    assert thecal.separate(phantom, approach="ideal").separation is not None


def test_the_other_commands(phantom: Path, planned: Path) -> None:
    assert thecal.info(phantom).to_json() == printed("info", str(phantom), "--json")
    both = [str(phantom), str(phantom)]
    assert thecal.compare(*both).to_json() == printed("compare", *both, "--json")
    found = thecal.dvh(planned, prior_rt="none", metric=["D0.1cc", "D90%"])
    options = ["--prior-rt", "none", "--metric", "D0.1cc,D90%"]
    assert found.to_json() == printed("dvh", str(planned), "--json", *options)
    assert found.dose.structures[0].metrics[0].unit == "Gy"
    explained = thecal.explain(phantom, grid_mm=1.0)
    assert explained.to_json() == printed("explain", str(phantom), "--json", "--grid-mm", "1")


def test_results_are_written_where_they_are_asked_for(phantom: Path, tmp_path: Path) -> None:
    report = thecal.check(phantom, out=tmp_path / "out")
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == report.to_dict()
    with pytest.raises(thecal.Error) as raised:
        thecal.check(phantom, out="/proc/no-such-place")
    assert raised.value.code in (2, 5)


def every(record: Record) -> list[Record]:
    """A record with all records in it, by its attributes."""
    out = [record]
    for name, attribute in vars(type(record)).items():
        if isinstance(attribute, property):
            value = getattr(record, name)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Record):
                    out += every(item)
    return out


def test_attributes_are_the_record(phantom: Path, planned: Path) -> None:
    seen: set[str] = set()
    for document in (thecal.separate(phantom, approach="all"), thecal.dvh(planned)):
        for record in every(document):
            data = record.to_dict()
            names = {n for n, a in vars(type(record)).items() if isinstance(a, property)}
            assert {key for key in data} <= {name.rstrip("_") for name in names}
            for name in names:
                value, found = data.get(name.rstrip("_")), getattr(record, name)
                if isinstance(found, Record):
                    assert found.to_dict() == value
                elif isinstance(found, tuple):
                    assert isinstance(value, list) and len(found) == len(value)
                else:
                    assert found == value
            seen.add(type(record).__name__)
    assert len(seen) > 20


def test_records_are_frozen_and_can_be_sent(phantom: Path) -> None:
    report = thecal.check(phantom)
    for record in (report, report.phases[0].pairs[0]):
        with pytest.raises(AttributeError, match="cannot be changed"):
            record.headline = "clear"  # type: ignore[misc, union-attr]
        again = pickle.loads(pickle.dumps(record))
        assert again == record and type(again) is type(record)
    report.to_dict()["phases"].clear()
    assert report.phases and report.to_dict()["phases"]
    assert pickle.loads(pickle.dumps(report)).to_json() == report.to_json()


def test_warnings_have_their_codes(phantom: Path) -> None:
    report = thecal.check(phantom, tumour="SpinalCord")
    codes = [warning.code for warning in report.warnings]
    assert "no_cord" in codes
    assert all(warning.message for warning in report.warnings)


@pytest.mark.parametrize(
    ("arguments", "settings", "kind", "of"),
    [
        (["check", "no-such-folder"], {}, "unreadable", thecal.InputError),
        (["check", "PHANTOM", "--tumour=Nobody"], {"tumour": "Nobody"}, "not_found", thecal.InputError),
        (["check", "PHANTOM", "--threshold=-1"], {"threshold": -1}, "usage", thecal.UsageError),
        (["check", "PHANTOM", "--ends=flat"], {"ends": "flat"}, "usage", thecal.UsageError),
        (["check", "PHANTOM", "--tumor=GTV"], {"tumor": "GTV"}, "usage", thecal.UsageError),
        (["check", "PHANTOM", "--cord=--out"], {"cord": "--out"}, "not_found", thecal.InputError),
    ],
)
def test_failures_are_those_of_the_program(
    phantom: Path, arguments: list[str], settings: dict[str, Any], kind: str, of: type[thecal.Error]
) -> None:
    command = [str(phantom) if word == "PHANTOM" else word for word in arguments]
    told = json.loads(run(*command, "--json").stderr)["error"]
    with pytest.raises(of) as raised:
        thecal.check(command[1], **settings)
    assert (raised.value.kind, raised.value.code) == (told["kind"], told["code"])
    assert isinstance(raised.value, thecal.Error) and isinstance(raised.value, ValueError)
    first, theirs = str(raised.value).splitlines()[0], told["message"].splitlines()[0]
    assert first == theirs
    if kind != "unreadable":
        assert raised.value.kind == kind
    assert pickle.loads(pickle.dumps(raised.value)).kind == raised.value.kind


def test_settings_of_other_types_are_refused(phantom: Path) -> None:
    for bad in (object(), b"GTV", [object()]):
        with pytest.raises(thecal.UsageError, match="tumour"):
            thecal.check(phantom, tumour=bad)  # type: ignore[typeddict-item]


def test_documents_are_told_apart() -> None:
    documents = {name for name, c in vars(_records).items() if isinstance(c, type) and issubclass(c, Document)}
    assert documents == {"Document", "DoseReport", "ExplainReport", "Info", "Report"}
    for name in documents - {"Document"}:
        assert getattr(thecal, name) is getattr(_records, name)
