"""One thing as a page shows it: its names and facts, the claims about it in words, and what they rest on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal

from ontology import iris
from ontology.terms import PROV, RDF_TYPE, RDFS, SKOS, SUBCLASS, SUBPROPERTY, model
from server.evidence import Citation, Evidence, is_citation
from server.sections import Naming, Section, arrange, namings
from server.sentences import Claim, Part, name_of, read, sentence
from server.served import Row, Served, text
from server.show import Value, property_label

SHOWN = 40
MOST = 1000  # things that name a thing by one property; of more, only so many are read
NAMES = {SKOS + "prefLabel", SKOS + "altLabel"}
DERIVED_FROM = PROV + "wasDerivedFrom"
ELSEWHERE = {RDF_TYPE.value, RDFS + "label", *NAMES, DERIVED_FROM}
CONFIDENCE = {iris.NS + "confidence", iris.NS + "claimedBy"}
# How facts are ordered; others follow by label.
ORDER = (
    "identifier", "title", "participant", "role", "on", "in", "onBehalfOf", "member", "affiliationType", "of",
    "attributed", "country", "notCountry", "attributionRule", "listed", "list", "policy", "technology", "answer",
    "eventType", "findingType", "what", "measure", "aboutCountry", "aboutAgent", "aboutBody", "aboutGroup",
    "aboutDocument", "aboutDocumentType", "aboutTechnology", "aboutRole", "about", "comparator", "value", "valueText",
    "minValue", "maxValue", "unit", "numerator", "denominator", "missing", "source", "section", "table", "note",
    "status", "body", "partOf", "established", "dissolved", "start", "end", "date", "asOf", "period",
)  # fmt: skip
RANK = {name: rank for rank, name in enumerate(ORDER)}
# The values of each property, and of each whether the build has derived it.
Said = dict[str, list[tuple[Value, bool]]]


@dataclass(frozen=True)
class Statement:
    """A claim on a page: its sentence, how it is vouched for, and the numbers of its citations."""

    claim: Claim
    parts: list[Part]
    confidence: Value | None
    claimed_by: list[Value]
    marks: list[int]
    derived_from: list[Value]

    @property
    def address(self) -> str:
        """The address of the claim."""
        return self.claim.address


@dataclass(frozen=True)
class Fact:
    """A property of a thing with its values; `derived` if the build has added all of them."""

    property: str
    label: str
    values: list[Value]
    derived: bool


@dataclass(frozen=True)
class Group:
    """A section of a page: claims in words, or things that name this one; `total` counts those left out too."""

    section: Section
    statements: list[Statement]
    things: list[Naming]
    total: int

    @property
    def more(self) -> int:
        """How many are left out."""
        return self.total - len(self.statements) - len(self.things)


@dataclass
class Thing:
    """A page of one thing."""

    address: str
    kind: str
    label: str
    chinese: str
    classes: list[str]
    preferred: list[Value]
    aliases: list[Value]
    facts: list[Fact]
    own: Statement | None
    groups: list[Group] = field(default_factory=list)
    evidence: list[Citation] = field(default_factory=list)
    cited: int = 0

    @property
    def class_label(self) -> str:
        """The label of the most special of the thing's classes."""
        return model().label(self.classes[0]) if self.classes else ""

    @property
    def short(self) -> str:
        """Kind and slug, as saved queries take it: `group/iso-iec-jtc-1-wg-11`."""
        return self.address.removeprefix(iris.THINGS)

    @property
    def path(self) -> str:
        """Where this thing is on this server."""
        return "/id/" + self.address.removeprefix(iris.THINGS)


def find(served: Served, address: str, shown: slice = slice(SHOWN), section: str = "") -> Thing | None:
    """The page of a thing, from few queries; None if nothing is said of it.

    `shown` are the statements of each section that are read, and `section` is the key of the only one, if it is named.
    """
    rows = served.run("thing", thing=address)
    if not rows:
        return None
    evidence = Evidence()
    thing = _itself(address, rows, evidence)
    counts = {text(row["property"]): int(text(row["count"])) for row in served.run("naming-counts", thing=address)}
    named = list(namings(_naming(served, address, counts)))
    thing.facts = _without_inverses(thing.facts, {naming.address for naming in named})
    said = {value.text for fact in thing.facts for value in fact.values}
    found = arrange(naming for naming in named if naming.address not in said)
    found = [(part, all_) for part, all_ in found if section in ("", part.key)]
    wanted = [naming.address for part, all_ in found for naming in all_[shown] if part.claims]
    claims = {claim.address: claim for claim in read(served.run("claims", claim=wanted))} if wanted else {}
    many = {name_of(property_): count for property_, count in counts.items() if count > MOST}
    thing.groups = [
        _group(part, all_[shown], max(len(all_), *_counted(all_, many)), claims, address, evidence)
        for part, all_ in found
    ]
    own = [text(row["value"]) for row in rows if text(row["property"]) == DERIVED_FROM]
    thing.cited = len({*evidence.numbers, *filter(is_citation, own)})
    evidence.marks(own if shown.stop is None else own[: max(0, shown.stop - len(evidence.numbers))])
    thing.evidence = evidence.citations(served)
    return thing


def _naming(served: Served, address: str, counts: dict[str, int]) -> list[Row]:
    """What names a thing; of properties by which more than MOST things name it, some of them."""
    few = [property_ for property_, count in counts.items() if count <= MOST]
    rows = list(served.run("naming", thing=address, property=few)) if few else []
    for property_ in counts.keys() - few:
        rows += served.run("naming-some", thing=address, property=property_)
    return rows


def _counted(found: Sequence[Naming], many: dict[str, int]) -> list[int]:
    """How many name a thing by each of the properties of which only some were read."""
    return [0, *(many[name] for name in {name for naming in found for name in naming.via} & many.keys())]


def _group(
    section: Section, shown: Sequence[Naming], total: int, claims: dict[str, Claim], about: str, evidence: Evidence
) -> Group:
    if not section.claims:
        return Group(section, [], list(shown), total)
    said = [statement(claims[naming.address], about, evidence) for naming in shown if naming.address in claims]
    return Group(section, said, [], total)


def statement(claim: Claim, about: str, evidence: Evidence) -> Statement:
    """A claim as a page shows it, its citations numbered."""
    sources = claim.values.get("wasDerivedFrom", [])
    confidence = claim.values.get("confidence", [])
    return Statement(
        claim,
        sentence(claim, about),
        confidence[0] if confidence else None,
        claim.values.get("claimedBy", []),
        evidence.marks(source.text for source in sources),
        [source for source in sources if not is_citation(source.text)],
    )


def _itself(address: str, rows: Sequence[Row], evidence: Evidence) -> Thing:
    """The thing without what others say of it."""
    values: Said = defaultdict(list)
    for row in rows:
        term = row["value"]
        if term is not None:
            derived = text(row["graph"]) == iris.graph("derived")
            values[text(row["property"])].append((Value(term, text(row["label"])), derived))
    names = [value for property_ in sorted(NAMES, reverse=True) for value, _ in values.get(property_, ())]
    label = text(values[RDFS + "label"][0][0].term) if values.get(RDFS + "label") else address
    chinese = next((n.text for n in names if isinstance(n.term, Literal) and n.term.language == "zh"), "")
    kind = (iris.split(address) or ("",))[0]
    own = _own(address, kind, values, evidence)
    return Thing(
        address,
        kind,
        label,
        "" if chinese == label else chinese,
        _classes(values),
        [name for name, _ in values.get(SKOS + "prefLabel", ())],
        [name for name in names if name.text not in (label, chinese)],
        _facts(values, hidden=CONFIDENCE if own else set()),
        own,
    )


def _own(address: str, kind: str, values: Said, evidence: Evidence) -> Statement | None:
    """The thing's own sentence, if it is a claim."""
    if iris.NS + "confidence" not in values:
        return None
    named = {name_of(property_): [value for value, _ in found] for property_, found in values.items()}
    return statement(Claim(address, kind, defaultdict(list, named)), "", evidence)


def _classes(values: Said) -> list[str]:
    """The thing's classes, the most special one first."""
    classes = [value.text for value, _ in values.get(RDF_TYPE.value, ()) if value.text.startswith(iris.NS)]
    return sorted(classes, key=lambda c: (-len(model().above(c, SUBCLASS)), c))


def _facts(values: Said, hidden: set[str]) -> list[Fact]:
    """Properties in words, without those that only repeat another or serve to compare dates."""
    kept = [p for p in values if p not in ELSEWHERE | hidden and model().form(p) != "bound" and not _repeats(p, values)]
    ordered = sorted(kept, key=lambda p: (RANK.get(name_of(p), len(RANK)), property_label(p)))
    return [
        Fact(p, property_label(p), [value for value, _ in values[p]], all(derived for _, derived in values[p]))
        for p in ordered
    ]


def _without_inverses(facts: list[Fact], naming: set[str]) -> list[Fact]:
    """Facts without derived ones whose things all say the same from their side, in a section of their own."""
    return [fact for fact in facts if not (fact.derived and all(value.text in naming for value in fact.values))]


def _repeats(property_: str, values: Said) -> bool:
    """Whether all values of a property stand under a more special one too."""
    special = [p for p in values if p != property_ and property_ in model().above(p, SUBPROPERTY)]
    said = {value.text for p in special for value, _ in values[p]}
    return bool(special) and all(value.text in said for value, _ in values[property_])
