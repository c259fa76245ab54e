"""Who a listing is about: a known organization of that very name whose country agrees, or a party of its own.

A name alone never makes an organization a listed one, for a false label of that kind does harm: where no country
agrees, the party stands by itself and the pair is in doubt. A decision on the address of the listing settles it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from loaders.resolution.countries import country_names
from loaders.resolution.decisions import Decision
from loaders.resolution.doubts import Doubt, Facts
from loaders.resolution.record import RULES, Joined
from loaders.resolution.resolver import DECISION, LISTED, LISTINGS, Resolver
from loaders.resolution.spelling import spelling
from ontology import iris


@dataclass
class Parties:
    """Gives each listing its party; `places` are the countries by address in which an organization is known to be."""

    resolver: Resolver
    new: Callable[[str], str]
    places: Mapping[str, Collection[str]] = field(default_factory=dict)
    joined: list[Joined] = field(default_factory=list)
    doubts: dict[frozenset[str], Doubt | None] = field(default_factory=dict)  # by addresses; None where decided
    own: dict[str, list[tuple[str, set[str]]]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._decided: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
        for one in self.resolver.decisions:
            for here, other in ((one.a, one.b), (one.b, one.a)):
                if here.startswith(LISTINGS):
                    self._decided[here].append((other, one))
        self.unused = {one for found in self._decided.values() for _, one in found}

    def party(self, name: str, listing: str, countries: set[str], on: str) -> str:
        """The address of who is listed under a name; `on` is the list, in words, and `countries` those of addresses."""
        settled = self._settled(name, listing)
        if settled:
            return settled
        match, bearers = self.resolver.match(name), self.resolver.bearers(name)
        if match and match.rule == DECISION:
            return self.resolver.resolve(name, form=False).address
        near = [a for a in sorted(bearers) if self._where(a) & countries]
        if len(near) == 1 and not self._refused(listing, near[0]):
            names = tuple(sorted({name, *self.resolver.alike(name, near[0])}))
            self.joined.append(Joined(near[0], names, LISTED, f"{RULES[LISTED]}: {_words(countries)}"))
            return near[0]
        who = self._own(name, countries)
        for address in sorted(bearers):
            self._doubt((name, who), address, listing, countries, f"the very name of a party on the {on}")
        return who

    def alias(self, name: str, who: str, listing: str, countries: set[str], on: str) -> None:
        """Note the organizations that bear, as their name, what a list gives as another name of a party."""
        for address in sorted(self.resolver.bearers(name) - {who}):
            self._doubt((name, who), address, listing, countries, f"another name of a party on the {on}")
        self.facts.setdefault(name, Facts(who, _one(countries)))

    def _settled(self, name: str, listing: str) -> str:
        for other, one in self._decided.get(listing, ()):
            self.unused.discard(one)
            if one.verdict == "same":
                address = other if other.startswith(iris.THINGS) else self.resolver.find(other)
                if address not in self.resolver.names:
                    raise one.bad("b", f"nothing is called {other!r}", "Write a name as printed, or its address.")
                self.joined.append(Joined(address, (listing, name), DECISION, one.reason, one.source, one.date))
                return address
        return ""

    def _refused(self, listing: str, address: str) -> Decision | None:
        """The decision that keeps a listing and an organization apart, or says that nobody knows."""
        for other, one in self._decided.get(listing, ()):
            if other == address or self.resolver.find(other) == address:
                return one
        return None

    def _doubt(self, party: tuple[str, str], address: str, listing: str, countries: set[str], why: str) -> None:
        here, decided = self._where(address), self._refused(listing, address)
        pair = frozenset((address, party[1]))
        if pair in self.doubts or (decided and decided.verdict != "unsure"):
            self.doubts.setdefault(pair, None)
            return
        if decided:
            against = f"decided unsure on {decided.date}: {decided.reason}"
        elif here and countries:
            against = f"listed with an address in {_words(countries)}, and known to be in {_words(here)}"
        else:
            against = "the country of one is not known, so that the name alone speaks for it"
        known = min(self.resolver.alike(party[0], address) or {party[0]})
        reasons = ("100 of 100 alike", f"{why}, “{party[0]}”")
        day = decided.date if decided else ""
        self.doubts[pair] = Doubt(known, listing, address, party[1], 100.0, reasons, (against,), day)

    def _own(self, name: str, countries: set[str]) -> str:
        """A party that no known organization is; entries of one name and one country are of one party."""
        for address, where in self.own[spelling(name)]:
            if where & countries:
                where |= countries
                return address
        address = self.new(name)
        self.own[spelling(name)].append((address, set(countries)))
        self.facts.setdefault(name, Facts(address, _one(countries)))
        return address

    def _where(self, address: str) -> set[str]:
        return {*self.resolver.seats.get(address, ()), *self.places.get(address, ())}


def _words(countries: Collection[str]) -> str:
    return " and ".join(sorted(country_names().get(one, one.rpartition("/")[2]) for one in countries))


def _one(countries: Collection[str]) -> str:
    return next(iter(countries)) if len(countries) == 1 else ""
