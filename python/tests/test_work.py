"""Work lets go of the interpreter, hears an interrupt, copies no array, and turns faults into exceptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import thecal

posix = pytest.mark.skipif(os.name != "posix", reason="signals and memory are asked for by POSIX")


def python(text: str, **environment: str) -> str:
    """What a Python of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_other_threads_run_meanwhile() -> None:
    mask = np.random.default_rng(1).random((400, 320, 320)) < 0.0005
    done = threading.Event()
    ticks = []

    def count() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.002)

    thread = threading.Thread(target=count)
    thread.start()
    begun = time.perf_counter()
    thecal.edt(mask, (2.0, 1.0, 1.0))
    ended = time.perf_counter()
    done.set()
    thread.join()
    within = [tick for tick in ticks if begun < tick < ended]
    # With the lock held there would be none between the first and the last moment.
    assert len(within) >= 5


@posix
def test_an_interrupt_is_heard_at_once() -> None:
    # As long as it takes: ten million points, each with its distance from a surface.
    text = """
        import os, signal, threading, time
        import numpy as np
        import thecal
        # Whoever began the tests may ignore interrupts, which would be handed on.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        angle = np.linspace(0, 6.2, 90)
        ring = lambda z: np.column_stack([5 * np.cos(angle), 5 * np.sin(angle), np.full(90, z)])
        solid = thecal.Solid.from_contours([ring(z) for z in range(9)])
        points = np.random.default_rng(0).uniform(-40, 40, (10_000_000, 3))
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        begun = time.perf_counter()
        try:
            solid.signed_distance(points)
        except KeyboardInterrupt:
            print("heard", time.perf_counter() - begun, flush=True)
        os._exit(0)
    """
    word, seconds = python(text).split()
    assert word == "heard" and 0.3 < float(seconds) < 2.5


@posix
def test_an_interrupted_script_ends_cleanly() -> None:
    # The work goes on in the background while Python ends.
    text = """
        import os, signal, threading
        import numpy as np
        import thecal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        mask = np.random.default_rng(0).random((200, 256, 256)) < 0.001
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        while True:
            thecal.edt(mask)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], capture_output=True, text=True, timeout=60
    )
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode in (-signal.SIGINT, 130, 1)


@posix
def test_arrays_are_not_copied() -> None:
    # Both results are small, so that what memory is taken would be a copy.
    text = """
        import resource
        import numpy as np
        import thecal
        most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        grid = thecal.Grid((250, 800, 800))
        mask = np.zeros(grid.shape_zyx, bool)
        mask[:] = False
        mask[100:110, 300:310, 400:410] = True
        small = np.zeros((9, 9, 9), bool)
        small[4, 4, 4] = True
        thecal.Solid.from_mask(small, thecal.Grid((9, 9, 9)))
        before = most()
        thecal.Solid.from_mask(mask, grid)
        print(most() - before, mask.nbytes >> 20)
        level = np.ones((100, 700, 700), np.float32)
        level[50, 350, 350] = -1
        before = most()
        thecal.isosurface(level)
        print(most() - before, level.nbytes >> 20)
    """
    for line in python(text).splitlines():
        taken, size = map(int, line.split())
        assert size > 150
        assert taken < 0.3 * size, f"{taken} MiB for an array of {size} MiB"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted as Linux does")
def test_a_panic_is_an_exception_of_its_own() -> None:
    # A user who may have few threads: first none for the work itself, then too few for its pool, which
    # panics.
    text = """
        import os, resource
        import numpy as np
        import thecal
        mask = np.zeros((20, 20, 20), bool)
        if os.getuid() == 0:
            os.setuid(65534)  # no limit counts for the superuser
        most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        told = []
        for threads in range(1, 100_000):
            resource.setrlimit(resource.RLIMIT_NPROC, (threads, most))
            try:
                thecal.edt(mask)
                break
            except thecal.Error as error:
                told.append(error)
                if "within itself" in str(error):
                    break
        assert all(type(e) is thecal.InternalError and isinstance(e, RuntimeError) for e in told)
        assert all((e.kind, e.code) == ("internal", 3) for e in told)
        print(told[0], told[-1], sep="|")
    """
    first, last = python(text, RAYON_NUM_THREADS="300").split("|")
    assert first.startswith("no thread can be begun: ")
    assert "a fault of thecal and not of its input: The global thread pool" in last


def test_what_is_given_is_not_changed() -> None:
    mask = np.random.default_rng(2).random((20, 30, 40)) < 0.1
    mask.setflags(write=False)
    before = mask.copy()
    for work in (thecal.edt, thecal.signed_distance, thecal.components):
        work(mask)
    thecal.margin(mask, 2.0)
    np.testing.assert_array_equal(mask, before)


def test_many_threads_get_their_own_answers() -> None:
    rng = np.random.default_rng(3)
    masks = [rng.random((12, 13, 14)) < 0.05 for _ in range(16)]
    truth = [thecal.edt(mask) for mask in masks]
    found: dict[int, np.ndarray] = {}

    def work(n: int) -> None:
        found[n] = thecal.edt(masks[n])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(16):
        np.testing.assert_array_equal(found[n], truth[n])
