"""One person or two: the same name, in any order, and an employer or a group in common; never the name alone."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from loaders.relaton import load
from loaders.relaton.lookup import Lookup, person_key
from ontology import iris
from ontology.terms import PLEN, RDF_TYPE, SKOS

RECORD = """---
schema-version: v1.2.9
title: [{{content: Clocks, type: main}}]
docid: [{{id: '3GPP TS 99.00{number}:REL-17/17.0.0', type: 3GPP, primary: true}}]
date: [{{type: published, value: '2005-03-01'}}]
contributor:
- organization: {{name: [{{content: 3rd Generation Partnership Project}}], abbreviation: {{content: 3GPP}}}}
  role: [{{type: author}}, {{type: publisher}}]
- person: {{name: {name}, affiliation: [{employer}]}}
  role: [{{type: author}}]
ext: {{doctype: {{type: TS}}, editorialgroup: [{{name: {group}, type: prime}}]}}
"""
Mention = tuple[str, str, str]  # name, employer, group


def parted(name: str) -> str:
    given, _, surname = name.rpartition(" ")
    return f"{{given: {{forename: [{{content: {given}}}]}}, surname: {{content: {surname}}}}}"


def people(folder: Path, lookup: Lookup, *mentions: Mention) -> dict[str, set[str]]:
    """The people that some records make, by address, with their names."""
    folder.mkdir()
    for number, (name, employer, group) in enumerate(mentions, 1):
        said = parted(name) if "," not in name else f"{{completename: {{content: '{name}'}}}}"
        for_ = f"{{organization: {{name: [{{content: '{employer}'}}]}}}}" if employer else ""
        text = RECORD.format(number=number, name=said, employer=for_, group=group)
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    runs, store = folder / ".runs", Store()
    runs.mkdir()
    result = load([folder], lookup, runs, folder / ".cache", lambda step: None, {"": "2025-12-12"})
    for run in result.runs:
        store.bulk_load(path=run, format=RdfFormat.N_QUADS)
    found = {q.subject.value for q in store.quads_for_pattern(None, RDF_TYPE, PLEN.Person)}
    return {address: names(store, address) for address in found}


def names(store: Store, address: str) -> set[str]:
    labels = (NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel"))
    return {q.object.value for p in labels for q in store.quads_for_pattern(NamedNode(address), p, None)}


@pytest.mark.parametrize(
    ("one", "two", "persons"),
    [
        (("Ada Reed", "Mainspring Ltd", "S2"), ("Ada Reed", "Mainspring Limited", "R1"), 1),
        (("Ada Reed", "Mainspring Ltd", "S2"), ("Ada Reed", "Escapement AG", "S2"), 1),
        (("Ada Reed", "Mainspring Ltd", "S2"), ("REED, Ada", "Mainspring Ltd", "R1"), 1),
        (("Ada Reed", "Mainspring Ltd", "S2"), ("Reed Ada", "Mainspring Ltd", "R1"), 1),
        (("Li Wei", "Mainspring Ltd", "S2"), ("Li Wei", "Escapement AG", "R1"), 2),
        (("Li Wei", "Mainspring Ltd", "S2"), ("Wei Li", "Escapement AG", "R1"), 2),
        (("Li Wei", "Mainspring Ltd", "S2"), ("Li Wei", "", "R1"), 2),
        (("Li Wei", "Mainspring Ltd", "S2"), ("Li Wei", "Mainspring GmbH", "R1"), 2),
        (("Ada Reed", "Mainspring Ltd", "S2"), ("Ada Read", "Mainspring Ltd", "S2"), 2),
    ],
)
def test_a_person_is_the_same_with_the_same_name_and_an_employer_or_group_in_common(
    tmp_path: Path, one: Mention, two: Mention, persons: int
) -> None:
    assert len(people(tmp_path / "set", Lookup(), one, two)) == persons


def test_a_third_record_joins_two_that_share_nothing_with_each_other(tmp_path: Path) -> None:
    between = ("Ada Reed", "Mainspring Ltd", "R1")
    apart = (("Ada Reed", "Mainspring Ltd", "S2"), ("Ada Reed", "Escapement AG", "R1"))
    assert len(people(tmp_path / "set", Lookup(), *apart, between)) == 1


def test_both_orders_of_a_name_are_kept_as_names_of_the_one_person(tmp_path: Path) -> None:
    (found,) = people(
        tmp_path / "set", Lookup(), ("Ada Reed", "Mainspring Ltd", "S2"), ("Reed Ada", "Mainspring Ltd", "S2")
    ).values()
    assert found == {"Ada Reed", "Reed Ada"}


def test_a_person_of_an_earlier_set_is_the_same_only_with_something_in_common(tmp_path: Path) -> None:
    lookup, address = Lookup(), iris.thing("person", "ada-reed")
    employer = lookup.organization("Mainspring Ltd")
    lookup.people[person_key("Ada Reed")].append((address, {employer}))
    lookup.slugs["ada-reed"] = address
    lookup.described |= {address, employer}
    same, other = ("Reed Ada", "Mainspring Ltd.", "S2"), ("Ada Reed", "Escapement AG", "R1")
    (new,) = people(tmp_path / "set", lookup, same, other)
    assert new != address
