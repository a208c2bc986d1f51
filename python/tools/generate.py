"""Writes ``thecal/_records.py`` and ``thecal/_settings.py``: the types of records, from their JSON Schemas,
and those of settings, from the options of the command line. Run it where ``thecal`` can be imported:

    python python/tools/generate.py
"""

from __future__ import annotations

import json
import keyword
import textwrap
from pathlib import Path
from typing import Any

from thecal import _thecal

Schema = dict[str, Any]

COMMANDS = ("check", "compare", "dvh", "explain", "info")
SCALARS = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}
# Options that say how the program talks, which functions do not.
TALK = ("json", "quiet", "verbose", "help", "version")
# What values of options are called on the command line, and what they are in Python.
NUMBERS = ("MM", "GY", "PERCENT", "SECONDS", "DEGREES", "FRONT,LEFT,HEAD")
PATHS = ("FILE", "DIR", "PATH")


def documented(text: str, indent: str) -> list[str]:
    """A docstring."""
    lines = textwrap.wrap(" ".join(text.split()), 110 - len(indent) - 6)
    if len(lines) <= 1:
        return [f'{indent}"""{lines[0] if lines else ""}"""']
    return [f'{indent}"""{lines[0]}', *(f"{indent}{line}" for line in lines[1:]), f'{indent}"""']


def words(schema: Schema) -> list[str] | None:
    """The words of an enumeration; none where it is none."""
    if "enum" in schema:
        return [str(word) for word in schema["enum"]]
    options = schema.get("oneOf", [])
    if options and all("const" in option for option in options):
        return [str(option["const"]) for option in options]
    return None


class Types:
    """The types of one set of schemas."""

    def __init__(self, defs: dict[str, Schema]) -> None:
        self.defs = defs

    def is_object(self, name: str) -> bool:
        return "properties" in self.defs[name]

    def of(self, schema: Schema) -> tuple[str, str | None, str]:
        """The type of a value, the class that it is made of where there is one, and how it is made."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if self.is_object(name):
                return name, name, "_one"
            return (name, None, "_plain") if words(self.defs[name]) else self.of(self.defs[name])
        if "anyOf" in schema or "oneOf" in schema:
            parts = [p for p in schema.get("anyOf", schema.get("oneOf", [])) if p.get("type") != "null"]
            if len(parts) == 1:
                kind, made_of, how = self.of(parts[0])
                return f"{kind} | None", made_of, how
            return "Any", None, "_plain"
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else list(kinds)
        nothing = " | None" if "null" in kinds else ""
        kinds = [kind for kind in kinds if kind != "null"]
        if kinds == ["array"]:
            item, made_of, how = self.of(schema["items"])
            count = schema.get("minItems")
            if count is not None and count == schema.get("maxItems"):
                kind = f"tuple[{', '.join([item] * count)}]"
            else:
                kind = f"tuple[{item}, ...]"
            return kind + nothing, made_of, "_many" if made_of and how == "_one" else "_plain"
        if len(kinds) == 1 and kinds[0] in SCALARS:
            return SCALARS[kinds[0]] + nothing, None, "_plain"
        return "Any", None, "_plain"

    def written(self, name: str, schema: Schema, base: str) -> list[str]:
        """A class for an object."""
        out = ["", "", f"class {name}({base}):"]
        out += documented(schema.get("description", name), "    ")
        out += ["", "    __slots__ = ()"]
        required = schema.get("required", [])
        for key, value in schema["properties"].items():
            kind, made_of, how = self.of(value)
            if key not in required and "None" not in kind and kind != "Any":
                kind += " | None"
            attribute = f"{key}_" if keyword.iskeyword(key) else key
            out += ["", "    @property", f"    def {attribute}(self) -> {kind}:"]
            out += documented(value.get("description", key), " " * 8)
            of = f", {made_of}" if made_of and how != "_plain" else ""
            out.append(f'        return self.{how}("{key}"{of})')
        return out


def records() -> str:
    """The text of ``_records.py``."""
    defs: dict[str, Schema] = {}
    roots: dict[str, Schema] = {}
    for command in COMMANDS:
        schema = json.loads(_thecal.schema(command) or "{}")
        for name, one in schema.pop("$defs").items():
            if defs.setdefault(name, one) != one:
                raise ValueError(f"two records differ in what they call {name}")
        roots[schema["title"]] = schema
    types = Types(defs)
    out = [
        '"""The types of records. Written by ``tools/generate.py`` from the JSON Schemas: change those."""',
        "",
        "# What stands in a record is what its schema says, which tests hold against each other.",
        "# mypy: disable-error-code=no-any-return",
        "# mypy: disable-error-code=return-value",
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any, Literal",
        "",
        "from thecal._record import Document, Record",
    ]
    for name in sorted(defs):
        found = words(defs[name])
        if found:
            line = f"{name} = Literal[{', '.join(map(json.dumps, found))}]"
            if len(line) > 110:
                inner = "".join(f"    {json.dumps(word)},\n" for word in found)
                line = f"{name} = Literal[\n{inner}]"
            out += ["", f"#: {' '.join(defs[name].get('description', name).split())}", line]
    for name in sorted(defs):
        if types.is_object(name):
            out += types.written(name, defs[name], "Record")
    for name in sorted(roots):
        out += types.written(name, roots[name], "Document")
    return "\n".join(out) + "\n"


# What is said of solids, which have no names and lie in no files.
OF_SOLIDS = (
    *("threshold", "tolerance", "separate", "amount", "reference", "approaches", "levels", "sweep"),
    *("anatomy", "cord-shift", "uncertainty", "samples", "seed", "memory"),
)


def value_type(option: dict[str, Any]) -> str:
    """What an option takes in Python."""
    name = option["value"] or ""
    if option["choices"]:
        kind = f"Literal[{', '.join(map(json.dumps, option['choices']))}]"
    elif not name:
        return "bool"
    elif name in NUMBERS:
        kind = "float"
    elif name == "N":
        kind = "int"
    elif name in PATHS:
        kind = "Path"
    elif "=]MM" in name:
        return "float | str | Sequence[float | str] | Mapping[str, float | Sequence[float]]"
    else:
        kind = "str"
    return f"{kind} | Sequence[{kind}]" if option["many"] else kind


def settings() -> str:
    """The text of ``_settings.py``."""
    out = [
        '"""The types of settings. Written by ``tools/generate.py`` from the options of the command line."""',
        "",
        "from __future__ import annotations",
        "",
        "import os",
        "from collections.abc import Mapping, Sequence",
        "from typing import Literal, TypedDict, Union",
        "",
        'Path = Union[str, "os.PathLike[str]"]',
    ]
    for command in (*COMMANDS, "solid"):
        out += ["", "", f"class {command.capitalize()}Settings(TypedDict, total=False):"]
        of = "check" if command == "solid" else command
        more = ", as far as they are about solids" if command == "solid" else ""
        out += documented(f"Options of ``thecal {of}``{more}.", "    ")
        for option in json.loads(_thecal.options(of)):
            if option["name"] in TALK or (command == "solid" and option["name"] not in OF_SOLIDS):
                continue
            help_text = " ".join(option["help"].split())
            if option["default"]:
                help_text += f" [default: {', '.join(option['default'])}]"
            out.append("")
            out += [f"    #: {line}" for line in textwrap.wrap(help_text, 104)]
            out.append(f"    {option['name'].replace('-', '_')}: {value_type(option)}")
    return "\n".join(out) + "\n"


def main() -> None:
    package = Path(__file__).parent.parent / "thecal"
    (package / "_records.py").write_text(records(), encoding="utf-8")
    (package / "_settings.py").write_text(settings(), encoding="utf-8")


if __name__ == "__main__":
    main()
