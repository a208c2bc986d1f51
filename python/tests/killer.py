"""Kills the process that measures a study, each time it is seen to measure it: what the program does then is
what it does where a study takes all memory. On Linux, by /proc."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path


def commands() -> dict[int, list[str]]:
    """The command lines of all processes."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            found[int(entry.name)] = [word.decode(errors="replace") for word in words]
    return found


def descendants(of: int) -> set[int]:
    """A process and all that it and its children started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after = (entry / "stat").read_text().rpartition(")")[2]
            except OSError:
                continue
            parents[int(entry.name)] = int(after.split()[1])
    found = {of}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def shards_of(run: Path, keys: list[str]) -> dict[str, str]:
    """The shard of each study, from the plan of a run over many machines."""
    found = {}
    for file in sorted((run / "plan").glob("shard-*.jsonl")):
        number = str(int(file.stem.removeprefix("shard-")))
        for line in file.read_text(encoding="utf-8").splitlines():
            key = json.loads(line)["study"]
            if key in keys:
                found[key] = number
    return found


MARK = "killed-before"
"""A study begins by emptying its folder: this file goes when it is begun anew."""


class Killer:
    """Kills while it is entered."""

    def __init__(self, out: Path, keys: list[str], over_many: bool) -> None:
        self._out, self._keys, self._over_many = str(out), keys, over_many
        self._run = out.parent / f".{out.name}.thecal-new"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.kills: dict[str, int] = dict.fromkeys(keys, 0)

    def __enter__(self) -> Killer:  # noqa: PYI034
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _measured(self, key: str) -> bool:
        """Whether the study is being measured: its folder is there, and neither its result nor the mark."""
        folders = (
            [f / key for f in self._run.glob("building/*")]
            if self._over_many
            else [self._run / "studies" / key]
        )
        ended = ("result.json", MARK)
        return any(f.is_dir() and not any((f / name).exists() for name in ended) for f in folders)

    def _watch(self) -> None:
        shards: dict[str, str] = {}
        while not self._stop.wait(0.003):
            if self._over_many and len(shards) < len(self._keys):
                try:
                    shards = shards_of(self._run, self._keys)
                except (OSError, ValueError):
                    continue
            for key in self._keys:
                if self.kills[key] < 2 and self._measured(key):
                    self._kill(key, shards.get(key))

    def _kill(self, key: str, shard: str | None) -> None:
        def measures(words: list[str]) -> bool:
            if "--worker" not in words or self._out not in words:
                return False
            return shard is None or ("--shard" in words and words[words.index("--shard") + 1] == shard)

        for pid, words in commands().items():
            if not measures(words):
                continue
            # Before it is killed: its folder may be begun anew at once. Where one process has several of the
            # studies, all of them end with it.
            ended = [self._run / "studies" / of for of in self._keys] if shard is None else []
            for folder in [*self._run.glob(f"building/*/{key}"), *ended]:
                if folder.is_dir() and not (folder / "result.json").exists():
                    (folder / MARK).touch()
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.kills[key] += 1
            while Path(f"/proc/{pid}").exists() and not self._stop.wait(0.001):
                pass
