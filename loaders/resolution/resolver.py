"""From a printed name to the address of an organization; names meet by decision, by spelling, or by a legal form.

The last joins `Acme` and `Acme Inc.` only where the country of one is known and its law has that form, the other has no
other country, nobody else bears the name with any legal form, and no decision is about the two. Forms other than Inc.
and Corp. join nothing: they tell of a country, or are often those of a company below a group of that name.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from loaders.resolution.countries import country
from loaders.resolution.decisions import Decision, node
from loaders.resolution.spelling import forms, legal_form, spelling, stem
from ontology import iris

NEW, SPELLING, DECISION, FORM, LISTED = "new", "spelling", "decision", "legal form", "listing"
OPTIONAL = frozenset({"inc", "corp"})
LISTINGS = f"{iris.THINGS}listing/"


@dataclass(frozen=True)
class Match:
    """The address that a name was given, by which rule, and the decisions that it rests on."""

    address: str
    rule: str
    decisions: tuple[Decision, ...] = ()


@dataclass
class Resolver:
    """Addresses of organizations by name; `new` makes an address for a name that nobody bears yet.

    Of two names that a decision calls different, the first stands apart from the second and from all its spellings.
    """

    new: Callable[[str], str]
    decisions: Iterable[Decision] = ()
    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    matches: dict[str, Match] = field(default_factory=dict)
    seats: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stems: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self._pairs = {frozenset((node(one.a), node(one.b))) for one in self.decisions}
        self._above: dict[str, tuple[str, Decision]] = {}
        self._apart: dict[str, list[str]] = defaultdict(list)
        for one in self.decisions:
            if any(name.startswith(LISTINGS) for name in (one.a, one.b)):
                continue  # see loaders.listed
            if one.verdict == "different":
                name, other = (one.b, one.a) if one.a.startswith(iris.THINGS) else (one.a, one.b)
                self._apart[name].append(other)
            elif one.verdict == "same":
                self._join(one)

    def know(self, name: str, address: str) -> None:
        """Take in a name that a thing bears already."""
        self.addresses[self._key(name)].add(address)
        self.names[address].add(name)
        self.stems[stem(name)].add(address)

    def find(self, name: str) -> str:
        """The address of the one thing that bears a name, or nothing: neither where none does, nor where two do."""
        match = self.match(" ".join(name.split()))
        return match.address if match else ""

    def resolve(self, name: str, seat: str = "", form: bool = True) -> Match:
        """The address of the organization of that name; one of its own where nobody bears it, or more than one do.

        `seat` is the country of registration that is printed with the name; without `form` a legal form joins nothing.
        """
        name = " ".join(name.split())
        if name not in self.matches:
            match = self.match(name)
            if not match:
                match = (self._by_form(name, seat) if form else None) or self._new(name)
                self.addresses[self._key(name)].add(match.address)
            self.matches[name] = match
            self.names[match.address].add(name)
            self.stems[stem(name)].add(match.address)
        return self.matches[name]

    def alike(self, name: str, address: str) -> set[str]:
        """The names of an address that are joined with a name by spelling alone."""
        return {other for other in self.names[address] if spelling(other) == spelling(name)}

    def with_form(self, name: str, address: str) -> set[str]:
        """The names of an address that are a name but for their legal forms."""
        return {other for other in self.names[address] if stem(other) == stem(name)}

    def bearers(self, name: str) -> set[str]:
        """The addresses of all that bear a name, by spelling or by decision, and do not stand apart from it."""
        root, _ = self._root(name)
        found = {root} if root.startswith(iris.THINGS) else self.addresses.get(self._key(name), set())
        found = {a for a in found if "/organization/" in a} or found  # a body comes after what bears the very name
        return {address for address in found if not self._parted(name, address)}

    def match(self, name: str) -> Match | None:
        """The one thing that bears a name, and how it is known; nothing where none does, or two do."""
        found, (_, decided) = self.bearers(name), self._root(name)
        return Match(found.pop(), DECISION if decided else SPELLING, decided) if len(found) == 1 else None

    def _new(self, name: str) -> Match:
        root, decided = self._root(name)
        if self._key(name) != root or not decided:
            return Match(self.new(name), NEW)
        return Match(self.new(root), DECISION, decided)

    def _by_form(self, name: str, seat: str) -> Match | None:
        """The one organization that bears a name with a legal form more or less, if that is safe."""
        if name in self._apart or self._root(name)[1] or self.addresses.get(self._key(name)):
            return None
        found = self.stems.get(stem(name), set())
        if len(found) != 1:
            return None
        address = next(iter(found))
        others = self.with_form(name, address)
        borne = {legal_form(other) for other in (name, *others)}
        seats = {seat, *self.seats[address]} - {""}
        decided = any(frozenset((node(name), node(other))) in self._pairs for other in (address, *others))
        if decided or "" not in borne or len(borne) != 2 or len(seats) != 1 or (form := max(borne)) not in OPTIONAL:
            return None
        law = {country(place) for place in forms()[form]}
        return Match(address, FORM) if seats <= law and "/organization/" in address else None

    def _key(self, name: str) -> str:
        """What names are joined by: the spelling at the end of all decisions; the name itself where it is set apart."""
        root, _ = self._root(name)
        if any(self._root(other)[0] == root for other in self._apart.get(name, ())):
            return f"={name}"
        return root

    def _parted(self, name: str, address: str) -> bool:
        return any(other == address or other in self.names[address] for other in self._apart.get(name, ()))

    def _root(self, name: str) -> tuple[str, tuple[Decision, ...]]:
        path: list[Decision] = []
        here = node(name)
        while here in self._above and len(path) <= len(self._above):
            here, one = self._above[here]
            path.append(one)
        return here, tuple(path)

    def _join(self, one: Decision) -> None:
        """Lead a to b; where a leads elsewhere already, its end goes to b's."""
        start, end = self._root(one.a)[0], self._root(one.b)[0]
        if start != end:
            if start.startswith(iris.THINGS):  # an address is always the end
                start, end = end, start
            self._above[start] = (end, one)
