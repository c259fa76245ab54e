"""Loading of item-level records against yaml-rs on one core and a bare bulk load, and equality with PyYAML.

The store is filled while records are still being loaded, so what is held against the two is one time: from the start
of loading until the dump is written and all statements are in the store. Told apart is what comes before and after:
curated tables and checks, the store's compaction (the bare bulk load is not followed by one), stored measures, index
and network.

The archives are those of the folder in PLENARY_SHARED (`data/relaton-*.tar.xz`). With `RELATON_EQUAL=1` every record is
compared with what PyYAML's BaseLoader reads instead, which takes minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import yaml

from loaders.relaton.parse import parse
from loaders.relaton.reader import Raw, read

DATA = Path(os.environ.get("PLENARY_SHARED", "../shared")) / "data"
ARCHIVES = sorted(DATA.glob("relaton-*.tar.xz"))
SETS = ["relaton", *map(str, ARCHIVES), "organizations", str(DATA / "organizations-3gpp-ietf.csv")]
SETS += ["screening-list", str(DATA / "entity-list-universities.json")]
PLENARY = "from server.cli import main; main()"
PARSE = """
import sys, time, pathlib, yaml_rs
from loaders.relaton.reader import Raw, read
texts = [raw.data.decode() for path in sys.argv[1:] for raw in read(pathlib.Path(path)) if isinstance(raw, Raw)]
began = time.perf_counter()
for text in texts:
    yaml_rs.loads(text)
print(time.perf_counter() - began)
"""
BULK = """
import sys, time, pathlib, pyoxigraph
work = pathlib.Path(sys.argv[1])
began = time.perf_counter()
store = pyoxigraph.Store(work / "bare")
store.bulk_load(path=work / "dump.nq", format=pyoxigraph.RdfFormat.N_QUADS)
print(time.perf_counter() - began)
"""
LOADING, STORE = "loading and resolving, the store being filled beside it", "the rest of the store"
COMPACTION, MEASURES = "the store's compaction", "stored measures"
PARTS = {
    "reading curated": "curated tables", "deriving": "curated tables", "checking": "checks", "filling": STORE,
    "compacting": COMPACTION, "computing": MEASURES, "making": "index and network",
}  # fmt: skip


@dataclass
class Part:
    """What a part of a program took: seconds, those of processor in all its processes, and the peak of memory in MB."""

    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0

    def __add__(self, other: "Part") -> "Part":
        return Part(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.cpu:.1f} s of processor)"


def run() -> Iterator[str]:
    """A build of all sets up to its store, the same with what is kept, and the two parts that it is held against.

    With `RELATON_WHOLE=1` the build goes on to its end: stored measures and index take minutes.
    """
    if os.environ.get("RELATON_EQUAL"):
        yield from _equal()
        return
    command = ["-c", PLENARY, "build", *SETS, "--store"]
    with tempfile.TemporaryDirectory() as folder:
        build, _ = _watched(
            *command, folder, until="" if os.environ.get("RELATON_WHOLE") else MEASURES, keep=Path(folder)
        )
        again, _ = _watched(*command, folder, until=COMPACTION)
        bare, bulk = _watched("-c", BULK, folder)
        _, yaml_rs = _watched("-c", PARSE, *map(str, ARCHIVES))
    filled, bare_cpu = build[LOADING] + build[STORE], bare["start"].cpu
    yield f"yaml-rs on one core {yaml_rs:.1f} s; bare bulk load {bulk:.1f} s ({bare_cpu:.1f} s of processor)"
    yield f"from the start of loading to a filled store {filled}: {LOADING} {build[LOADING]}, {STORE} {build[STORE]}"
    yield f"that is {filled.seconds / (yaml_rs + bulk):.2f} times yaml-rs and bulk load; to reach: 1.5"
    yield f"apart: {', '.join(f'{name} {part}' for name, part in build.items() if name not in (LOADING, STORE))}"
    yield f"again, with records from the cache: to a filled store {again[LOADING] + again[STORE]}"
    peaks = ", ".join(f"{name} {part.peak} MB" for name, part in build.items())
    yield f"memory of all processes: {peaks}; bare bulk load {bare['start'].peak} MB"
    most = max(part.peak for part in build.values())
    yield f"peak memory: {most / bare['start'].peak:.2f} times that of the bare bulk load; to reach: 1.3"


def _watched(*arguments: str, until: str = "", keep: Path | None = None) -> tuple[dict[str, Part], float]:
    """Run a program to its end or to a part, and watch it; `keep` takes the dump of a build before measures are added.

    Returns what each part took, and the number that it printed.
    """
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUNBUFFERED": "1"}
    parts, name = {}, "start"
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as run:
        steps: SimpleQueue[str] = SimpleQueue()
        Thread(target=lambda: [steps.put(line) for line in run.stderr or ()], daemon=True).start()
        before = since = time.perf_counter(), 0.0
        while run.poll() is None:
            part = parts.setdefault(name, Part())
            memory, cpu = _held(run.pid)
            if cpu:
                since = time.perf_counter(), cpu
            part.peak = max(part.peak, memory)
            part.seconds, part.cpu = (part.seconds + since[0] - before[0], part.cpu + since[1] - before[1])
            before = since
            with suppress(Empty):
                step = steps.get(timeout=0.3).removeprefix("… ")
                name = next((name for begin, name in PARTS.items() if step.startswith(begin)), LOADING)
                if name == MEASURES and keep and not (keep / "dump.nq").exists():
                    shutil.copy(next(keep.glob("releases/.*/dump.nq")), keep)
                if name == until:
                    run.terminate()
        out = run.stdout.read() if run.stdout else ""
    return parts, float(out or 0)


def _held(process: int) -> tuple[int, float]:
    """MB that a process and all below it hold, what they share counted once, and their seconds of processor (Linux)."""
    todo, total, ticks = [process], 0, 0
    while todo:
        folder = Path("/proc", str(todo.pop()))
        with suppress(OSError, TypeError):
            for task in (folder / "task").iterdir():
                todo += map(int, (task / "children").read_text().split())
            ticks += sum(map(int, (folder / "stat").read_text().rpartition(")")[2].split()[11:15]))
            total += int(re.search(r"\nPss: +(\d+)", (folder / "smaps_rollup").read_text())[1])  # type: ignore[index]
    return total // 1024, ticks / os.sysconf("SC_CLK_TCK")


def _equal() -> Iterator[str]:
    for path in ARCHIVES:
        texts = (raw.data.decode() for raw in read(path) if isinstance(raw, Raw))
        same = [parse(text)[0] == yaml.load(text, yaml.CBaseLoader) for text in texts]
        yield f"{path.name}: {sum(same):,} of {len(same):,} records are read as PyYAML's BaseLoader reads them"
