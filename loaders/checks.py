"""All checks of a finished release, each with its outcome in words, for `plenary check`."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from loaders.check import Violation, broken_rules, broken_shapes, rules
from loaders.items import CURATED, broken
from ontology import consistency, iris, releases
from ontology.releases import Release


@dataclass(frozen=True)
class Outcome:
    """One check: whether it failed, and what it found."""

    failed: bool
    text: str


def all_checks(release: Release) -> Iterator[Outcome]:
    """Files, rules, shapes and consistency of a release, one after the other; item-level ones have their own checks."""
    yield _files(release)
    store = Store()
    curated = release.folder / CURATED
    store.bulk_load(path=curated if curated.exists() else release.dump, format=RdfFormat.N_QUADS)
    if curated.exists():
        found = list(broken(release.dump))
        text = f"item-level statements: {len(found)} refused" + "".join(f"\n        {line}" for line in found[:50])
        yield Outcome(bool(found), f"{'failed ' if found else 'ok     '} {text}")
    yield _violations(f"{len(rules())} rules", broken_rules(store, {}))
    yield _violations("shapes", broken_shapes(store, {}))
    yield _consistency(store)


def _files(release: Release) -> Outcome:
    if altered := release.altered():
        return Outcome(True, f"failed  files: {releases.changed(release, altered)}")
    count = len(release.about.get("files", {}))
    said = f"ok      {count} files: as they were built" if count else "left out  files: built before sums were kept"
    return Outcome(False, said)


def _violations(name: str, found: list[Violation]) -> Outcome:
    if not found:
        return Outcome(False, f"ok      {name}: nothing refused")
    return Outcome(True, "\n".join([f"failed  {name}: {len(found)} refused", *(f"        {v}" for v in found[:50])]))


def _consistency(store: Store) -> Outcome:
    graph = NamedNode(iris.graph("ontology"))
    data = {quad.triple for quad in store if quad.graph_name != graph}
    triples = serialize(data, format=RdfFormat.N_TRIPLES)
    result = consistency.check((triples or b"").decode())
    if result.left_out:
        return Outcome(False, f"left out  consistency by HermiT: {result.left_out}")
    if result.consistent and not result.unsatisfiable:
        return Outcome(
            False, "ok      consistency by HermiT: ontology and data are consistent, every class can have members"
        )
    impossible = ", ".join(result.unsatisfiable) or "none"
    return Outcome(
        True, f"failed  consistency by HermiT: consistent {result.consistent}; impossible classes: {impossible}"
    )
