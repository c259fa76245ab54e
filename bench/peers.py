"""The full server beside a bare Flask view, rdflib-endpoint and Virtuoso, by wrk in one run on one machine.

The full server is `plenary serve` as it stands: workers, limits, headers, metrics, one log line a request.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median

from bench import virtuoso, wrk
from bench.measure import PLENARY, free_port, running
from ontology import releases

PEER = Path(__file__).parent.parent / ".venv-bench" / "bin" / "rdflib-endpoint"
ROUNDS = 3
Peer = tuple[str, str, Callable[[Path], AbstractContextManager[int]]]


def run() -> Iterator[str]:
    """Rates and ratios; every peer alone on the machine, several rounds, of which the median counts."""
    if not wrk.installed():
        yield "wrk is not installed here (Debian's package wrk), so the server was not measured beside its peers"
        return
    dump = releases.current(releases.DEFAULT).dump
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(ROUNDS):
        for name, path, serving in PEERS:
            with serving(dump) as port:
                for kind, query, anew in KINDS:
                    if anew or name == "full":
                        found = wrk.load(port, query, path=path, anew=anew)
                        rates.setdefault((kind, name), []).append(found.rate)
                        yield f"{kind}, {name}: {found}"
    yield from _missing()
    yield from _ratios({key: median(found) for key, found in rates.items()})


def _missing() -> Iterator[str]:
    if not PEER.exists():
        yield "rdflib-endpoint is not installed here: `make bench` installs it"
    if not virtuoso.installed():
        yield "Virtuoso is not installed here (Debian's package virtuoso-opensource)"


def _ratios(rates: dict[tuple[str, str], float]) -> Iterator[str]:
    for kind, peer, least in GOALS:
        known = KINDS[0][0] if kind == "point query, kept" else kind
        if (known, peer) in rates:
            ratio = rates[kind, "full"] / rates[known, peer]
            goal = f"; to reach: at least {least}" if least else ""
            yield f"{kind}: {ratio:.2f} times {peer}{goal}"


@contextmanager
def _full(dump: Path) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryFile() as log:
        command = [PLENARY, "serve", "--port", str(port)]
        with running(command, f"http://127.0.0.1:{port}/readyz", log=log):
            yield port


@contextmanager
def _bare(dump: Path) -> Iterator[int]:
    port = free_port()
    with running([sys.executable, "-m", "bench.bare", str(dump), str(port)], f"http://127.0.0.1:{port}/"):
        yield port


@contextmanager
def _rdflib(dump: Path) -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        file, port = Path(folder) / "graph.nt", free_port()
        file.write_bytes(_triples(dump))
        command = [str(PEER), "serve", "--host", "127.0.0.1", "--port", str(port), str(file)]
        with running(command, f"http://127.0.0.1:{port}/?query=ASK%7B%7D"):
            yield port


@contextmanager
def _virtuoso(dump: Path) -> Iterator[int]:
    with virtuoso.serving(_triples(dump)) as port:
        yield port


def _triples(dump: Path) -> bytes:
    """The dump without its graphs, which stand last on each line."""
    lines = dump.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line.rpartition(' <')[0]} .\n" for line in lines).encode()


PEERS: list[Peer] = [("full", "/sparql", _full), ("bare view", "/sparql", _bare)]
PEERS += [("rdflib-endpoint", "/", _rdflib)] if PEER.exists() else []
PEERS += [("Virtuoso", "/sparql", _virtuoso)] if virtuoso.installed() else []
KINDS = (
    ("point query, new", wrk.POINT, True),
    ("1,000 rows, new", wrk.ROWS, True),
    ("point query, kept", wrk.POINT, False),
)
GOALS = (
    ("point query, new", "bare view", 0.7),
    ("1,000 rows, new", "bare view", 0.7),
    ("point query, new", "rdflib-endpoint", 2),
    ("1,000 rows, new", "rdflib-endpoint", 2),
    ("point query, kept", "bare view", 1),
    ("point query, new", "Virtuoso", 0),
    ("1,000 rows, new", "Virtuoso", 0),
)
