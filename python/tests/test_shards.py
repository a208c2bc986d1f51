"""Which tasks are run again, without a cluster."""

from __future__ import annotations

import json

import pytest
from thecal._progress import line
from thecal._shards import LIMIT, End, Job, Ledger, Stopped


def ledger() -> Ledger:
    """Two shards of three studies each."""
    jobs = [Job(shard, 3, 100) for shard in range(2)]
    return Ledger(jobs, lambda shard: [f"{shard}{letter}" for letter in "abc"])


def test_each_study_leaves_once_although_one_ends_every_task() -> None:
    book = ledger()
    done: list[str] = []
    tasks = 0
    while book.waiting:
        job = book.take()
        tasks += 1
        has = [job.key] if job.key else [f"{job.shard}{letter}" for letter in "abc"]
        if "1b" in has:
            book.failed(job, End.LOST, "signal 9")
        else:
            book.finished(job)
            done.extend(has)
    assert sorted(done) == ["0a", "0b", "0c", "1a", "1c"]
    assert list(book.lost) == ["1b"] and "signal 9" in book.lost["1b"]
    assert book.done == 6
    # Shard 0; shard 1 until it is taken apart; its two sound studies; the other until it is given up.
    assert tasks == 1 + LIMIT[End.LOST] + 2 + LIMIT[End.LOST]
    assert json.loads(book.lost_lines())["study"] == "1b"


def test_machines_that_go_cost_a_study_nothing() -> None:
    book = ledger()
    first = book.take()
    for _ in range(LIMIT[End.NODE] - 1):
        book.failed(first, End.NODE, "preempted")
        again = book.take()
        assert (again.shard, again.key) == (first.shard, None)
        first = again
    book.finished(first)
    assert book.done == 3 and not book.lost


def test_what_no_study_has_a_part_in_stops_the_run() -> None:
    book = ledger()
    with pytest.raises(Stopped, match="no plan"):
        for _ in range(LIMIT[End.REFUSED]):
            book.failed(book.take(), End.REFUSED, "found no plan")
    assert not book.lost


def test_progress_has_rate_and_time_left() -> None:
    assert line(10, 100, 0, 5.0) == "10 of 100 studies"
    # 20 in 10 s, 70 to go.
    assert line(30, 100, 20, 10.0) == "30 of 100 studies, 2 per s, 0 min 35 s left"
    assert line(0, 10_000, 1, 1.0).startswith("0 of 10000 studies, 1 per s, 2 h 46 min")
