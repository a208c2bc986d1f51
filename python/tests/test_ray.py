"""A batch over a Ray cluster on this machine, held against ``thecal batch``."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Ray takes the address of the machine for its own where it may; a test stays on loopback.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
# Ray runs tasks behind everything else; here nothing is to wait for other work on the machine.
os.environ["RAY_worker_niceness"] = "0"
# A machine that cannot be reached is asked again every few seconds, which is what a test would wait for.
os.environ["RAY_health_check_period_ms"] = "400"
HERE = Path(__file__).resolve().parent
# Workers import the package from where this process does, and what the tests share.
paths = [*filter(None, [os.environ.get("PYTHONPATH")]), str(HERE)]
os.environ["PYTHONPATH"] = os.pathsep.join(paths)

ray = pytest.importorskip("ray")

import thecal.ray as over_ray
from killer import Killer

SAME = ["results.parquet", "results.csv", "summary.csv", "index.html", "key.csv"]
"""What has the same bytes however a batch is run. ``run.json`` has the seconds."""


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs ``thecal``."""
    whole = [*over_ray.program(), *arguments]
    return subprocess.run(whole, capture_output=True, text=True, check=False)


def studies(out: Path) -> dict[str, bytes]:
    """The files of all studies of a result, by their paths."""
    found = (out / "studies").rglob("*")
    return {str(f.relative_to(out)): f.read_bytes() for f in found if f.is_file()}


def assert_same(one: Path, other: Path) -> None:
    """Two results have the same bytes."""
    for name in SAME:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert studies(one) == studies(other)
    assert not list(one.parent.glob(".*.thecal-new")), "nothing is left over"


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound phantoms without images, and broken ones."""
    root = tmp_path_factory.mktemp("cohort")
    made = root.parent / "phantom"
    told = program("phantom", "--out", str(made), "--no-ct", "--gap", "2.5")
    assert told.returncode == 0, told.stderr
    set_ = next(made.rglob("*.dcm")).read_bytes()
    for number in range(18):
        # Studies of one phantom, with UIDs of their own: of the same length, in place.
        folder = root / f"case-{number:02d}"
        folder.mkdir()
        own = re.sub(rb"(2\.25\.\d+)\d\d", rb"\g<1>%02d" % (number + 10), set_)
        (folder / "set.dcm").write_bytes(own)
    for number, name in enumerate(["empty", "text", "cut"]):
        file = root / f"case-{number:02d}" / "set.dcm"
        whole = file.read_bytes()
        file.write_bytes({"empty": b"", "text": b"no DICOM", "cut": whole[: len(whole) // 2]}[name])
    return root


@pytest.fixture(scope="module")
def whole(cohort: Path) -> Path:
    """What ``thecal batch`` makes of it."""
    out = cohort.parent / "whole"
    done = program("batch", str(cohort), "--out", str(out))
    assert done.returncode == 4, done.stderr
    return out


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head with one processor; tests add machines."""
    from ray.cluster_utils import Cluster

    args = {"num_cpus": 1, "include_dashboard": False, "node_ip_address": "127.0.0.1"}
    made = Cluster(initialize_head=True, head_node_args=args)
    ray.init(address=made.address, _node_ip_address="127.0.0.1", log_to_driver=False)
    yield made
    ray.shutdown()
    made.shutdown()  # type: ignore[no-untyped-call]


def test_a_cluster_makes_the_same_bytes_and_resumes(
    cluster: Any, cohort: Path, whole: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = cohort.parent / "ray"
    run = over_ray.batch(cohort, out, shard_studies=4)
    assert run.exit_code == 4 and not run.lost
    assert run.record["counts"]["studies"] == 18 and run.record["counts"]["by_status"]["ok"] == 15
    assert_same(out, whole)
    assert "15 ok" in capfd.readouterr().out
    # Nothing has changed: nothing is measured.
    again = over_ray.batch(cohort, out, quiet=True)
    assert (again.tasks, again.record["counts"]["kept"]) == (0, 18)
    assert_same(out, whole)


def test_what_a_killed_run_has_measured_is_taken_over(cluster: Any, cohort: Path, whole: Path) -> None:
    out = cohort.parent / "taken"
    place = ["batch", str(cohort), "--out", str(out)]
    planned = program(*place, "--step", "plan", "--shard-studies", "4")
    assert planned.returncode == 0, planned.stderr
    # The driver died after one of the shards.
    assert program(*place, "--step", "measure", "--shard", "2").returncode in (0, 4)
    early = program(*place, "--step", "finish")
    assert early.returncode == 3 and "have no result" in early.stderr, early.stderr
    run = over_ray.batch(cohort, out, shard_studies=4, quiet=True)
    assert run.record["counts"]["kept"] == 4
    assert_same(out, whole)


def test_a_machine_that_dies_loses_nothing(
    cluster: Any, cohort: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = cluster.add_node(num_cpus=2, node_ip_address="127.0.0.1")
    cluster.wait_for_nodes()
    raylet = node.all_processes["raylet"][0].process.pid
    # The first task on the machine does not end before the machine dies: its program waits for that.
    held = tmp_path / "held"
    wrapper = tmp_path / "thecal"
    wrapper.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "from killer import descendants\n"
        "words = sys.argv[1:]\n"
        f"if 'measure' in words and os.getpid() in descendants({raylet}):\n"
        "    try:\n"
        f"        open({str(held)!r}, 'x').close()\n"
        "    except FileExistsError:\n"
        "        pass\n"
        "    else:\n"
        "        sys.stdin.read()\n"
        "        sys.exit(1)\n"
        f"os.execv({over_ray.program()[0]!r}, {over_ray.program()!r} + words)\n",
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    died = threading.Event()

    def kill() -> None:
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not held.exists():
            time.sleep(0.01)
        cluster.remove_node(node, allow_graceful=False)
        if held.exists():
            died.set()

    killer = threading.Thread(target=kill)
    killer.start()
    out = cohort.parent / "died"
    monkeypatch.setattr(over_ray, "_measure", _measure_with(str(wrapper)))
    run = over_ray.batch(cohort, out, shard_studies=2, quiet=True)
    killer.join()
    assert died.is_set() and not run.lost
    assert run.tasks_again >= 1, "the task of the machine that died was not begun again"
    assert_same(out, whole)


def test_a_study_that_ends_its_process_is_crashed_and_the_others_are_measured(
    cluster: Any, cohort: Path, tmp_path: Path
) -> None:
    listed = program("batch", str(cohort), "--dry-run").stdout.splitlines()
    keys = {line.split(",")[1]: line.split(",")[0] for line in listed[1:]}
    victim = keys["case-10"]
    # It is separated in every way, which takes long enough to be seen.
    manifest = tmp_path / "manifest.csv"
    rows = (f"{key},{'laminectomy;anterior;ideal' if key == victim else ''}\n" for key in keys.values())
    manifest.write_text("study,approach\n" + "".join(rows), encoding="utf-8")
    options = ["--manifest", str(manifest)]
    one, many = tmp_path / "one", tmp_path / "many"
    with Killer(many, [victim], over_many=True) as killer:
        run = over_ray.batch(cohort, many, *options, shard_studies=3, quiet=True)
    assert killer.kills == {victim: 2}
    assert run.record["counts"]["by_status"]["crashed"] == 1
    rows_of = [r for r in (many / "results.csv").read_text().splitlines() if r.startswith(victim)]
    assert len(rows_of) == 1 and "crashed," in rows_of[0] and "SIGKILL" in rows_of[0]
    with Killer(one, [victim], over_many=False) as killer:
        program("batch", str(cohort), "--out", str(one), *options, "--jobs", "1")
    assert killer.kills == {victim: 2}
    assert_same(many, one)


def test_a_study_that_ends_every_task_is_given_up_with_its_reason(
    cluster: Any, cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = program("batch", str(cohort), "--dry-run").stdout.splitlines()
    victim = next(line.split(",")[0] for line in listed if ",case-05," in line)
    # The whole task is killed, as Ray does where a machine has no memory left: the program is one that
    # kills the task where it is given the victim's shard.
    wrapper = tmp_path / "thecal"
    wrapper.write_text(
        f"#!{sys.executable}\n"
        "import glob, os, signal, sys\n"
        "words = sys.argv[1:]\n"
        "if 'measure' in words:\n"
        f"    run = {str(tmp_path / '.out.thecal-new')!r}\n"
        "    shard = int(words[words.index('--shard') + 1])\n"
        "    text = open(f'{run}/plan/shard-{shard:05d}.jsonl').read()\n"
        "    alone = words[words.index('--study') + 1] if '--study' in words else None\n"
        f"    if {victim!r} in (alone or text):\n"
        "        os.kill(os.getppid(), signal.SIGKILL)\n"
        f"os.execv({over_ray.program()[0]!r}, {over_ray.program()!r} + words)\n",
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    out = tmp_path / "out"
    monkeypatch.setattr(over_ray, "_measure", _measure_with(str(wrapper)))
    run = over_ray.batch(cohort, out, shard_studies=1, quiet=True)
    assert list(run.lost) == [victim] and "WorkerCrashedError" in run.lost[victim]
    assert run.record["counts"]["by_status"] == {"crashed": 1, "ok": 14, "unreadable": 3}
    row = [r for r in (out / "results.csv").read_text().splitlines() if r.startswith(victim)]
    assert len(row) == 1 and "2 tasks ended on this study alone" in row[0]


def _measure_with(named: str) -> Any:
    """The task with another program."""

    def measure(arguments: list[str]) -> tuple[int, str]:
        os.environ["THECAL_PROGRAM"] = named
        return over_ray._measure(arguments)

    return measure


def test_an_exit_code_that_was_not_heard_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python gives 0 for a child whose exit code somebody else has asked for: only one that says that it is
    # done is done.
    silent, done = tmp_path / "silent", tmp_path / "done"
    silent.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    done.write_text("""#!/bin/sh\necho '{"event":"done","studies":2}'\n""", encoding="utf-8")
    found = {}
    for path in (silent, done):
        path.chmod(0o755)
        monkeypatch.setenv("THECAL_PROGRAM", str(path))
        found[path.name] = over_ray._measure(["batch"])[0]
    assert found == {"silent": -signal.SIGKILL, "done": 0}


def test_a_plan_that_was_replaced_and_other_settings_are_refused(cohort: Path, tmp_path: Path) -> None:
    place = ["batch", str(cohort), "--out", str(tmp_path / "out")]
    measure = ["--step", "measure", "--shard", "0"]
    assert "found no plan" in program(*place, *measure).stderr
    assert program(*place, "--step", "plan").returncode == 0
    other = program(*place, *measure, "--plan", "0123")
    assert other.returncode == 3 and "plan again" in other.stderr, other.stderr
    settings = program(*place, *measure, "--threshold", "4")
    assert settings.returncode == 3 and "other settings" in settings.stderr, settings.stderr
    assert "the shards 0 to" in program(*place, "--step", "measure", "--shard", "99").stderr


def test_ray_that_is_started_here_listens_on_loopback_alone() -> None:
    if shutil.which("ss") is None:
        pytest.skip("ss is not installed")
    script = (
        "import thecal.ray as r, os, subprocess, killer\n"
        "r._connect(None)\n"
        "print(*killer.descendants(os.getpid()))\n"
        "print(subprocess.run(['ss', '-Hltnp'], capture_output=True, text=True).stdout)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    pids, *sockets = done.stdout.splitlines()
    own = re.compile("|".join(f"pid={pid}," for pid in pids.split()))
    addresses = [line.split()[3] for line in sockets if own.search(line)]
    assert len(addresses) >= 2, done.stdout
    assert all("127.0.0.1" in address for address in addresses), addresses


def test_the_command_line_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        over_ray.main(["somewhere"])
    assert "--out" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        over_ray.main(["somewhere", "--out", "x", "--jobs", "0"])
    assert "--jobs: expected 1 or more" in capsys.readouterr().err


