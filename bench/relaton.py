"""Loading of item-level records against yaml-rs on one core and a bare bulk load, and equality with PyYAML.

The archives are those of the folder in PLENARY_SHARED (`data/relaton-*.tar.xz`). With `RELATON_EQUAL=1` every record is
compared with what PyYAML's BaseLoader reads instead, which takes minutes.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml
import yaml_rs

from loaders.relaton.parse import parse
from loaders.relaton.reader import Raw, read

ARCHIVES = sorted((Path(os.environ.get("PLENARY_SHARED", "../shared")) / "data").glob("relaton-*.tar.xz"))
LOAD = """
import sys, pathlib, tempfile
from loaders.build import assemble
from loaders.derive import derive
from loaders.items import Items
if __name__ == "__main__":
    store, _ = assemble()
    derive(store)
    work = pathlib.Path(sys.argv[1])
    items = Items({"relaton": [pathlib.Path(p) for p in sys.argv[2:]]})
    items.dump(store, work, work / "cache", lambda step: None)
"""
BULK = """
import sys, pathlib, pyoxigraph
work = pathlib.Path(sys.argv[1])
store = pyoxigraph.Store(work / "store")
store.bulk_load(path=work / "dump.nq", format=pyoxigraph.RdfFormat.N_QUADS)
"""


def run() -> Iterator[str]:
    """One run of each part, after one another."""
    if os.environ.get("RELATON_EQUAL"):
        yield from _equal()
        return
    parsing = sum(_parsing(path) for path in ARCHIVES)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "load.py")
        script.write_text(LOAD, encoding="utf-8")
        loading, load_memory = _timed([str(script), folder, *map(str, ARCHIVES)])
        script.write_text(BULK, encoding="utf-8")
        bulk, bulk_memory = _timed([str(script), folder])
    ratio = (loading + bulk) / (parsing + bulk)
    yield f"yaml-rs on one core {parsing:.1f} s, bulk load {bulk:.1f} s, loading and resolving {loading:.1f} s"
    yield f"loading, resolving and bulk load: {ratio:.2f} times yaml-rs and bulk load; to reach: 1.5"
    yield f"memory of loading {load_memory} MB, of the bulk load {bulk_memory} MB; to reach: 1.3 times"


def _parsing(path: Path) -> float:
    texts = [raw.data.decode() for raw in read(path) if isinstance(raw, Raw)]
    began = time.perf_counter()
    for text in texts:
        yaml_rs.loads(text)
    return time.perf_counter() - began


def _timed(arguments: list[str]) -> tuple[float, int]:
    began = time.perf_counter()
    root = str(Path(__file__).parent.parent)
    subprocess.run([sys.executable, *arguments], check=True, env=os.environ | {"PYTHONPATH": root})
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _equal() -> Iterator[str]:
    for path in ARCHIVES:
        texts = (raw.data.decode() for raw in read(path) if isinstance(raw, Raw))
        same = [parse(text)[0] == yaml.load(text, yaml.CBaseLoader) for text in texts]
        yield f"{path.name}: {sum(same):,} of {len(same):,} records are read as PyYAML's BaseLoader reads them"
