"""What resolution did, as statements with evidence: a source of its own, and a file for the page and the command."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from loaders.relaton.people import cite
from loaders.relaton.writer import Writer, text
from loaders.resolution.decisions import Decision
from loaders.resolution.doubts import Doubt, Facts, doubts
from loaders.resolution.resolver import DECISION, FORM, LISTED, SPELLING, Resolver
from loaders.resolution.spelling import spelling
from ontology import iris
from ontology.terms import DCTERMS, PLEN, PROV, SKOS

SOURCE = "entity-resolution"
FILE = "resolution.json"
SHOWN = 5  # decisions without effect that the summary names
RULE = "Equal but for case, accents, punctuation, blanks, initials in a bracket and the spelling of one legal form"
FORM_RULE = "Equal but for Inc. or Corp., in a country whose law has that form, and nobody else bears the name"
LISTED_RULE = "The very name on a screening list, and a country in which both the listing and the organization are"
RULES = {SPELLING: RULE, FORM: FORM_RULE, LISTED: LISTED_RULE}


@dataclass(frozen=True)
class Joined:
    """Names that were found to be of one organization, by a rule or by one decision."""

    address: str
    names: tuple[str, ...]
    rule: str
    reason: str
    source: str = ""
    date: str = ""


@dataclass(frozen=True)
class Above:
    """A decision on what is above an organization, with addresses; `parent_address` is empty where none is named."""

    name: str
    address: str
    parent: str
    parent_address: str
    reason: str
    source: str
    date: str


def joined(resolver: Resolver) -> list[Joined]:
    """All joins of more than one name, by address."""
    spelt: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    decided: dict[tuple[str, Decision], set[str]] = defaultdict(set)
    for name, match in resolver.matches.items():
        for one in match.decisions:
            decided[match.address, one].add(name)
        if match.rule == FORM:
            spelt[match.address, FORM, ""] |= resolver.with_form(name, match.address)
        elif match.rule != DECISION:
            spelt[match.address, SPELLING, spelling(name)] |= resolver.alike(name, match.address)
    found = [Joined(a, tuple(sorted(n)), rule, RULES[rule]) for (a, rule, _), n in spelt.items() if len(n) > 1]
    found += [
        Joined(a, tuple(sorted({*names, one.a, one.b})), DECISION, one.reason, one.source, one.date)
        for (a, one), names in decided.items()
    ]
    return sorted(found, key=lambda j: (j.address, j.rule, j.names))


def write(found: Iterable[Joined], writer: Writer) -> None:
    """Every join as a finding about its organization, and the names that it gives it."""
    describe_source(writer)
    for one in found:
        for name in one.names:
            if not name.startswith(iris.THINGS):
                writer.literal(one.address, SKOS + "altLabel", text(name, "en"))
        names = ", ".join(f"“{name}”" for name in one.names if not name.startswith(iris.THINGS))
        words = f"One organization: {names}. {one.reason}."
        claim = claim_of("finding", one.address, _slug(f"{one.rule} {'-'.join(one.names)}"))
        writer.describe(claim, iris.NS + "Finding", f"identification: {words}")
        writer.link(claim, iris.NS + "findingType", PLEN.identification.value)
        writer.literal(claim, DCTERMS + "description", text(words, "en"))
        writer.link(claim, iris.NS + "about", one.address)
        if one.rule == DECISION:
            evidence(writer, claim, PLEN.stated.value, cite_decision(writer, one))
        else:
            cited = cite(writer, SOURCE, f"{SOURCE}-{iris.slugify(one.rule)}", f"Rule: {RULES[one.rule]}")
            sure = PLEN.estimated if one.rule == FORM else PLEN.derived
            evidence(writer, claim, sure.value, cited)


def keep(
    folder: Path,
    resolver: Resolver,
    found: list[Joined],
    above: Sequence[Above],
    known: Mapping[str, Facts],
    decided: Iterable[Decision],
    parties: Mapping[str, Facts],
    listed: Mapping[frozenset[str], Doubt | None],
) -> list[str]:
    """Write joins, decisions on parents and doubts into a release's folder; gives the summary, a line each.

    `parties` are listed and no known organization, with their names; `listed` are doubts on that, by addresses.
    """
    everything = dict(parties) | {name: Facts(match.address) for name, match in resolver.matches.items()} | dict(known)
    by_address = {facts.address: facts for facts in known.values()}
    addresses = {match.address for match in resolver.matches.values()}
    bearers = [by_address.get(address, Facts(address)) for address in addresses]
    near = doubts(resolver.matches, everything, decided)
    open_ = [one for one in listed.values() if one]
    open_ += [one for one in near if frozenset((one.a_address, one.b_address)) not in listed]
    unused = left(resolver, parties, decided)
    counts = {
        "names in tables and records": len(resolver.matches),
        "organizations that bear them": len(addresses),
        "of these with a known country of registration": sum(bool(b.country) for b in bearers),
        "of these with a known country of the ultimate parent": sum(bool(b.top_country) for b in bearers),
        "names joined by spelling": len({n for j in found if j.rule == SPELLING for n in j.names}),
        "names joined by a legal form more or less": len({n for j in found if j.rule == FORM for n in j.names}),
        "joins by decision": sum(j.rule == DECISION for j in found),
        "listings of a known organization by name and country": sum(j.rule == LISTED for j in found),
        "decisions on what is above an organization": len(above),
        "decisions without effect, as nothing bears a name of theirs": len(unused),
        "pairs in doubt, kept apart": len(open_),
    }  # fmt: skip
    kept = {
        "counts": counts,
        "joined": [asdict(one) for one in found],
        "parents": [asdict(one) for one in above],
        "doubts": [asdict(one) for one in open_],
        "left": unused,
    }
    (folder / FILE).write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = [f"  {count:>7} {what}" for what, count in counts.items()]
    lines += [f"          {one['verdict']}: nothing bears {one['missing']}" for one in unused[:SHOWN]]
    return ["entity resolution:", *lines, *([f"          … and {len(unused) - SHOWN} more"] if unused[SHOWN:] else [])]


def left(resolver: Resolver, parties: Iterable[str], decided: Iterable[Decision]) -> list[dict[str, str]]:
    """The decisions other than on parents that name something which nothing in the build bears, and what that is."""
    borne = {spelling(name) for names in resolver.names.values() for name in names} | set(map(spelling, parties))
    found = []
    for one in decided:
        names = [name for name in (one.a, one.b) if not name.startswith(iris.THINGS) and spelling(name) not in borne]
        if names and one.verdict != "parent":
            missing = " and ".join(f"“{name}”" for name in names)
            found.append({"a": one.a, "b": one.b, "verdict": one.verdict, "missing": missing})
    return found


def doubt(data: dict[str, object]) -> Doubt:
    """A doubt as it was kept."""
    return Doubt(**data)  # type: ignore[arg-type]


def claim_of(kind: str, address: str, rest: str) -> str:
    """The address of a claim of this source about an organization."""
    return iris.thing(kind, f"{SOURCE}-{address.rpartition('/')[2]}-{rest}")


def _slug(names: str) -> str:
    """Names as a part of an address; where letters are lost, as those of Chinese are, a hash tells them apart."""
    lost = any(c.isalnum() and not c.isascii() for c in unicodedata.normalize("NFKD", names))
    told = sha256(names.encode()).hexdigest()[:12] if lost else ""
    return "-".join(part for part in (iris.slugify(names), told) if part)


def cite_decision(writer: Writer, one: Decision | Joined) -> str:
    """Write the citation of a decision, with the page that it follows, and give its address."""
    pair = (one.a, one.b) if isinstance(one, Decision) else one.names
    shown = " / ".join(name.removeprefix(iris.THINGS) for name in pair)
    section = f"Decision of {one.date}: {shown}" + (f" (after {one.source})" if one.source else "")
    return cite(writer, SOURCE, f"{SOURCE}-{_slug(shown)}", section)


def evidence(writer: Writer, claim: str, confidence: str, cited: str) -> None:
    """Say how sure a claim is, and where it comes from."""
    writer.link(claim, iris.NS + "confidence", confidence)
    writer.link(claim, PROV + "wasDerivedFrom", cited)


def describe_source(writer: Writer) -> None:
    """What this source is."""
    address, label = iris.thing("source", SOURCE), "Entity resolution"
    writer.describe(address, iris.NS + "Source", label)
    writer.name(address, label)
    writer.literal(address, DCTERMS + "title", text("Which names are of one organization: rules and decisions", "en"))
    words = "Made by Plenary from the names of a build and loaders/decisions/organizations.csv, where a line undoes it."
    writer.literal(address, DCTERMS + "description", text(words, "en"))
