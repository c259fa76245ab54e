"""People and organizations: who had which role on a document, and for whom; a blank name is nobody."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from loaders.relaton.bodies import Bodies
from loaders.relaton.contributors import Organization, Person
from loaders.relaton.documents import DERIVED_FROM, Shelf
from loaders.relaton.lookup import Lookup, normal, person_key
from loaders.relaton.merge import age, published
from loaders.relaton.record import Record
from loaders.relaton.writer import Writer, date, text
from loaders.resolution.spelling import nobody
from ontology import iris
from ontology.terms import model

NOBODY = frozenset({"", "vacant", "tbd", "n a", "none", "unknown", "unassigned", "waiting for new company"})
_ROLES = {"author": "author", "editor": "editor", "adapter": "contributor", "performer": "contributor"}
_ROLES |= {"rapporteur": "rapporteur", "enabler": "sponsor", "realizer": "developer"}
NO_ROLE = (("", ""),)


@dataclass
class Mention:
    """One person on one document, with the organizations and groups beside the name."""

    document: str
    person: Person
    groups: frozenset[str]
    organizations: dict[str, str] = field(default_factory=dict)  # address to name as printed


class People:
    """Writes the people of one set, with what they did and whom they stood for, as of the day of the crawl."""

    def __init__(self, shelf: Shelf, bodies: Bodies, writer: Writer, source: str, day: str) -> None:
        self.shelf, self.bodies, self.writer, self.source, self.day = shelf, bodies, writer, source, day
        self.lookup: Lookup = shelf.lookup
        self.counts: Counter[str] = Counter()
        self.names: Counter[str] = Counter()
        self.spelt: dict[str, Counter[str]] = defaultdict(Counter)
        self.cited: dict[str, str] = {}
        self.called: dict[str, str] = {}
        self.employed: dict[tuple[str, str], set[str]] = defaultdict(set)

    def write(self, addresses: Iterable[str]) -> None:
        """Write what the records of some documents say of people and of organizations with roles."""
        mentions: dict[str, list[Mention]] = defaultdict(list)
        addresses = list(addresses)
        for address in addresses:
            if self.shelf.records[address].records:
                self._organizations(address, self.shelf.records[address])
        for address, record in self._targets(addresses):
            for person in record.people:
                if normal(person.name) in NOBODY:
                    self._unknown(address, "roleHolder", address)
                    continue
                groups = frozenset(" ".join(c.path) for c in record.committees)
                mentions[person_key(person.name)].append(self._mention(address, person, groups))
            if not record.people and record.flavour == "3GPP":
                self._unknown(address, "roleHolder", address)
        for _, found in sorted(mentions.items()):
            for same in _one_each(found):
                self._person(same)
        self._affiliations()
        self._describe_organizations()

    def _targets(self, addresses: Iterable[str]) -> Iterable[tuple[str, Record]]:
        """What a role is on: in 3GPP the specification, as its newest record says; its versions all repeat the last."""
        for address in addresses:
            record = self.shelf.records[address]
            versions = self.shelf.versions.get(address)
            if record.flavour != "3GPP":
                yield address, record
            elif versions:
                found = (self.shelf.records[v] for v in versions)
                yield address, max(found, key=lambda r: (age(r)[0], published(r), r.place))

    def _mention(self, address: str, person: Person, groups: frozenset[str]) -> Mention:
        mention = Mention(address, person, groups)
        for name in person.organizations:
            if nobody(name):
                self.counts["affiliations that name nobody"] += 1
                continue
            organization = self.lookup.resolve(name)
            mention.organizations[organization] = name
            self.names[name] += 1
            self.spelt[organization][name] += 1
        return mention

    def _person(self, same: list[Mention]) -> None:
        """One person: the same name, with an organization or a group in common."""
        employers = {o for m in same for o in m.organizations}
        groups = {g for m in same for g in m.groups}
        names = Counter(m.person.name for m in same)
        label = max(names, key=lambda n: (not any(w.isupper() and len(w) > 2 for w in n.split()), names[n], n))
        known = self.lookup.people[person_key(label)]
        address = next((a for a, others in known if others & (employers | groups)), "")
        if not address:
            hint = f"{label} {min(employers).rpartition('/')[2]}" if known and employers else label
            address = self.lookup.address("person", hint)
            known.append((address, employers | groups))
            self.writer.describe(address, iris.NS + "Person", label, sorted(names))
            self.writer.name(address, label)
        self.called[address] = label
        for mention in same:
            self._participation(address, label, mention)

    def _participation(self, person: str, label: str, mention: Mention) -> None:
        citation = self.citation(mention.document)
        self.writer.link(person, DERIVED_FROM, citation)
        rapporteur = self.shelf.records[mention.document].flavour == "3GPP"
        for type_, description in mention.person.roles or (("author", ""),):
            role = "rapporteur" if rapporteur and type_ == "author" else self.role(type_, description)
            document = self.shelf.records[mention.document].identifiers[0]
            for_ = ", ".join(sorted(mention.organizations.values()))
            claim = self._claim("participation", mention.document, role, person)
            self._printed(claim, role, type_, description)
            who = f"{label} (for {for_})" if for_ else label
            words = f"{who}: {model().label(iris.NS + role)}, {document}, {self.day}"
            self.writer.describe(claim, iris.NS + "Participation", words)
            self.writer.link(claim, iris.NS + "participant", person)
            self.writer.link(claim, iris.NS + "role", iris.NS + role)
            self.writer.link(claim, iris.NS + "on", mention.document)
            for organization in mention.organizations:
                self.writer.link(claim, iris.NS + "onBehalfOf", organization)
            self._evidence(claim, [citation])
            self.counts[f"participations as {role}"] += 1
        for organization in mention.organizations:
            self.employed[person, organization].add(citation)
        if not mention.organizations:
            self.counts["participations without an employer"] += 1
            self._unknown(mention.document, "employer", person)

    def _organizations(self, address: str, record: Record) -> None:
        """Publishers; bodies and their committees as authors; and organizations with any other role."""
        bodies = self.bodies.bodies(record)
        for organization in record.organizations:
            known = self.bodies.is_body(organization)
            for type_, description in organization.roles or NO_ROLE:
                own = known in bodies or (description == "committee" and not organization.name)
                if type_ == "author" and own:
                    self.writer.link(address, iris.NS + "authoredBy", known or bodies[0])
                elif not (name := organization.name or organization.abbreviation) or (nobody(name) and not known):
                    self.counts["contributing organizations without a name"] += 1
                else:
                    who = self._known_as(organization, known)
                    if type_ == "publisher":
                        self.writer.link(address, iris.NS + "publishedBy", who)
                        self.writer.link(who, DERIVED_FROM, self.bodies.cite)
                    else:
                        self._organization(address, record, (name, who), type_, description)

    def _known_as(self, organization: Organization, known: str) -> str:
        name = organization.name or organization.abbreviation
        if known:
            return known
        who = self.lookup.resolve(name)
        self.names[name] += 1
        self.spelt[who].update([name, *organization.others])
        return who

    def _organization(self, address: str, record: Record, who: tuple[str, str], type_: str, description: str) -> None:
        role = self.role(type_, description)
        claim = self._claim("participation", address, role, who[1])
        words = f"{who[0]}: {model().label(iris.NS + role)}, {record.identifiers[0]}, {self.day}"
        self.writer.describe(claim, iris.NS + "Participation", words)
        self.writer.link(claim, iris.NS + "participant", who[1])
        self.writer.link(claim, iris.NS + "role", iris.NS + role)
        self.writer.link(claim, iris.NS + "on", address)
        self._printed(claim, role, type_, description)
        self._evidence(claim, [self.citation(address)])
        self.writer.link(who[1], DERIVED_FROM, self.citation(address))
        self.counts[f"participations of organizations as {role}"] += 1

    def _printed(self, claim: str, role: str, type_: str, description: str) -> None:
        """The role as printed, where the role of the ontology does not tell it."""
        label = model().label(iris.NS + role).casefold()
        if printed := ": ".join(word for word in (type_, description) if word and word.casefold() != label):
            self.writer.literal(claim, iris.NS + "printedRole", text(printed))

    def role(self, type_: str, description: str) -> str:
        """The role for a printed type: one that its description names, else that of the type, else contributor."""
        found = _role_labels().get(description.casefold()) or _role_labels().get(type_.casefold())
        if not found and type_ not in _ROLES:
            self.counts[f"roles printed as {type_!r}, kept as contributor" if type_ else "roles without a type"] += 1
        return found.removeprefix(iris.NS) if found else _ROLES.get(type_, "contributor")

    def citation(self, document: str) -> str:
        """The place of a document's records in the set: its identifier, by which they are found."""
        if document not in self.cited:
            slug = f"{self.source}-{document.rpartition('/')[2]}"
            identifier = self.shelf.records[document].identifiers[0]
            self.cited[document] = cite(self.writer, self.source, slug, identifier)
        return self.cited[document]

    def _claim(self, kind: str, *parts: str) -> str:
        return iris.thing(kind, "-".join(iris.slugify(part.rpartition("/")[2]) for part in (self.source, *parts)))

    def _evidence(self, claim: str, citations: Iterable[str]) -> None:
        self.writer.link(claim, iris.NS + "confidence", iris.NS + "observed")
        self.writer.literal(claim, iris.NS + "asOf", date(self.day))
        self.writer.bounds(claim, self.day)
        for citation in citations:
            self.writer.link(claim, DERIVED_FROM, citation)

    def _unknown(self, document: str, what: str, about: str) -> None:
        self.counts[f"unknown: {model().label(iris.NS + what)}"] += 1
        claim = self._claim("unknown", what, about, *([document] if about != document else []))
        words = f"not known: {model().label(iris.NS + what)}, {self.shelf.records[document].identifiers[0]}, {self.day}"
        self.writer.describe(claim, iris.NS + "Unknown", words)
        self.writer.link(claim, iris.NS + "what", iris.NS + what)
        self.writer.link(claim, iris.NS + "about", about)
        self._evidence(claim, [self.citation(document)])

    def _affiliations(self) -> None:
        for (person, organization), citations in sorted(self.employed.items()):
            claim = self._claim("affiliation", person, organization)
            words = f"{self.called[person]}: employment, {self._best(organization)}, {self.day}"
            self.writer.describe(claim, iris.NS + "Affiliation", words)
            self.writer.link(claim, iris.NS + "member", person)
            self.writer.link(claim, iris.NS + "of", organization)
            self.writer.link(claim, iris.NS + "affiliationType", iris.NS + "employment")
            self._evidence(claim, sorted(citations))
            for citation in citations:
                self.writer.link(organization, DERIVED_FROM, citation)

    def _best(self, organization: str) -> str:
        """The spelling of an organization's name that occurs most."""
        names = self.spelt[organization]
        return max(names, key=lambda name: (names[name], name))

    def _describe_organizations(self) -> None:
        for organization, names in sorted(self.spelt.items()):
            if organization in self.lookup.described:
                continue
            self.lookup.described.add(organization)
            label = self._best(organization)
            self.writer.describe(organization, iris.NS + "Organization", label, sorted(names))
            self.writer.name(organization, label)


@cache
def _role_labels() -> dict[str, str]:
    return {model().label(term).casefold(): term for term in model().terms if iris.NS + "Role" in model().types(term)}


def cite(writer: Writer, source: str, slug: str, section: str) -> str:
    """Write one citation and give its address."""
    address = iris.thing("citation", slug)
    writer.describe(address, iris.NS + "Citation", section)
    writer.link(address, iris.NS + "source", iris.thing("source", source))
    writer.literal(address, iris.NS + "section", text(section))
    return address


def _one_each(mentions: list[Mention]) -> list[list[Mention]]:
    """Mentions of one name, parted into people.

    Two are one person where they share an organization or a group, or stand on one document.
    """
    people: list[tuple[set[str], list[Mention]]] = []
    for mention in mentions:
        marks = {*mention.organizations, *mention.groups, mention.document}
        same = [entry for entry in people if entry[0] & marks]
        people = [entry for entry in people if not entry[0] & marks]
        joined = [m for _, found in same for m in found] + [mention]
        people.append((marks.union(*(found for found, _ in same)), joined))
    return [found for _, found in people]
