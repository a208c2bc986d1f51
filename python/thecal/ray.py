"""A batch over the machines of a Ray cluster: ``thecal ray ROOT --out DIR`` and :func:`batch`.

Each task is one process of the program ``thecal``, which measures a shard of the studies and leaves their
results on a file system that all machines share. Ray carries numbers of shards and exit codes: no image,
contour or result goes through its object store. The tables are written by ``thecal batch`` itself and have
the same bytes as those of a run on one machine. ``docs/scaling.md`` says what a cluster needs.

Anyone who can reach the ports of a Ray cluster can run programs on it (CVE-2023-48022). A cluster that
this module starts listens on the loopback interface alone. Others belong in a private network.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thecal._progress import Progress
from thecal._shards import End, Job, Ledger, Stopped

__all__ = ["Run", "batch", "main", "program"]

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True)
class Run:
    """What became of a run over a cluster."""

    exit_code: int
    """As of ``thecal batch``: 0 all studies are measured, 4 some could not be."""
    record: dict[str, Any]
    """``run.json``: versions, parameters, counts."""
    tasks: int
    """Tasks that were run."""
    tasks_again: int
    """Those among them that were begun again after one was lost."""
    lost: dict[str, str]
    """Studies on which every task was lost, by key, with the reason; they are ``crashed`` in the tables."""


class StepError(RuntimeError):
    """A step of the run failed; ``exit_code`` is that of the program."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def program() -> list[str]:
    """The first words of a command line of ``thecal`` on this machine. ``THECAL_PROGRAM`` names another program."""
    named = os.environ.get("THECAL_PROGRAM")
    if named:
        return [named]
    import thecal

    return thecal.program()


def _measure(arguments: list[str]) -> tuple[int, str]:
    """Runs a step in a process of its own: its exit code, and what it said if that is a failure.

    This is the task: it runs on any machine of the cluster.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        # The program ends when the other end of its standard input is closed, so it never outlives the
        # task, however that ends.
        with subprocess.Popen(
            [*program(), *arguments, "--json", "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=said,
        ) as process:
            try:
                code = process.wait()
            finally:
                process.kill()
        said.seek(0)
        told.seek(0)
        # Python gives 0 for a child whose exit code somebody else has asked for, whatever it was, and Ray sees to
        # the children of its workers where a machine goes.
        if code == 0 and not told.read().rpartition(b'{"event":"done"')[1]:
            code = -signal.SIGKILL
        return code, said.read()[-4000:].decode(errors="replace").strip()


def _local(arguments: Sequence[str], capture: bool) -> tuple[int, str]:
    """Runs a step on this machine; what it says on standard error is shown."""
    done = subprocess.run(
        [*program(), *arguments], stdout=subprocess.PIPE if capture else None, text=True, check=False
    )
    return done.returncode, done.stdout or ""


def _connect(address: str | None) -> bool:
    """Joins a cluster, or starts one on this machine; whether it is to be left again."""
    # Nothing is sent to anybody.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    if ray.is_initialized():
        return False
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "warning"}
    if address is not None:
        ray.init(address=address, **quiet)
    else:
        # Not to be reached from elsewhere. The object store holds exit codes alone: the least that Ray takes.
        ray.init(
            address="local",
            include_dashboard=False,
            object_store_memory=80 * 1024 * 1024,
            _node_ip_address="127.0.0.1",
            **quiet,
        )
    return True


class _Cluster:
    """The tasks of a run."""

    def __init__(self, cpus: int) -> None:
        import ray

        self._cpus = cpus

        self._ray: Any = ray
        self._remote = ray.remote(_measure)
        self._running: dict[Any, Job] = {}
        self._looked, self._slots, self._memory = 0.0, 1, 0.0
        self.begun = 0

    def look(self) -> None:
        """How much the cluster has now: machines come and go."""
        now = time.monotonic()
        if now < self._looked + 2.0 and self._looked > 0.0:
            return
        self._looked = now
        alive = [n["Resources"] for n in self._ray.nodes() if n["Alive"]]
        self._slots = max(1, sum(int(n.get("CPU", 0)) // self._cpus for n in alive))
        self._memory = max((n.get("memory", 0.0) for n in alive), default=0.0)

    @property
    def slots(self) -> int:
        """Tasks that can run at the same time."""
        self.look()
        return self._slots

    @property
    def running(self) -> int:
        """Tasks that were begun and have not ended."""
        return len(self._running)

    def begin(self, step: list[str], job: Job) -> None:
        """Gives a task to Ray."""
        self.look()
        # More than any machine has would never be begun; the program itself refuses what is too large.
        memory = int(min(job.need_bytes * self._cpus, 0.9 * self._memory))
        # Lost tasks are counted by the ledger, which knows which studies they had.
        task = self._remote.options(
            num_cpus=self._cpus, memory=memory, max_retries=0, scheduling_strategy="SPREAD"
        )
        self._running[task.remote([*step, *job.arguments()])] = job
        self.begun += 1

    def ended(self, ledger: Ledger) -> None:
        """Waits a moment for tasks to end, and writes down how they did."""
        ready, _ = self._ray.wait(list(self._running), num_returns=1, timeout=0.5)
        if ready:
            more, _ = self._ray.wait(list(self._running), num_returns=self.running, timeout=0)
            ready = list({*ready, *more})
        for task in ready:
            job = self._running.pop(task)
            try:
                code, said = self._ray.get(task)
            except self._ray.exceptions.RayTaskError as error:
                ledger.failed(job, End.REFUSED, str(error.cause if error.cause else error))
            except self._ray.exceptions.RayError as error:
                node = self._ray.exceptions.NodeDiedError, self._ray.exceptions.LocalRayletDiedError
                ledger.failed(job, End.NODE if isinstance(error, node) else End.LOST, _first(error))
            else:
                if code in (0, 4):
                    ledger.finished(job)
                elif code < 0:
                    ledger.failed(job, End.LOST, f"signal {-code}")
                else:
                    ledger.failed(job, End.REFUSED, said or f"exit code {code}")

    def stop(self) -> None:
        """Ends what still runs."""
        for task in self._running:
            self._ray.cancel(task, force=True)
        self._running.clear()


def _first(error: Exception) -> str:
    """The first sentence of what Ray says: the rest are places of its logs."""
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0].split('. ')[0]}"


def _keys(folder: Path, shard: int) -> list[str]:
    """The studies of a shard, as the plan lists them."""
    with (folder / f"shard-{shard:05d}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["study"] for line in lines]


def batch(
    root: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *options: str,
    address: str | None = None,
    jobs: int = 1,
    shard_studies: int = 16,
    quiet: bool = False,
) -> Run:
    """Measures every study below ``root`` on the machines of a Ray cluster, into one set of tables.

    ``options`` are those of ``thecal batch``, such as ``"--separate", "laminectomy"``. ``root`` and ``out``
    must be the same folders on every machine. ``address`` is that of a running cluster (``"auto"``: the one
    that this machine belongs to); without it, Ray is started on this machine alone and ends with the run.
    ``jobs`` are the CPUs and threads of a task, ``shard_studies`` the studies of a task at most.

    What an earlier or a killed run has measured is not measured again. Raises :class:`StepError` where a step
    of the run fails; a study that fails has a row with the reason.
    """
    place = [str(Path(root).absolute()), "--out", str(Path(out).absolute())]
    asked = ["batch", *place, *options]
    leave = _connect(address)
    try:
        return _run(asked, Path(out), jobs, shard_studies, quiet)
    finally:
        if leave:
            import ray

            ray.shutdown()


def _run(asked: list[str], out: Path, jobs: int, shard_studies: int, quiet: bool) -> Run:
    cluster = _Cluster(jobs)
    # Four tasks for each place, so that the last of them end together.
    shards = str(4 * cluster.slots)
    size = ["--shard-studies", str(shard_studies), "--shards", shards]
    code, told = _local([*asked, "--step", "plan", "--json", *size], capture=True)
    if code != 0:
        raise StepError("the studies could not be planned, see above", code)
    plan = json.loads(told)
    named = ["--plan", plan["plan"]]
    step = [*asked, "--jobs", str(jobs), "--step", "measure", *named]
    facts = enumerate(plan["shards"])
    work = [Job(n, shard["studies"], shard["need_bytes"]) for n, shard in facts]
    ledger = Ledger(work, lambda shard: _keys(Path(plan["folder"]), shard))
    progress = Progress(plan["studies"], plan["kept"], quiet)
    try:
        _work(cluster, step, ledger, progress)
    except Stopped as stopped:
        message = f"a task failed three times: {stopped}\nFinished studies are kept, so run it again."
        raise StepError(message, 3) from None
    finally:
        progress.close()
        cluster.stop()
    with tempfile.TemporaryDirectory() as folder:
        lost = Path(folder) / "lost.jsonl"
        lost.write_text(ledger.lost_lines(), encoding="utf-8")
        finish = ["--step", "finish", *named, "--lost", str(lost)]
        code, told = _local([*asked, *finish, *(["--quiet"] if quiet else [])], capture=True)
    if code not in (0, 4):
        raise StepError("the tables could not be written, see above", code)
    if not quiet:
        sys.stdout.write(told)
        sys.stdout.flush()
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return Run(code, record, cluster.begun, ledger.again, ledger.lost)


def _work(cluster: _Cluster, step: list[str], ledger: Ledger, progress: Progress) -> None:
    """Keeps the cluster busy until every study is done or given up."""
    told = 0
    while ledger.waiting or cluster.running:
        # Twice as many as can run: the next one is there when one ends, and the scheduler never has to
        # look through the whole cohort.
        while ledger.waiting and cluster.running < 2 * cluster.slots:
            cluster.begin(step, ledger.take())
        cluster.ended(ledger)
        if ledger.again > told:
            progress.say(f"{ledger.again} tasks were lost and begun again so far")
            told = ledger.again
        progress.tell(ledger.done)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="thecal ray",
        description="A batch over the machines of a Ray cluster. All options of `thecal batch` are taken too.",
        epilog="ROOT and DIR must be the same folders on every machine. See docs/scaling.md.",
        allow_abbrev=False,
    )
    parser.add_argument("root", metavar="ROOT", help="folder, searched below")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder for the tables and the studies")
    parser.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="of a running Ray cluster, or auto; default: Ray on this machine alone, on loopback",
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, default=1, help="CPUs and threads of a task (default 1)"
    )
    parser.add_argument(
        "--shard-studies", metavar="N", type=int, default=16, help="studies of a task at most (default 16)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print only errors")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """``thecal ray``: the exit code."""
    parser = _arguments()
    given, options = parser.parse_known_args(arguments)
    for name in ("jobs", "shard_studies"):
        if getattr(given, name) < 1:
            parser.error(f"--{name.replace('_', '-')}: expected 1 or more")
    try:
        import ray  # noqa: F401
    except ImportError:
        sys.stderr.write("error: Ray is not installed; install it with: pip install 'thecal[ray]'\n")
        return 2
    try:
        run = batch(
            given.root,
            given.out,
            *options,
            address=given.address,
            jobs=given.jobs,
            shard_studies=given.shard_studies,
            quiet=given.quiet,
        )
    except StepError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    except (ConnectionError, FileNotFoundError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 3
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; finished studies are kept, so run it again\n")
        return INTERRUPTED
    return run.exit_code


if __name__ == "__main__":
    # The tasks are those of the module, which other machines can import, not of this `__main__`.
    from thecal.ray import main as run

    sys.exit(run())
