"""How much memory there is for a graph."""

from contextlib import suppress
from pathlib import Path

AT_ONCE = 2_000_000  # statements, which are read into memory in some ten seconds
STATEMENT = 480  # bytes in memory
MACHINE = Path("/proc/meminfo")
GROUP = Path("/sys/fs/cgroup")  # of the container, where there is one: version 2, then version 1
GROUPS = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"),
)


def fits(statements: int) -> bool:
    """Whether a graph takes at most half of what is free, so that the release after it finds room beside it."""
    return 2 * STATEMENT * statements <= free()


def free() -> int:
    """Bytes that this machine has left, or its container if that is less; 0 where nobody says."""
    left = []
    with suppress(OSError, LookupError):
        left.append(1024 * _said(MACHINE, "MemAvailable:"))
    for most, used, stat, cached in GROUPS:
        with suppress(OSError, ValueError, LookupError):  # ValueError: the limit is `max`, hence none
            taken = _number(GROUP / used) - _said(GROUP / stat, cached)
            left.append(_number(GROUP / most) - taken)
    return max(0, min(left, default=0))


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))


def _said(file: Path, name: str) -> int:
    """The number that stands after a name."""
    words = file.read_text(encoding="ascii").split()
    return int(words[words.index(name) + 1]) if name in words else 0
