"""What is different about a thing from one release to another, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import RdfFormat

from ontology import iris
from ontology.terms import DCTERMS, LABEL, PROV, RDF_TYPE, RDFS, SKOS, model

TOLD = 200  # things of each word that are told in detail
LONGEST = 200  # characters of a value
WORDS = {
    RDF_TYPE.value: "class",
    RDFS + "label": "label",
    SKOS + "prefLabel": "name",
    SKOS + "altLabel": "other name",
    SKOS + "definition": "definition",
    SKOS + "scopeNote": "scope",
    DCTERMS + "title": "title",
    DCTERMS + "description": "description",
    DCTERMS + "identifier": "identifier",
    PROV + "wasDerivedFrom": "evidence",
}
GENERATED = str(LABEL).encode()
DERIVED = f" <{iris.GRAPHS}derived> .\n".encode()
Lines = frozenset[bytes]


@dataclass(frozen=True)
class Told:
    """A thing that was added, removed or changed: its label, and for a changed one each property, old → new."""

    label: str
    said: tuple[str, ...]


def follows(before: Lines, after: Lines) -> bool:
    """Whether only what the build makes by itself differs: derived statements, and labels made from other things."""
    return all(line.endswith(DERIVED) or line.split(b" ", 2)[1] == GENERATED for line in before ^ after)


def tell(before: Lines, after: Lines) -> Told:
    """What a person reads of a thing whose statements differ."""
    was, now = _values(before), _values(after)
    names = [(now or was).get(address, ()) for address in (LABEL.value, SKOS + "prefLabel")]
    label = next((text for found in names for text in found), "")
    said = _differences(_values(before - after), _values(after - before)) if was and now else ()
    return Told(_cut(label), tuple(said))


def _differences(gone: dict[str, list[str]], come: dict[str, list[str]]) -> Iterator[str]:
    addresses = sorted(gone.keys() | come.keys(), key=word)
    for address in [one for one in addresses if one != LABEL.value] or addresses:  # the label is made of the others
        old, new = (_cut("; ".join(side.get(address, ()))) for side in (gone, come))
        what = f"{old} → {new}" if old and new else f"now also {new}" if new else f"no longer {old}"
        yield f"{word(address)}: {what}"


def _values(lines: Lines) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for quad in pyoxigraph.parse(b"".join(sorted(lines)), RdfFormat.N_QUADS):
        found.setdefault(quad.predicate.value, []).append(word(str(getattr(quad.object, "value", quad.object))))
    return found


def word(value: str) -> str:
    """A value in words: the label of a term, kind and slug of a thing, else as it is."""
    if value in WORDS or value in model().terms:
        return WORDS.get(value) or model().label(value)
    return value.removeprefix(iris.THINGS)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
