"""The build: tables to statements, to a checked release beside the old one, to one switch."""

import hashlib
import inspect
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from loaders import computed, curated, publish
from loaders.apart import afresh
from loaders.check import Violations, check
from loaders.derive import STAGES, derive, stages
from loaders.filling import filling
from loaders.items import Items
from loaders.known import Known
from loaders.publish import BuildRefused
from loaders.resolution import record
from loaders.tables import Place
from ontology import iris, releases
from ontology.terms import RDF_TYPE, model

Finish = Callable[[Store, Path], None]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Summary:
    """What a build did: the release, whether it is new, and counts for the closing lines."""

    release: releases.Release
    new: bool
    seconds: float
    items: list[str]

    def lines(self) -> list[str]:
        """The closing summary, a line each."""
        about = self.release.about
        word = "built" if self.new else "unchanged since it was built"
        lines = [f"release {self.release.number} {word}: {about['statements']} statements in {self.seconds:.1f} s"]
        lines += [f"  {count:>7} in {name}" for name, count in about["graphs"].items()]
        lines += [f"  {count:>7} {name}" for name, count in about["classes"].items()]
        return [*self.items, *lines]


def build(
    place: Path,
    sources: Sequence[str] = (),
    folder: Path = curated.FOLDER,
    finish: Sequence[Finish] = (),
    progress: Progress = lambda step: None,
    keep: int | None = None,
    items: Items | None = None,
    compute: computed.Compute | None = None,
) -> Summary:
    """Build a release of the named curated sources (all, if none is named) and switch to it.

    `finish` makes further files in the release's folder from its store, `items` is what to load beside, and `compute`
    gives further statements that follow from all of them; of older releases all stay, or the newest of `keep` in all.
    Raises BadRecords for tables that cannot be read and Violations for what breaks a rule; the current release then
    goes on as it was.
    """
    began = time.monotonic()
    with publish.alone(place):
        progress("reading curated tables")
        store, places = assemble(sources, folder)
        if items:
            items.prepare(store)
        progress("deriving statements")
        derive(store)
        progress("checking rules and shapes")
        if found := check(store, places):
            raise Violations(found)
        progress("writing the release")
        release, new = _publish(place, store, finish, items, compute, progress)
        if keep:
            publish.prune(place, keep)
    return Summary(release, new, time.monotonic() - began, items.lines if items else [])


def assemble(sources: Sequence[str] = (), folder: Path = curated.FOLDER) -> tuple[Store, dict[str, Place]]:
    """The asserted statements of the ontology and of curated sources, and the place of each record."""
    known = curated.sources(folder)
    for name in sources:
        if name not in known:
            raise BuildRefused(f"no source is called {name!r}. Known sources: {', '.join(known)}.")
    store, shared = Store(), Known()
    store.bulk_extend(model().quads())
    for name in known:
        if not sources or name in sources:
            store.bulk_extend(curated.load(name, folder, shared).quads)
    return store, shared.places


def _publish(
    place: Path,
    store: Store,
    finish: Sequence[Finish],
    items: Items | None,
    compute: computed.Compute | None,
    progress: Progress,
) -> tuple[releases.Release, bool]:
    with publish.draft(place) as work, filling(work / "store") as filled:
        if items:
            digest, counts = items.dump(store, work, place / "cache", progress, filled)
        else:
            digest, counts = _dump(store, work / "dump.nq"), _counts(store)
        makers: list[Callable[..., object]] = [*finish, *([compute] if compute else [])]
        made = [_version(make) for make in makers]
        made += [releases.hashed(STAGES), releases.hashed(work / record.FILE)] if items else []
        if unchanged := _same(place, digest, made):
            releases.pointer(place).touch()
            return unchanged, False
        loaded = digest
        if items:
            progress("filling the store")
            filled.finish(items.left)
            shutil.rmtree(work / "runs")
            progress("compacting the store")
            filled.compact()
            digest, counts = _large(work, digest, counts, finish, compute, progress)
        else:
            progress("filling the store")
            fill(work)
            for make in finish:
                progress(f"making {make.__module__}")
                make(store, work)
        about = {
            "digest": digest,
            "loaded": loaded,
            "made": made,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return publish.publish(place, work, about | counts), True


def _large(
    work: Path,
    digest: str,
    counts: dict[str, Any],
    finish: Sequence[Finish],
    compute: computed.Compute | None,
    progress: Progress,
) -> tuple[str, dict[str, Any]]:
    """Compute, and make further files, each in a process of its own: one's memory at a time."""
    progress("computing measures")
    digest, added = afresh(_computed, work, compute)
    for make in finish:
        progress(f"making {make.__module__}")
        afresh(_made, make, work)
    return digest, _with(counts, added)


def _made(make: Finish, work: Path) -> None:
    make(Store.read_only(str(work / "store")), work)


def _computed(work: Path, compute: computed.Compute | None) -> tuple[str, dict[str, Any]]:
    digest, added = computed.add(work, lambda store: [*stages(store), *(compute(store) if compute else [])])
    return digest, _counts(added)


def _dump(store: Store, path: Path) -> str:
    """Write all statements as sorted N-Quads without blank nodes' accidents; returns the hash of the file."""
    store.dump(path, format=RdfFormat.N_QUADS)
    lines = sorted(path.read_bytes().splitlines(keepends=True))
    path.write_bytes(b"".join(lines))
    return hashlib.sha256(b"".join(lines)).hexdigest()


def fill(work: Path) -> None:
    """Make the store of a release from its dump."""
    store = Store(work / "store")
    store.bulk_load(path=work / "dump.nq", format=RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


def _version(make: Callable[..., object]) -> str:
    """What makes a further file, with a hash of the code and queries beside it: changed ones make it anew."""
    files = sorted(path for path in Path(inspect.getfile(make)).parent.iterdir() if path.suffix in (".py", ".rq"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"{make.__module__} {code[:16]}"


def _same(place: Path, digest: str, made: list[str]) -> releases.Release | None:
    """The current release, if its files are as they were built, say the same, and had the same further files made."""
    try:
        release = releases.current(place)
    except releases.NoRelease:
        return None
    listed = "files" in release.about and not release.altered()
    same = release.about.get("loaded") == digest and release.about.get("made") == made
    return release if listed and same else None


def _with(counts: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Counts of a release with those of what was added to it."""
    return {
        "statements": counts["statements"] + more["statements"],
        **{name: dict(Counter(counts[name]) + Counter(more[name])) for name in ("graphs", "classes")},
    }


def _counts(store: Store) -> dict[str, Any]:
    graphs = Counter(q.graph_name.value.removeprefix(iris.GRAPHS) for q in store if isinstance(q.graph_name, NamedNode))
    classes: Counter[str] = Counter()
    for quad in store.quads_for_pattern(None, RDF_TYPE, None):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(iris.THINGS):
            class_ = str(quad.object.value)  # type: ignore[union-attr]
            if class_.startswith(iris.NS):
                classes[model().label(class_)] += 1
    return {
        "statements": len(store),
        "graphs": dict(sorted(graphs.items())),
        "classes": dict(sorted(classes.items(), key=lambda item: (-item[1], item[0]))),
    }
