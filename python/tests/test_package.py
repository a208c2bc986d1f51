"""What is generated is what the program has, and importing costs nothing that is not needed."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import thecal
from thecal import _thecal

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "thecal"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", HERE.parent / "tools" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_types_are_those_of_the_schemas_and_the_options() -> None:
    generate = generator()
    wrong = "run the tests once with UPDATE_DOCS=1"
    assert (PACKAGE / "_records.py").read_text() == generate.records(), wrong
    assert (PACKAGE / "_settings.py").read_text() == generate.settings(), wrong


def test_the_schemas_in_docs_are_those_of_the_module() -> None:
    docs = HERE.parent.parent / "docs"
    for command, name in {"check": "report", "dvh": "dvh", "info": "info", "explain": "explain"}.items():
        text = (docs / f"{name}.schema.json").read_text()
        assert text == _thecal.schema(command)


def test_importing_takes_only_what_it_needs() -> None:
    text = """
import sys
before = set(sys.modules)
import thecal
print(sorted({"json", "numpy", "thecal._records", "typing"} & (set(sys.modules) - before)))
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_public_is_documented() -> None:
    for name in thecal.__all__:
        thing = getattr(thecal, name)
        assert isinstance(thing, str) or inspect.getdoc(thing), name
    for kind in (thecal.Solid, thecal.Grid):
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert inspect.getdoc(member), f"{kind.__name__}.{name}"
    for function in (thecal.edt, thecal.margin, thecal.components, thecal.check, thecal.Solid.from_mask):
        text = inspect.getdoc(function) or ""
        assert "Raises:" in text and ("Returns:" in text or "Source:" in text)
