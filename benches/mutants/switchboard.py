#!/usr/bin/env python3
"""How many mutants of a crate its tests notice: all are compiled once, each behind a switch.

    cargo install cargo-mutants --locked
    python3 benches/mutants/switchboard.py thecal-geom --sample 2/4 --scratch /tmp/mutants
    python3 benches/mutants/switchboard.py thecal-mask --sample 2/4 --scratch /tmp/mutants \\
        --file 'crates/thecal-mask/src/solid/*.rs' --file crates/thecal-mask/src/solid.rs

The mutants are those that `cargo mutants --list --json` gives, with what .cargo/mutants.toml excludes left out;
`--sample k/n` takes every n-th of them from the k-th. In a copy of the workspace each function begins with

    match crate::mutant_switch::on(FUNCTION) { 17 => return { its body with mutant 17 }, ... _ => {} }

so that a variable of the environment chooses the mutant. What the compiler refuses is not viable and is taken out.
Mutants outside of functions (constants) cannot be switched; their number is printed.

Each test is run once by itself to learn which functions it reaches and how long it takes; the slowest are left out.
A mutant then meets the tests that reach its function, the quickest first, until one fails. One that takes several
times as long as unmutated code counts as caught. Counts and survivors are printed; all results are in SCRATCH/CRATE.json.

Python 3.11 or later, Linux; nothing else is needed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
MEMORY_BYTES = 6 << 30
"""An endless loop that fills memory ends here, and not with the machine's."""

SWITCH = Path(__file__).with_name("switch.rs")
"""What is added to the crate."""


@dataclass
class Mutant:
    """One that the list names; `function` is the number of the function that it is in."""

    number: int
    name: str
    file: str
    start: int
    end: int
    replacement: str
    function: int
    state: str = "survived"
    by: str = ""


@dataclass
class Function:
    """A function with mutants: where its body begins and ends in the text of its file."""

    file: str
    body: tuple[int, int]
    returns: str
    mutants: list[Mutant] = field(default_factory=list)


@dataclass
class Test:
    """A test, the program that it is in, the functions that it reaches and its time."""

    program: str
    name: str
    seconds: float = 0.0
    reached: frozenset[int] = frozenset()


def offset(text: str, place: dict[str, int]) -> int:
    """Where a line and a column, both from 1, are in the text."""
    line_start = 0
    for _ in range(place["line"] - 1):
        line_start = text.index("\n", line_start) + 1
    return line_start + place["column"] - 1


def body_start(text: str, function_start: int) -> int:
    """Behind the brace that opens a function's body: the first that is in no comment and no string."""
    for found in re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\{', re.DOTALL).finditer(text, function_start):
        if found.group() == "{":
            return found.end()
    raise SystemExit("a function without a body")


def listed(crate: str, files: list[str], sample: str) -> tuple[list[Function], int]:
    """The functions with the mutants of the sample, and how many of it cannot be switched."""
    command = ["cargo", "mutants", "--list", "--json", "-p", crate]
    command += [part for name in files for part in ("-f", name)]
    found = json.loads(subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, check=True).stdout)
    first, step = (int(part) for part in sample.split("/"))
    functions: dict[tuple[str, int], Function] = {}
    numbers: dict[tuple[str, int], int] = {}
    texts: dict[str, str] = {}
    constants = 0
    for number, item in enumerate(found, 1):
        if (number - first) % step:
            continue
        if item["function"] is None:
            constants += 1
            continue
        file, span = item["file"], item["function"]["span"]
        text = texts.setdefault(file, (HOME / file).read_text())
        key = (file, offset(text, span["start"]))
        if key not in functions:
            body = (body_start(text, key[1]), offset(text, span["end"]) - 1)
            functions[key] = Function(file, body, item["function"]["return_type"].removeprefix("-> "))
            numbers[key] = len(numbers)
        start, end = (offset(text, item["span"][end]) for end in ("start", "end"))
        mutant = Mutant(number, item["name"], file, start, end, item["replacement"], numbers[key])
        functions[key].mutants.append(mutant)
    return list(functions.values()), constants


def copy_workspace(target: Path) -> None:
    """What git has, and what is new; a file that is the same is left alone, so that cargo need not build it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        old, new = HOME / name, target / name
        if old.is_file() and not (new.is_file() and new.read_bytes() == old.read_bytes()):
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(old, new)


def switched(text: str, functions: list[tuple[int, Function]]) -> tuple[str, list[tuple[int, int, Mutant]]]:
    """The text of a file with switches, and the lines of each mutated body."""
    insertions: list[tuple[int, str, Mutant | None]] = []
    for number, function in functions:
        begin, end = function.body
        alive = [mutant for mutant in function.mutants if mutant.state != "unviable"]
        if not alive:
            continue
        # Bodies that return different iterators have different types unless they are boxed.
        hidden = function.returns.startswith("impl ")
        on = f"match crate::mutant_switch::on({number}) {{\n"
        boxed = function.returns.removeprefix("impl ")
        insertions.append((begin, f" let boxed: Box<dyn {boxed} + '_> = {on}" if hidden else f" {on}", None))
        for mutant in alive:
            mutated = text[begin : mutant.start] + mutant.replacement + text[mutant.end : end]
            opening, closing = ("Box::new({", "}),") if hidden else ("return {", "},")
            insertions.append((begin, f"{mutant.number} => {opening}\n{mutated}\n{closing}\n", mutant))
        insertions.append((begin, "_ => Box::new({" if hidden else "_ => {} }\n", None))
        if hidden:
            insertions.append((end, "}) }; boxed ", None))
    parts, lines, at, line = [], [], 0, 1
    for place, inserted, mutant in sorted(insertions, key=lambda insertion: insertion[0]):
        before = text[at:place]
        line += before.count("\n")
        if mutant:
            lines.append((line, line + inserted.count("\n"), mutant))
        line += inserted.count("\n")
        parts += [before, inserted]
        at = place
    return "".join([*parts, text[at:]]), lines


def build(crate: str, functions: list[Function], copy: Path, environment: dict[str, str]) -> list[str]:
    """Builds the tests with all mutants that the compiler accepts; gives the test programs."""
    by_file: dict[str, list[tuple[int, Function]]] = defaultdict(list)
    for number, function in enumerate(functions):
        by_file[function.file].append((number, function))
    root = f"crates/{crate}/src/lib.rs"
    by_file[root] += []
    config = tomllib.loads((HOME / ".cargo/mutants.toml").read_text())
    command = ["cargo", "test", "--no-run", "--tests", "-p", crate, "--profile", config["profile"]]
    command += ["--jobs", "1", "--message-format", "json"]
    # What the crate builds on is not mutated: as fast as it can be, since most tests spend their time there.
    for other in sorted(path.name for path in (HOME / "crates").iterdir() if path.name != crate):
        command += ["--config", f"profile.{config['profile']}.package.{other}.opt-level=3"]
    while True:
        places = {}
        for file, inside in by_file.items():
            text, places[file] = switched((HOME / file).read_text(), inside)
            if file == root:
                text += SWITCH.read_text()
            if text != (copy / file).read_text():
                (copy / file).write_text(text)
        done = subprocess.run(command, cwd=copy, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode == 0:
            return [m["executable"] for m in messages if m.get("executable") and m["profile"]["test"]]
        errors = [m["message"] for m in messages if m["reason"] == "compiler-message" and m["message"]["level"] == "error"]
        refused = 0
        for span in (span for error in errors for span in error["spans"]):
            for first, last, mutant in places.get(span["file_name"], []):
                if first <= span["line_start"] <= last and mutant.state != "unviable":
                    mutant.state = "unviable"
                    refused += 1
        print(f"  {refused} mutants do not compile", flush=True)
        if not refused:
            raise SystemExit("\n".join(error["rendered"] for error in errors) or "cargo test failed")


def run(tests: list[Test], number: int, record: Path | None, seconds: float, crate: Path) -> str:
    """Runs tests of one program together: `""` where they pass, else how they end."""
    variables = {**os.environ, "MUTANT": str(number), "CARGO_MANIFEST_DIR": str(crate)}
    if record:
        variables["MUTANT_RECORD"] = str(record)
    command = [tests[0].program, "--exact", *(test.name for test in tests)]
    try:
        done = subprocess.run(
            command, cwd=crate, env=variables, timeout=seconds, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, errors="replace", check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
        )
    except subprocess.TimeoutExpired:
        return "out of time"
    failed = re.findall(r"^test (.*) \.\.\. FAILED$", done.stdout, re.MULTILINE)
    return "" if done.returncode == 0 else ", ".join(failed) or "aborted"


def recorded(programs: list[str], copy: Path, crate: Path) -> list[Test]:
    """All tests with what they reach."""
    arguments = tomllib.loads((HOME / ".cargo/mutants.toml").read_text())["additional_cargo_test_args"]
    arguments = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    tests = []
    for program in programs:
        listing = subprocess.run([program, "--list", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout
        tests += [Test(program, name) for name in re.findall(r"^(.*): test$", listing, re.MULTILINE)]
    record = copy.parent / "record"
    for test in tests:
        record.write_text("")
        begin = time.monotonic()
        if ending := run([test], 0, record, 600.0, crate):
            raise SystemExit(f"{test.name} fails without a mutant: {ending}")
        test.seconds = time.monotonic() - begin
        test.reached = frozenset(map(int, record.read_text().split()))
    return sorted(tests, key=lambda test: test.seconds)


def meets(mutant: Mutant, tests: list[Test], crate: Path) -> None:
    """Runs what reaches a mutant, in portions that grow, until something fails."""
    waiting = [test for test in tests if mutant.function in test.reached]
    mutant.state = "survived" if waiting else "unreached"
    portion = 0.25
    while waiting and mutant.state == "survived":
        taken = [waiting.pop(0)]
        total = taken[0].seconds
        while waiting and total + waiting[0].seconds < portion:
            total += waiting[0].seconds
            taken.append(waiting.pop(0))
        portion *= 2.0
        for program in sorted({test.program for test in taken}):
            ending = run([t for t in taken if t.program == program], mutant.number, None, 5.0 * total + 4.0, crate)
            if ending:
                mutant.state, mutant.by = ("timed out" if ending == "out of time" else "caught"), ending
                break


def main() -> None:
    """Lists, builds, records, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crate")
    parser.add_argument("--file", action="append", default=[], help="only files that match; may be repeated")
    parser.add_argument("--sample", default="1/1", help="k/n: every n-th mutant from the k-th")
    parser.add_argument("--slow", type=float, default=4.0, help="tests that take more seconds are left out")
    parser.add_argument("--scratch", type=Path, required=True, help="a folder for the copy and what is built")
    asked = parser.parse_args()
    functions, constants = listed(asked.crate, asked.file, asked.sample)
    mutants = [mutant for function in functions for mutant in function.mutants]
    print(f"{len(mutants)} mutants in {len(functions)} functions, {constants} in constants", flush=True)
    scratch = asked.scratch.resolve()
    copy = scratch / asked.crate
    copy_workspace(copy)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(scratch / "target"), "RUSTFLAGS": "-Awarnings"}
    programs = build(asked.crate, functions, copy, environment)
    tests = recorded(programs, copy, copy / "crates" / asked.crate)
    print(f"{len(tests)} tests, {sum(test.seconds for test in tests):.1f} s one by one", flush=True)
    for test in (test for test in tests if test.seconds > asked.slow):
        print(f"  left out: {test.name}, {test.seconds:.1f} s", flush=True)
    tests = [test for test in tests if test.seconds <= asked.slow]
    viable = [mutant for mutant in mutants if mutant.state != "unviable"]
    for done, mutant in enumerate(viable, 1):
        meets(mutant, tests, copy / "crates" / asked.crate)
        if mutant.state in ("survived", "unreached"):
            print(f"{done}/{len(viable)} {mutant.state}: {mutant.name}", flush=True)
        results = [{"name": m.name, "number": m.number, "state": m.state, "by": m.by} for m in mutants]
        (scratch / f"{asked.crate}.json").write_text(json.dumps(results, indent=1))
    caught = [mutant for mutant in viable if mutant.state in ("caught", "timed out")]
    late = sum(mutant.state == "timed out" for mutant in caught)
    print(f"{asked.crate} {asked.sample}: {len(viable)} viable of {len(mutants)}; {len(caught)} caught, {late} of them")
    print(f"out of time: {100.0 * len(caught) / max(1, len(viable)):.1f} %")


if __name__ == "__main__":
    main()
