"""The sections of a thing's page, and which of the statements that name the thing stand in which."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ontology import iris
from server.sentences import PATTERNS, name_of
from server.served import Row, text
from server.show import class_label, property_label


@dataclass(frozen=True)
class Section:
    """A section: things of one kind that name this one, by any property or only by some."""

    key: str
    title: str
    kind: str = ""
    via: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether its things name this one in ways that must be told apart."""
        return not self.via and self.kind != "citation"

    @property
    def claims(self) -> bool:
        """Whether its statements are claims, which are shown in words."""
        return self.kind in PATTERNS

    def holds(self, naming: "Naming") -> bool:
        """Whether a thing that names this one stands in this section."""
        return self.kind in ("", naming.kind) and (not self.via or bool(naming.via.intersection(self.via)))


@dataclass(frozen=True)
class Naming:
    """A thing with statements that point to this one, by the properties of these names."""

    address: str
    kind: str
    label: str
    via: frozenset[str]
    how: str
    start: str

    @property
    def href(self) -> str:
        """Its page on this server."""
        return "/id/" + self.address.removeprefix(iris.THINGS)


SECTIONS = (
    Section("roles", "Roles held", "participation", ("participant", "onBehalfOf")),
    Section("participants", "Participants", "participation", ("in", "on")),
    Section("participations", "Participations", "participation"),
    Section("affiliations", "Affiliations", "affiliation"),
    Section("attributions", "Attributions to countries", "attribution"),
    Section("listings", "Listings", "listing"),
    Section("priorities", "Priorities of policies", "priority"),
    Section("figures", "Figures", "observation"),
    Section("events", "Events", "event"),
    Section("findings", "Findings", "finding"),
    Section("unknowns", "Not known or not published", "unknown"),
    Section("parts", "Parts", "", ("partOf",)),
    Section("documents", "Documents", "document"),
    Section("places", "Places in sources", "citation"),
)


def arrange(namings: Iterable[Naming]) -> list[tuple[Section, list[Naming]]]:
    """Sections with what stands in each, those without anything left out; the dated first, then by label."""
    found: dict[Section, list[Naming]] = {section: [] for section in SECTIONS}
    for naming in namings:
        found.setdefault(_section(naming), []).append(naming)
    ordered = {section: sorted(all_, key=_order) for section, all_ in found.items() if all_}
    return list(ordered.items())


def plural(word: str) -> str:
    """The plural of a class's label: countries, measures."""
    return word[:-1] + "ies" if word.endswith("y") else word + "s"


def _order(naming: Naming) -> tuple[str, str, str]:
    return (naming.start or "9999", naming.label, naming.address)


def _section(naming: Naming) -> Section:
    other = Section("other-" + naming.kind, plural(class_label(naming.kind)).capitalize(), naming.kind)
    return next((section for section in SECTIONS if section.holds(naming)), other)


def namings(rows: Iterable[Row]) -> Iterator[Naming]:
    """Each thing once, with the properties by which it names this one, preferably our own."""
    by_address: dict[str, list[Row]] = {}
    for row in rows:
        by_address.setdefault(text(row["subject"]), []).append(row)
    for address, all_ in by_address.items():
        properties = [text(row["property"]) for row in all_]
        own = [p for p in properties if p.startswith(iris.NS)] or properties
        names = frozenset(name_of(p) for p in own)
        how = ", ".join(sorted({property_label(p) for p in own}))
        kind = (iris.split(address) or ("",))[0]
        yield Naming(address, kind, text(all_[0]["label"]), names, how, text(all_[0]["start"]))
