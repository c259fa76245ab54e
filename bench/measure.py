"""What the benches share: medians, a running server, and the memory of its processes."""

import contextlib
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

PLENARY = str(Path(sys.executable).with_name("plenary"))


def median(times: Sequence[float]) -> str:
    """Median of seconds with the range, in the unit that fits."""
    middle = statistics.median(times)
    unit, factor = ("s", 1) if middle >= 1 else ("ms", 1000)
    return (
        f"{middle * factor:.2f} {unit} (median of {len(times)}; {min(times) * factor:.2f} to {max(times) * factor:.2f})"
    )


def timed(act: Callable[[], object], times: int = 5) -> list[float]:
    """Seconds that an act takes, again and again."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return found


def free_port() -> int:
    """A port on loopback that nobody listens on, below those that the kernel gives to whoever connects."""
    for _ in range(100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 32_768)))
            return int(probe.getsockname()[1])
    raise RuntimeError("no port between 20000 and 32767 is free")


@contextlib.contextmanager
def running(command: list[str], url: str, log: IO[bytes] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A server process in a group of its own, from its first answer at the address until the end of the block."""
    out = log or subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        wait(url)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def wait(url: str, seconds: float = 60) -> None:
    """Return as soon as the address answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except urllib.error.HTTPError:
            return  # it answers, whatever
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def family(pid: int) -> list[int]:
    """A process and all that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        found.append(queue.pop())
        queue += children.get(found[-1], [])
    return found


def proportional_set_size(pid: int) -> float:
    """Megabytes of a process and its family, shared pages divided among their users."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{member}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024
