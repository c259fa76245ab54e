"""A name for every node: for a thing its own, for a claim a sentence made from its parts."""

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode, Store, Triple

from ontology import iris
from ontology.terms import DCTERMS, LABEL, PLEN, RDF_TYPE, SKOS

IDENTIFIER, TITLE = NamedNode(DCTERMS + "identifier"), NamedNode(DCTERMS + "title")
DESCRIPTION, PREFERRED = NamedNode(DCTERMS + "description"), NamedNode(SKOS + "prefLabel")


class Labels:
    """Labels of the nodes of a store, each made once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.made: dict[NamedNode, str] = {}

    def triples(self) -> Iterator[Triple]:
        """`rdfs:label` for every thing and claim that has none, and `skos:prefLabel` for things that have none."""
        nodes = {quad.subject for quad in self.store.quads_for_pattern(None, RDF_TYPE, None)}
        for node in sorted((n for n in nodes if isinstance(n, NamedNode)), key=str):
            if not node.value.startswith(iris.THINGS):
                continue
            if not self.values(node, LABEL):
                yield Triple(node, LABEL, Literal(self.of(node), language="en"))
            if not self.values(node, PREFERRED) and _kind(node) in ("document", "work", "note"):
                yield Triple(node, PREFERRED, Literal(self.of(node), language="en"))

    def of(self, node: NamedNode) -> str:
        """The label of one node."""
        if node not in self.made:
            self.made[node] = self._make(node)
        return self.made[node]

    def _make(self, node: NamedNode) -> str:
        sentence = SENTENCES.get(_kind(node))
        if sentence:
            return sentence(self, node)
        for property_ in (PREFERRED, LABEL, IDENTIFIER, TITLE, PLEN.address):
            found = self.values(node, property_)
            if found:
                english = [v for v in found if isinstance(v, Literal) and v.language in (None, "en")]
                return str((english or found)[0].value)
        return node.value.rpartition("/")[2].rpartition("#")[2]

    def values(self, node: NamedNode, property_: NamedNode) -> list[NamedNode | Literal]:
        """Values of a property of a node, in a stable order."""
        found = (quad.object for quad in self.store.quads_for_pattern(node, property_, None))
        return sorted((v for v in found if isinstance(v, NamedNode | Literal)), key=str)

    def text(self, node: NamedNode, *names: str) -> str:
        """Values of the first of some properties that has any, in words, joined by commas."""
        for name in names:
            found = self.values(node, PLEN.get(name))
            if found:
                return ", ".join(self.of(v) if isinstance(v, NamedNode) else v.value for v in found)
        return ""

    def when(self, node: NamedNode) -> str:
        """The dates of a claim in words, after a comma; empty if it has none."""
        start, end = self.text(node, "start"), self.text(node, "end")
        if start and end:
            return f", {start} to {end}" if start != end else f", {start}"
        if start or end:
            return f", from {start}" if start else f", until {end}"
        date = self.text(node, "date", "asOf", "period")
        return f", {date}" if date else ""


def _kind(node: NamedNode) -> str:
    kind, _ = iris.split(node.value) or ("", "")
    return kind


def _participation(of: Labels, node: NamedNode) -> str:
    stands_for = of.text(node, "onBehalfOf")
    where = ", ".join(part for part in (of.text(node, "on"), of.text(node, "in")) if part)
    who = of.text(node, "participant") + (f" (for {stands_for})" if stands_for else "")
    return f"{who}: {of.text(node, 'role')}, {where}{of.when(node)}"


def _affiliation(of: Labels, node: NamedNode) -> str:
    return f"{of.text(node, 'member')}: {of.text(node, 'affiliationType')}, {of.text(node, 'of')}{of.when(node)}"


def _attribution(of: Labels, node: NamedNode) -> str:
    country = of.text(node, "country") or f"not {of.text(node, 'notCountry')}"
    return f"{of.text(node, 'attributed')}: {country} by {of.text(node, 'attributionRule')}{of.when(node)}"


def _listing(of: Labels, node: NamedNode) -> str:
    return f"{of.text(node, 'listed')}: {of.text(node, 'list')}{of.when(node)}"


def _priority(of: Labels, node: NamedNode) -> str:
    return f"{of.text(node, 'policy')}, {of.text(node, 'technology')}: {of.text(node, 'answer')}"


def _observation(of: Labels, node: NamedNode) -> str:
    subject = ", ".join(part for part in (of.text(node, name) for name in _ABOUT) if part)
    return f"{of.text(node, 'measure')}, {subject}: {figure(of, node)}{of.when(node)}"


_ABOUT = (
    "aboutCountry", "aboutAgent", "aboutBody", "aboutGroup", "aboutDocument", "aboutDocumentType", "aboutTechnology",
    "aboutRole",
)  # fmt: skip


def figure(of: Labels, node: NamedNode) -> str:
    """The figure of an observation as a reader expects it: `about 23 percent`."""
    number = of.text(node, "value").removesuffix(".0")
    if not number:
        low, high = (of.text(node, name).removesuffix(".0") for name in ("minValue", "maxValue"))
        number = of.text(node, "valueText") or " to ".join(part for part in (low, high) if part)
    return " ".join(part for part in (of.text(node, "comparator"), number, of.text(node, "unit")) if part)


def _event(of: Labels, node: NamedNode) -> str:
    new_name = of.text(node, "newName")
    moved = "".join(
        f" {word} {of.text(node, p)}" for word, p in (("from", "movedFrom"), ("to", "movedTo")) if of.text(node, p)
    )
    named = f" as {new_name}" if new_name else ""
    return f"{of.text(node, 'eventType')}: {of.text(node, 'about')}{moved}{named}{of.when(node)}"


def _finding(of: Labels, node: NamedNode) -> str:
    words = of.values(node, DESCRIPTION)
    text = str(words[0].value) if words else ""
    short = text if len(text) <= 90 else text[:90].rsplit(" ", 1)[0] + " …"
    return f"{of.text(node, 'findingType')}: {short}"


def _unknown(of: Labels, node: NamedNode) -> str:
    published = any(v == PLEN.NotPublished for v in of.values(node, RDF_TYPE))
    word = "not published" if published else "not known"
    return f"{word}: {of.text(node, 'what')}, {of.text(node, 'about')}{of.when(node)}"


def _note(of: Labels, node: NamedNode) -> str:
    return f"note {of.text(node, 'footnote')}"


def _citation(of: Labels, node: NamedNode) -> str:
    notes = sorted(int(of.text(v, "footnote")) for v in of.values(node, PLEN.note) if isinstance(v, NamedNode))
    parts = [of.text(node, "section"), of.text(node, "table"), f"note {', '.join(map(str, notes))}" if notes else ""]
    return "; ".join(part for part in parts if part)


SENTENCES: dict[str, Callable[[Labels, NamedNode], str]] = {
    "participation": _participation,
    "affiliation": _affiliation,
    "attribution": _attribution,
    "listing": _listing,
    "priority": _priority,
    "observation": _observation,
    "event": _event,
    "finding": _finding,
    "unknown": _unknown,
    "note": _note,
    "citation": _citation,
}
