"""Time on a machine that may be busy with other things: what is promised in seconds, and waiting for what must come."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def stretched(seconds: float) -> float:
    """What so many seconds of a free machine come to now: more where more processes want to run than can."""
    average, _, _, running, *_ = Path("/proc/loadavg").read_text().replace("/", " ").split()
    return seconds * max(1.0, max(float(average), float(running)) / (os.cpu_count() or 1))


def until(holds: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait for something; false if it does not come within so many seconds of a free machine."""
    began = time.monotonic()
    while not (found := holds()) and time.monotonic() - began < stretched(seconds):
        time.sleep(0.01)
    return bool(found)
