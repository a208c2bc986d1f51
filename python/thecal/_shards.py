"""Which shards of a batch are to be run, run again, taken apart or given up. Knows nothing of Ray."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum


class End(Enum):
    """How a task came to its end where it did not measure its shard."""

    LOST = "its process was ended"
    """The process of the task was killed, for example because no memory was left."""

    NODE = "its machine was lost"
    """The machine died or was taken away; the study need not have a part in that."""

    REFUSED = "its step failed"
    """The program said that it cannot go on; no study has a part in that."""


LIMIT = {End.LOST: 2, End.NODE: 8, End.REFUSED: 3}
"""How often a task may end in each way before its shard is taken apart, or its study is given up."""


class Stopped(Exception):
    """The run cannot go on; what is finished is kept."""


@dataclass(frozen=True)
class Job:
    """What one task measures: a shard, or one study of it."""

    shard: int
    studies: int
    need_bytes: int
    key: str | None = None
    ends: tuple[End, ...] = ()

    def arguments(self) -> list[str]:
        """Of ``thecal batch --step measure``."""
        return ["--shard", str(self.shard), *(["--study", self.key] if self.key else [])]


class Ledger:
    """What waits, what is done, and what is given up. Every study leaves it exactly once."""

    def __init__(self, jobs: Iterable[Job], keys: Callable[[int], list[str]]) -> None:
        """``keys`` gives the studies of a shard. It is asked only where a shard is taken apart."""
        self._waiting = deque(jobs)
        self._keys = keys
        self.done = 0
        self.lost: dict[str, str] = {}
        self.again = 0
        """How many tasks were begun again."""

    @property
    def waiting(self) -> int:
        """Tasks that are to be begun."""
        return len(self._waiting)

    def take(self) -> Job:
        """The next to be begun."""
        return self._waiting.popleft()

    def finished(self, job: Job) -> None:
        """All studies of the task have a result."""
        self.done += job.studies

    def failed(self, job: Job, end: End, why: str) -> None:
        """The task ended without having measured all of its studies.

        Raises ``Stopped`` where that is no fault of a study and does not pass.
        """
        job = replace(job, ends=(*job.ends, end))
        self.again += 1
        if job.ends.count(end) < LIMIT[end]:
            # First, so that it is known early what is wrong with it.
            self._waiting.appendleft(job)
        elif end is End.REFUSED:
            raise Stopped(why)
        elif job.key is None and job.studies > 1:
            one = replace(job, studies=1, ends=())
            self._waiting.extendleft(replace(one, key=key) for key in self._keys(job.shard))
        else:
            ended = f"{len(job.ends)} tasks ended on this study alone, the last because {end.value}"
            self.lost[job.key or self._keys(job.shard)[0]] = f"{ended} ({why})"
            self.done += 1

    def lost_lines(self) -> str:
        """The studies that were given up, as ``--lost`` takes them."""
        lines = ({"study": key, "reason": why} for key, why in sorted(self.lost.items()))
        return "".join(json.dumps(line) + "\n" for line in lines)
