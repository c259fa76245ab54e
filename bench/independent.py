"""Stored measures of the 3GPP set against a second computation: PyYAML and plain Python over the archive itself.

It shares no code with the loader or with `queries.measures`. Of the release it takes only which organization a printed
name means, and its countries and parent. The archive is `data/relaton-3gpp.tar.xz` in PLENARY_SHARED; minutes long.
"""

import os
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import statsmodels.api as sm
import yaml
from pyoxigraph import QuerySolutions, Store

from ontology import iris, releases

ARCHIVE = Path(os.environ.get("PLENARY_SHARED", "../shared")) / "data" / "relaton-3gpp.tar.xz"
NOBODY = ("", "Waiting for new Company")
LETTERS = {"S": "SA", "R": "RAN", "C": "CT"}
PREFIX = f"PREFIX plen: <{iris.NS}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
PREFIX += "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
NAMES = "SELECT ?name ?it { { SELECT DISTINCT ?it { ?claim plen:onBehalfOf ?it } } "
NAMES += "{ ?it skos:prefLabel ?name } UNION { ?it skos:altLabel ?name } }"
STORED = """SELECT ?measure ?scope ?rule ?period ?actor ?value ?numerator ?denominator ?missing ?low ?p {
  ?it plen:measure ?kind ; plen:aboutScope/rdfs:label ?scope ; plen:aboutRole plen:rapporteur ; plen:value ?value ;
    plen:attributionRule ?attribution ; plen:denominator ?denominator .
  BIND (STRAFTER(STR(?kind), "#") AS ?measure) BIND (STRAFTER(STR(?attribution), "#") AS ?rule)
  OPTIONAL { ?it plen:period/rdfs:label ?period } OPTIONAL { ?it plen:aboutActor ?actor }
  OPTIONAL { ?it plen:numerator ?numerator } OPTIONAL { ?it plen:missing ?missing }
  OPTIONAL { ?it plen:minValue ?low ; plen:pValue ?p } }"""
Key = tuple[str, ...]
Numbers = tuple[float, ...]


class Specification(NamedTuple):
    """Its number, the code of the group that leads, the first year, and the names of employers; "" and 0 are none."""

    name: str
    lead: str
    year: int
    employers: frozenset[str]


def _list(value: Any) -> list[Any]:  # noqa: ANN401  (YAML of any form)
    return value if isinstance(value, list) else [value] if value else []


def _text(value: Any) -> str:  # noqa: ANN401
    return " ".join((value if isinstance(value, str) else value.get("content", "")).split())


def specifications(records: Iterable[dict[str, Any]]) -> Iterator[Specification]:
    """Out of records of versions: people and group as in the newest schema, and the year of the first date."""
    found = defaultdict(list)
    for record in records:
        _, kind, rest = _list(record["docid"])[0]["id"].split(" ", 2)
        found[f"{kind} {rest.partition('/')[0].partition(':')[0]}"].append(record)
    for name, versions in found.items():
        versions.sort(key=lambda record: record.get("schema-version", ""), reverse=True)
        groups = (_list((r.get("ext") or {}).get("editorialgroup") or r.get("editorialgroup")) for r in versions)
        prime = [g["name"] for g in next(filter(None, groups), []) if g["type"] == "prime"]
        dates = (d["value"] for r in versions for d in _list(r.get("date")) if d["type"] == "published")
        yield Specification(name, "".join(prime[:1]), int(min(dates, default="0")[:4]), _employers(versions[0]))


def _employers(record: dict[str, Any]) -> frozenset[str]:
    people = [c["person"] for c in _list(record.get("contributor")) if "person" in c]
    found = set()
    for person in people:
        names = [_text(n) for a in _list(person.get("affiliation")) for n in _list(a["organization"]["name"])]
        found |= {"" if name in NOBODY else name for name in names or [""]}
    return frozenset(found or {""})


def group(code: str) -> str:
    """The label of a group that is open today; nothing for closed ones and for none."""
    if code[:1] in LETTERS and code[1:] and (code[1:] == "P" or code[1:].isdigit()):
        return f"3GPP {LETTERS[code[0]]}{code[1:].removesuffix('P')}"
    return ""


def figures(specs: Iterable[Specification], actor: Callable[[str], str], side: str) -> Iterator[tuple[Key, Numbers]]:
    """All figures of one rule and one kind of actor: key (measure, scope, period, actor) and numbers as stored."""
    pairs = defaultdict(list)
    for spec in specs:
        for scope in filter(None, ("3GPP", group(spec.lead))):
            for name in spec.employers:
                pairs[scope, ""].append((actor(name), spec))
                if spec.year:
                    first = spec.year // 5 * 5
                    pairs[scope, f"{first}-{first + 4}"].append((actor(name), spec))
    for (scope, period), found in pairs.items():
        counts, total = Counter(who for who, _ in found), len(found)
        missing = counts.pop("", 0)
        yield (f"{side}Unknown", scope, period, ""), (100 * missing / total, missing, total)
        for who, count in counts.items():
            yield ("documentRoleShare", scope, period, who), (100 * count / total, count, total, missing)
        if counts:
            index = sum((count / (total - missing)) ** 2 for count in counts.values())
            yield (f"{side}Concentration", scope, period, ""), (index, total, missing)
        dated = [(who, spec) for who, spec in found if spec.year]
        known = [(who, spec) for who, spec in dated if who]
        for who, count in Counter(who for who, _ in known).items() if not period else ():
            if min(count, len(known) - count) >= 20 and (fit := regression(known, who)):
                numbers = (fit[0], count, len(dated), len(dated) - len(known), *fit[1:])
                yield ("documentRoleOddsRatio", scope, "", who), numbers


def regression(pairs: list[tuple[str, Specification]], who: str) -> Numbers | None:
    """Odds ratio a year, lower bound and p, errors clustered by specification; None where years part the outcomes."""
    years, hit = np.array([float(spec.year) for _, spec in pairs]), np.array([name == who for name, _ in pairs])
    if years[hit].max() <= years[~hit].min() or years[~hit].max() <= years[hit].min():
        return None
    clusters = np.unique([spec.name for _, spec in pairs], return_inverse=True)[1]
    model = sm.GLM(hit.astype(float), sm.add_constant(years - 2000), family=sm.families.Binomial())
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    return float(np.exp(fit.params[1])), float(np.exp(fit.conf_int()[1][0])), float(fit.pvalues[1])


def _rows(store: Store, query: str) -> Iterator[list[str]]:
    found = store.query(PREFIX + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    yield from ([getattr(value, "value", "") for value in row] for row in found)


def compare(store: Store, records: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int, int, int]]:
    """For each measure: figures of both, those of them that agree to 0.0001 of their value, and those of one alone."""
    names = {" ".join(name.split()): it for name, it in _rows(store, NAMES)}
    seat, control, above = (
        dict(_rows(store, f"SELECT ?it ?of {{ ?it plen:{name} ?of }}"))
        for name in ("registeredIn", "controlledFrom", "ultimateParentCompany")
    )
    tops, specs = set(above.values()), list(specifications(records))
    own = {name: it for name, it in names.items() if it in tops or it in control}
    actors: dict[tuple[str, str], Callable[[str], str]] = {
        ("registration", "country"): lambda name: seat.get(names.get(name, ""), ""),
        ("registration", "organization"): lambda name: names.get(name, ""),
        ("delegation", "country"): lambda name: "",  # no source feeds this rule, so all are unknown
        ("ultimateParent", "country"): lambda name: control.get(names.get(name, ""), ""),
        ("ultimateParent", "organization"): lambda name: above.get(names.get(name, ""), own.get(name, "")),
    }
    mine = {(k[0], rule, *k[1:]): v for (rule, s), a in actors.items() for k, v in figures(specs, a, s)}
    stored = {(r[0], r[2], r[1], r[3], r[4]): tuple(float(n) for n in r[5:] if n) for r in _rows(store, STORED)}
    scopes = {key[2] for key in mine}
    for measure in sorted({key[0] for key in mine}):
        one, two = ({k for k in of if k[0] == measure and k[2] in scopes} for of in (mine, stored))
        agree = sum(np.allclose(mine[k], stored[k], rtol=1e-4, atol=1e-6) for k in one & two)
        yield measure, len(one & two), agree, len(one ^ two)


def read(archive: Path) -> Iterator[dict[str, Any]]:
    """Every record of an archive, by PyYAML, scalars as text."""
    with tarfile.open(archive, "r|xz") as files:
        for file in files:
            if (content := files.extractfile(file)) is not None:
                yield yaml.load(content.read(), Loader=yaml.CBaseLoader)


def run() -> Iterator[str]:
    """A line for each measure: how many figures agree."""
    release = releases.current(releases.DEFAULT)
    if "relaton-3gpp" not in release.about["graphs"] or not ARCHIVE.exists():
        yield "independent: needs a release with relaton-3gpp, and its archive in PLENARY_SHARED"
        return
    for measure, both, agree, alone in compare(Store.read_only(str(release.store)), read(ARCHIVE)):
        yield f"{measure}: {agree:,} of {both:,} figures agree; {alone:,} stand on one side only"
