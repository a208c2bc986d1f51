#!/usr/bin/env python3
"""How long a run over many machines takes, by simulation: where it breaks first.

The model (docs/scaling.md says what it leaves out):

* Plan: one machine reads the head of each file, `plan_cores` at a time; every file costs metadata operations.
* Measure, event by event: the driver is one server, which gives tasks out and takes them back one after the
  other, `driver_s` each. A task runs on a core of a machine: it starts (`start_s`), then measures its studies
  one by one, each lognormal about `study_s`, and asks the metadata server for `ops` operations for each. The
  metadata server is one server with a queue. The driver keeps twice as many tasks given out as there are cores.
* Machines die at random, each once in `mtbf_h` on average, and are back after `back_s`. Their tasks are given
  out again after `notice_s`; studies that were handed in are not measured again.
* Finish: one machine reads the results and writes the tables, `finish_s` for each study, and removes nothing.

Times of the program are measured by `measure.py`; what a file system can do is assumed and named so.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
from collections import deque
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class Model:
    """What a run consists of. Times in seconds."""

    # Measured by measure.py, CPU seconds of one core; measured.json has the values that are used.
    study_s: float = 0.44
    start_s: float = 0.03
    driver_s: float = 0.0033
    plan_file_s: float = 0.00007
    plan_file_ops: float = 3.1
    plan_study_s: float = 0.0007
    plan_study_ops: float = 8.1
    finish_s: float = 0.00067
    finish_ops: float = 11.4
    ops: float = 12.0
    start_ops: float = 10.0
    plan_memory_bytes: float = 10_000
    plan_memory_file_bytes: float = 600
    # Assumed.
    studies: int = 10_000_000
    files: int = 120
    spread: float = 0.5
    cores: int = 32
    plan_cores: int = 32
    metadata_per_s: float = 20_000.0
    mtbf_h: float = 1_000.0
    back_s: float = 600.0
    notice_s: float = 30.0


@dataclass
class Outcome:
    """What became of a simulated run."""

    plan_h: float
    measure_h: float
    finish_h: float
    driver_busy: float
    metadata_busy: float
    cores_busy: float
    lost_tasks: int


class Server:
    """One that serves one after the other."""

    def __init__(self) -> None:
        self.free_at = 0.0
        self.busy_s = 0.0

    def serve(self, now: float, service_s: float) -> float:
        """When it is done with this."""
        self.free_at = max(now, self.free_at) + service_s
        self.busy_s += service_s
        return self.free_at


class Cluster:
    """Machines with cores, tasks on them, and what waits for them."""

    def __init__(self, model: Model, nodes: int, shard: int, seed: int) -> None:
        self.model, self.nodes, self.shard = model, nodes, shard
        self.slots = nodes * model.cores
        self.rng = random.Random(seed)
        self.driver, self.metadata = Server(), Server()
        self.events: list[tuple[float, int, str, int, int, int, int]] = []
        self.order, self.names = count(), count()
        # Of each task that waits: studies that are left.
        whole, rest = divmod(model.studies, shard)
        self.waiting = deque([shard] * whole + ([rest] if rest else []))
        self.open = len(self.waiting)
        self.given: deque[int] = deque()
        self.in_driver = 0
        self.idle = deque(node for _ in range(model.cores) for node in range(nodes))
        self.up, self.life = [True] * nodes, [0] * nodes
        self.running: list[dict[int, int]] = [{} for _ in range(nodes)]
        self.measured = self.lost_tasks = 0
        self.core_s = 0.0

    def at(self, time: float, what: str, node: int = 0, name: int = 0, left: int = 0) -> None:
        """Something will happen."""
        heapq.heappush(self.events, (time, next(self.order), what, node, self.life[node], name, left))

    def feed(self, now: float) -> None:
        """The driver keeps as many tasks given out beside those that run as there are cores."""
        while self.waiting and self.in_driver + len(self.given) < self.slots:
            self.in_driver += 1
            left = self.waiting.popleft()
            self.at(self.driver.serve(now, self.model.driver_s / 2), "given", left=left)

    def place(self, now: float) -> None:
        """Tasks begin on cores that are idle."""
        while self.given and self.idle:
            node = self.idle.popleft()
            if self.up[node]:
                name, left = next(self.names), self.given.popleft()
                self.running[node][name] = left
                asked = self.metadata.serve(now, self.model.start_ops / self.model.metadata_per_s)
                self.at(asked + self.model.start_s, "chunk", node, name, left)

    def chunk(self, now: float, node: int, name: int, left: int) -> None:
        """Some studies of a task are done; it goes on with the next."""
        self.measured += self.running[node][name] - left
        if left == 0:
            del self.running[node][name]
            self.idle.append(node)
            self.at(self.driver.serve(now, self.model.driver_s / 2), "ended")
            return
        self.running[node][name] = left
        here = min(max(1, self.shard // 8), left)
        sigma = self.model.spread
        # The mean of many lognormal times is taken from four of them.
        drawn = [self.rng.lognormvariate(-sigma * sigma / 2, sigma) for _ in range(min(here, 4))]
        work_s = here * self.model.study_s * sum(drawn) / len(drawn)
        self.core_s += work_s
        asked = self.metadata.serve(now, here * self.model.ops / self.model.metadata_per_s)
        self.at(max(now + work_s, asked), "chunk", node, name, left - here)

    def dies(self, now: float, node: int) -> None:
        """A machine goes with its tasks, and comes back."""
        tasks = self.running[node]
        self.lost_tasks += len(tasks)
        for left in tasks.values():
            self.at(now + self.model.notice_s, "again", left=left)
        tasks.clear()
        self.up[node] = False
        self.life[node] += 1
        back = now + self.model.back_s
        self.at(back, "back", node)
        self.at(back + self.rng.expovariate(1 / (self.model.mtbf_h * 3600)), "dies", node)

    def run(self) -> float:
        """Until all is measured: the time."""
        for node in range(self.nodes):
            self.at(self.rng.expovariate(1 / (self.model.mtbf_h * 3600)), "dies", node)
        self.feed(0.0)
        while True:
            now, _, what, node, life, name, left = heapq.heappop(self.events)
            if what == "chunk" and life == self.life[node]:
                self.chunk(now, node, name, left)
            elif what == "given":
                self.in_driver -= 1
                self.given.append(left)
            elif what == "again":
                self.waiting.appendleft(left)
            elif what == "dies":
                self.dies(now, node)
            elif what == "back":
                self.up[node] = True
                self.idle.extend([node] * self.model.cores)
            elif what == "ended":
                self.open -= 1
                if self.open == 0:
                    return now
            self.feed(now)
            self.place(now)


def simulated(model: Model, nodes: int, shard: int, seed: int = 1) -> Outcome:
    """A whole run."""
    cluster = Cluster(model, nodes, shard, seed)
    span = cluster.run()
    if cluster.measured != model.studies:
        raise AssertionError(f"{cluster.measured} of {model.studies} studies were measured")
    heads = model.studies * model.files
    plan_s = max(
        (heads * model.plan_file_s + model.studies * model.plan_study_s) / model.plan_cores,
        (heads * model.plan_file_ops + model.studies * model.plan_study_ops) / model.metadata_per_s,
    )
    return Outcome(
        plan_h=plan_s / 3600,
        measure_h=span / 3600,
        finish_h=model.studies * max(model.finish_s, model.finish_ops / model.metadata_per_s) / 3600,
        driver_busy=cluster.driver.busy_s / span,
        metadata_busy=cluster.metadata.busy_s / span,
        cores_busy=cluster.core_s / (span * cluster.slots),
        lost_tasks=cluster.lost_tasks,
    )


def row(model: Model, nodes: int, shard: int) -> str:
    """A row of the table in docs/scaling.md."""
    o = simulated(model, nodes, shard)
    busy = f"{100 * o.driver_busy:.0f} % | {100 * o.metadata_busy:.0f} % | {100 * o.cores_busy:.0f} %"
    hours = f"{o.plan_h:.2f} | {o.measure_h:.2f} | {o.finish_h:.2f}"
    return f"| {nodes} | {shard} | {hours} | {busy} | {o.lost_tasks} |"


def main() -> None:
    """Prints tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 3, 10, 30, 100, 300, 1000])
    parser.add_argument("--shard", type=int, nargs="+", default=[256])
    known = {f.name: f for f in fields(Model)}
    for field in known.values():
        kind = int if isinstance(field.default, int) else float
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, dest=field.name)
    given = parser.parse_args()
    measured = json.loads((Path(__file__).parent / "measured.json").read_text(encoding="utf-8"))
    model = replace(Model(), **{k: v for k, v in measured.items() if k in known})
    model = replace(model, **{k: v for k in known if (v := getattr(given, k)) is not None})
    gib = model.studies * (model.plan_memory_bytes + model.files * model.plan_memory_file_bytes) / 2**30
    print(f"{model}\n\nmemory of the plan and of the end: {gib:.0f} GiB\n")
    print("| nodes | studies of a shard | plan, h | measure, h | finish, h | driver | metadata | cores | tasks lost |")
    print("|---|---|---|---|---|---|---|---|---|")
    for nodes in given.nodes:
        for shard in given.shard:
            print(row(model, nodes, shard), flush=True)


if __name__ == "__main__":
    main()
