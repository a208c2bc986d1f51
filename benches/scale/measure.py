#!/usr/bin/env python3
"""A batch over several Ray nodes on this machine, with every fault: nothing is lost, nothing is twice.

    cargo run --release -p thecal-phantom --example cohort -- COHORT 1000 120
    # Structure sets that are too large have 0.5 GiB, all of it read for each plan: 24 MiB are enough here.
    find COHORT -size +256M -exec truncate -s 24M {} +
    python benches/scale/measure.py faults COHORT        # broken studies, killed processes, a killed node
    python benches/scale/measure.py overhead COHORT      # against `thecal batch`, in turn
    python benches/scale/measure.py steps COHORT         # what the simulation takes from here

Needs `pip install ".[ray]"`; `THECAL_PROGRAM` may name another program. Linux, for the kills go by /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[2]
# The package is the one that is installed; the tests' own killer lies beside them.
KILLER = str(HOME / "python" / "tests")
sys.path.append(KILLER)
os.environ["PYTHONPATH"] = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), KILLER])
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Ray runs tasks behind everything else; here nothing is to wait for other work on the machine.
os.environ["RAY_worker_niceness"] = "0"

import thecal.ray as over_ray
from killer import Killer, commands, descendants

MEMORY = "320MiB"
"""So little that a structure set of 24 MiB is too large, and the phantoms are not."""
ALL = "laminectomy;transpedicular_left;transpedicular_right;transpedicular_bilateral;anterior;ideal"


def thecal(*arguments: str) -> str:
    """What the program prints."""
    done = subprocess.run(
        [*over_ray.program(), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    if done.returncode not in (0, 4):
        raise SystemExit(f"thecal {' '.join(arguments)}: exit code {done.returncode}")
    return done.stdout


def listed(root: Path) -> list[list[str]]:
    """Key, place and status of each study."""
    lines = thecal("batch", str(root), "--dry-run").splitlines()[1:]
    return [[cells[0], cells[1], cells[7]] for cells in (line.split(",") for line in lines)]


def files(out: Path) -> dict[str, bytes]:
    """Every file of a result but run.json."""
    found = (f for f in out.rglob("*") if f.is_file() and f.name != "run.json")
    return {str(f.relative_to(out)): f.read_bytes() for f in found}


def cluster(nodes: int) -> tuple[Any, list[Any]]:
    """Nodes of one CPU each, on loopback; the head has none."""
    import ray
    from ray.cluster_utils import Cluster

    here: dict[str, Any] = {"node_ip_address": "127.0.0.1"}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **here})
    added = [made.add_node(num_cpus=1, **here) for _ in range(nodes)]
    ray.init(address=made.address, _node_ip_address="127.0.0.1", log_to_driver=False)
    return made, added


def faults(root: Path, work: Path, nodes: int) -> dict[str, Any]:
    """All faults at once, held against a batch on one machine with the same studies killed.

    The studies that are killed are separated in every way, so that they are seen; the others are not.
    """
    import ray

    studies = listed(root)
    sound = [key for key, _, status in studies if status == "ready"]
    victims = sound[:: max(1, len(sound) // 3)][:3]
    manifest = work / "manifest.csv"
    rows = (f"{key},{ALL if key in victims else ''}\n" for key, _, _ in studies)
    manifest.write_text("study,approach\n" + "".join(rows), encoding="utf-8")
    options = ["--manifest", str(manifest), "--memory", MEMORY]
    one, many = work / "one", work / "many"
    began = time.monotonic()
    with Killer(one, victims, over_many=False) as killer:
        thecal("batch", str(root), "--out", str(one), *options, "--jobs", "2")
    one_s, one_kills = time.monotonic() - began, dict(killer.kills)
    made, added = cluster(nodes)
    died: list[int] = []

    def kill_node() -> None:
        results = work / ".many.thecal-new" / "studies"
        while len(list(results.glob("*"))) < len(studies) // 2:
            time.sleep(0.05)
        died.append(len(list(results.glob("*"))))
        made.remove_node(added[0], allow_graceful=False)

    murder = threading.Thread(target=kill_node, daemon=True)
    murder.start()
    began = time.monotonic()
    with Killer(many, victims, over_many=True) as killer:
        run = over_ray.batch(root, many, *options)
    many_s = time.monotonic() - began
    ray.shutdown()
    made.shutdown()
    text = (many / "results.csv").read_text(encoding="utf-8").splitlines()[1:]
    summary = (many / "summary.csv").read_text(encoding="utf-8").splitlines()[1:]
    keys = {key for key, _, _ in studies}
    failed = Counter(line.split(",")[0] for line in text if line.split(",")[2:3] == [""])
    same = files(one) == files(many)
    return {
        "studies": len(studies),
        "by_status": run.record["counts"]["by_status"],
        "nodes": nodes,
        "node_killed_after_studies": died,
        "tasks": run.tasks,
        "tasks_again": run.tasks_again,
        "studies_given_up": len(run.lost),
        "kills": {"one": list(one_kills.values()), "many": list(killer.kills.values())},
        "studies_with_rows": len({line.split(",")[0] for line in text} & keys),
        "summary_rows": len(summary),
        "most_rows_of_a_study_without_result": max(failed.values(), default=0),
        "same_bytes": same,
        "differ": [] if same else sorted(k for k, v in files(one).items() if files(many).get(k) != v)[:5],
        "seconds": {"one": round(one_s, 1), "many": round(many_s, 1)},
    }


TICK_S = 1.0 / os.sysconf("SC_CLK_TCK")


class Cpu(threading.Thread):
    """CPU seconds of a process and all that it and its children start, by looking ten times a second: the
    services of Ray are not waited for by what starts them, so the system adds nothing up."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._own: dict[int, float] = {}
        self._of_ended: dict[int, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Looks until it is stopped."""
        while not self._over.wait(0.1):
            words = commands()
            for pid in descendants(self._pid) & set(words):
                try:
                    after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                user, system, of_user, of_system = (int(n) * TICK_S for n in after[11:15])
                # Of the program itself, whoever began it is told when it ends.
                if "batch" not in words[pid] or words[pid][0] == "sh":
                    self._own[pid] = user + system
                    self._of_ended[pid] = of_user + of_system

    def seconds(self) -> float:
        """All of it."""
        self._over.set()
        self.join()
        return sum(self._own.values()) + sum(self._of_ended.values())


def overhead(root: Path, work: Path, times: int) -> dict[str, Any]:
    """Seconds and CPU seconds of a batch with separation, on one machine and over Ray, in turn.

    Ray runs in a process of its own, so that its services count. The machine may be busy otherwise: the
    CPU seconds tell more than the seconds then.
    """
    asked = ["--separate", "laminectomy"]
    programs = {
        "batch": [*over_ray.program(), "batch", str(root), *asked, "--jobs", "2"],
        "ray": [sys.executable, "-m", "thecal.ray", str(root), *asked],
    }
    seconds: dict[str, list[float]] = {name: [] for name in [*programs, "batch again", "ray again"]}
    cpu: dict[str, list[float]] = {name: [] for name in seconds}

    def timed(name: str, command: list[str]) -> None:
        began = time.monotonic()
        # Begun by a shell, which is told of the CPU seconds of `thecal batch` too.
        whole = ["sh", "-c", '"$@"; sleep 0.5', "sh", *command, "--quiet"]
        process = subprocess.Popen(whole, stdout=subprocess.DEVNULL)
        cpu_of = Cpu(process.pid)
        cpu_of.start()
        process.wait()
        seconds[name].append(round(time.monotonic() - began - 0.5, 2))
        cpu[name].append(round(cpu_of.seconds(), 2))

    for turn in range(times):
        for name, command in programs.items():
            timed(name, [*command, "--out", str(work / f"{name}-{turn}")])
        # What a run costs that measures nothing: Ray is started, the plan is made, the tables are written.
        for name, command in programs.items():
            timed(f"{name} again", [*command, "--out", str(work / f"{name}-{turn}")])

    def over(of: dict[str, list[float]], fixed: bool) -> float:
        least = {name: min(s) for name, s in of.items()}
        rest = {n: least[n] - (least[f"{n} again"] if fixed else 0.0) for n in programs}
        return round(rest["ray"] / rest["batch"] - 1, 3)

    return {
        "studies": len(listed(root)),
        "seconds": seconds,
        "cpu_seconds": cpu,
        "overhead": over(seconds, fixed=False),
        "overhead_cpu": over(cpu, fixed=False),
        "overhead_without_start": over(seconds, fixed=True),
        "overhead_cpu_without_start": over(cpu, fixed=True),
        "load_average": os.getloadavg(),
        "same_bytes": files(work / "batch-0") == files(work / "ray-0"),
    }


def used(*arguments: str) -> tuple[float, float, int]:
    """Seconds, CPU seconds and most memory (bytes) of a run of the program."""
    began = time.monotonic()
    process = subprocess.Popen(
        [*over_ray.program(), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 4):
        raise SystemExit(f"thecal {' '.join(arguments)}: exit code {process.returncode}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def steps(root: Path, work: Path) -> dict[str, Any]:
    """What each step of a run costs, for the simulation."""
    out = work / "steps"
    place = ["batch", str(root), "--out", str(out)]
    measure = [*place, "--step", "measure", "--shard", "0", "--jobs", "1"]
    count = len(listed(root))
    plan_s, plan_cpu_s, plan_memory = used(*place, "--step", "plan", "--shard-studies", "100000")
    plan_bytes = sum(f.stat().st_size for f in (work / ".steps.thecal-new" / "plan").iterdir())
    measure_s, measure_cpu_s, _ = used(*measure)
    one = ["--study", listed(root)[0][0]]
    start_s, start_cpu_s, _ = min(used(*measure, *one) for _ in range(9))
    finish_s, finish_cpu_s, _ = used(*place, "--step", "finish")
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    result_bytes = sum(f.stat().st_size for f in (out / "studies").rglob("*") if f.is_file())
    return {
        "studies": count,
        "files": sum(1 for f in root.rglob("*") if f.is_file()),
        "plan": {"s": plan_s, "cpu_s": plan_cpu_s, "memory_bytes": plan_memory, "file_bytes": plan_bytes},
        "measure": {"s": measure_s, "cpu_s": measure_cpu_s, "result_bytes": result_bytes},
        "start": {"s": start_s, "cpu_s": start_cpu_s},
        "finish": {"s": finish_s, "cpu_s": finish_cpu_s, "memory_bytes": record["peak_memory_bytes"]},
        "operations": operations(root, work),
        "empty_task_s": empty_task_s(),
        "load_average": os.getloadavg(),
    }


OPERATIONS = {"openat", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
              "statx", "newfstatat", "stat", "lstat", "fsync", "flock", "getdents64", "linkat"}  # fmt: skip


def operations(root: Path, work: Path) -> dict[str, float] | str:
    """Calls that a file system's server answers, for each study and for each task; by strace."""
    if shutil.which("strace") is None:
        return "strace is not installed"

    def counted(*arguments: str) -> int:
        log = work / "strace"
        whole = ["strace", "-f", "-qq", "-e", "trace=" + ",".join(sorted(OPERATIONS)), "-o", str(log)]
        command = [*whole, *over_ray.program(), "batch", str(root), "--out", str(work / "traced"), *arguments]
        subprocess.run(command, capture_output=True, check=False)
        lines = log.read_text(errors="replace").splitlines()
        # What lies on the shared file system: below ROOT, or in the folder of the run.
        shared = (str(root), ".traced.thecal", "/traced")
        here = [line for line in lines if any(s in line for s in shared) or "fsync(" in line]
        return len([line for line in here if "resumed" not in line])

    keys = [key for key, _, _ in listed(root)]
    measure = ["--step", "measure", "--shard", "0", "--jobs", "1"]

    def planned() -> int:
        return counted("--step", "plan", "--shard-studies", "100000")

    def measured(count: int) -> int:
        return counted(*measure, *(word for key in keys[:count] for word in ("--study", key)))

    plan = planned()
    two = measured(2)
    shutil.rmtree(work / ".traced.thecal-new")
    planned()
    per_study = (measured(22) - two) / 20
    counted(*measure)
    return {
        "plan_per_study": plan / len(keys),
        "measure_per_study": per_study,
        "start": two - 2 * per_study,
        "finish_per_study": counted("--step", "finish") / len(keys),
    }


def empty_task_s() -> float:
    """Seconds of a task that does nothing, one after the other as the driver gives and takes them."""
    import ray

    over_ray._connect(None)

    @ray.remote(num_cpus=1, max_retries=0)
    def nothing(number: int) -> int:
        return number

    ray.get([nothing.remote(n) for n in range(200)])
    began = time.monotonic()
    ray.get([nothing.remote(n) for n in range(4000)])
    per_task = (time.monotonic() - began) / 4000
    ray.shutdown()
    return per_task


def main() -> None:
    """Prints what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["faults", "overhead", "steps"])
    parser.add_argument("cohort", type=Path)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--work", type=Path, help="a folder to keep what is written")
    given = parser.parse_args()
    root = given.cohort.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = given.work.resolve() if given.work else Path(folder)
        work.mkdir(exist_ok=True)
        told = {
            "faults": lambda: faults(root, work, given.nodes),
            "overhead": lambda: overhead(root, work, given.times),
            "steps": lambda: steps(root, work),
        }[given.what]()
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
