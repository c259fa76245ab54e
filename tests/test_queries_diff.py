"""What changed between two releases, counted by hand on dumps of a few lines."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ontology import iris, releases
from ontology.releases import Release
from queries.diff import changes, diff
from server.cli import main

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
WORDS = {
    "a": RDF,
    "label": "http://www.w3.org/2000/01/rdf-schema#label",
    "from": "http://www.w3.org/ns/prov#wasDerivedFrom",
}


def line(subject: str, predicate: str, object_: str, graph: str = "x") -> str:
    """One statement; an object with a slash is a thing, one in capitals or camel case a term, else a literal."""
    if "/" in object_:
        object_ = f"<{iris.THINGS}{object_}>"
    elif object_.isalpha():
        object_ = f"<{iris.NS}{object_}>"
    else:
        object_ = f'"{object_}"'
    return f"<{iris.THINGS}{subject}> <{WORDS.get(predicate, iris.NS + predicate)}> {object_} <{iris.graph(graph)}> .\n"


def dumped(folder: Path, number: int, *lines: str) -> Release:
    (folder / str(number)).mkdir()
    (folder / str(number) / "dump.nq").write_text("".join(sorted(lines)), encoding="utf-8")
    return Release(folder / str(number), number, {})


def figure(name: str, value: str, **more: str) -> list[str]:
    said = {
        "a": "Observation",
        "measure": "membership",
        "value": value,
        "unit": "members",
        "aboutBody": "body/itu",
    } | more
    return [line(f"observation/{name}", key, what) for key, what in said.items()]


def test_statements_and_things_added_removed_and_changed_are_counted(tmp_path: Path) -> None:
    old = dumped(
        tmp_path,
        1,
        line("person/a", "label", "A 1"),
        line("person/b", "label", "B 1"),
        line("person/c", "label", "C 1"),
    )
    new = dumped(tmp_path, 2, line("person/b", "label", "B 2"), line("person/b", "label", "B 3", "y"),
                 line("person/c", "label", "C 1"), line("person/d", "label", "D 1"))  # fmt: skip
    found = diff(old, new)
    assert (found.added, found.removed) == (3, 2)
    assert found.graphs == {"x": (2, 2), "y": (1, 0)}
    assert {word: [a.removeprefix(iris.THINGS) for a in all_] for word, all_ in found.things.items()} == {
        "added": ["person/d"], "removed": ["person/a"], "changed": ["person/b"]}  # fmt: skip


def test_a_changed_thing_is_told_by_its_label_and_each_property_that_differs(tmp_path: Path) -> None:
    same = [line("person/a", "label", "A 1"), line("person/a", "from", "citation/x")]
    old = dumped(tmp_path, 1, *same, line("person/a", "note", "N 1"), line("person/a", "role", "chair"))
    new = dumped(tmp_path, 2, *same, line("person/a", "note", "N 2"), line("person/a", "from", "citation/y"))
    (told,) = diff(old, new).told.values()
    assert told.label == "A 1"
    assert told.said == ("evidence: now also citation/y", "footnote: N 1 → N 2", "role: no longer chair")


def test_what_differs_only_in_labels_and_derived_statements_stands_last(tmp_path: Path) -> None:
    echo, own = line("person/a", "label", "A 1"), line("person/b", "note", "N 1")
    old = dumped(tmp_path, 1, echo, own)
    new = dumped(tmp_path, 2, line("person/a", "label", "A 2"), line("person/a", "note", "N 1", "derived"),
                 own.replace("N 1", "N 2"))  # fmt: skip
    found = diff(old, new)
    assert [a.removeprefix(iris.THINGS) for a in found.things["changed"]] == ["person/b", "person/a"]
    assert (found.echoes, list(found.told)) == (1, [iris.thing("person", "b")])


def test_a_term_whose_definition_changed_is_told(tmp_path: Path) -> None:
    said = (
        f'<{iris.NS}registration> <http://www.w3.org/2004/02/skos/core#definition> "D 1" <{iris.graph("ontology")}> .\n'
    )
    found = diff(dumped(tmp_path, 1, said), dumped(tmp_path, 2, said.replace("D 1", "D 2")))
    assert found.told[iris.NS + "registration"].said == ("definition: D 1 → D 2",)


def test_a_figure_that_stays_but_under_another_rule_is_told(tmp_path: Path) -> None:
    old = dumped(tmp_path, 1, *figure("m", "16", attributionRule="registration"))
    new = dumped(tmp_path, 2, *figure("m", "16", attributionRule="headquarters"))
    (one,) = diff(old, new).figures
    assert (one.old, one.new) == ("16 members", "16 members")
    assert one.grounds == ["attribution rule: registration → headquarters"]


def test_a_figure_whose_row_alone_was_changed_says_so(tmp_path: Path) -> None:
    old, new = (
        dumped(tmp_path, n, *figure("m", value, **{"from": "citation/one"})) for n, value in ((1, "16"), (2, "18"))
    )
    (one,) = diff(old, new).figures
    assert one.grounds == ["its row in the source's table was changed; evidence as before: citation/one"]


def test_a_subject_whose_address_begins_with_another_ones_is_another_subject(tmp_path: Path) -> None:
    both = [line("person/a", "label", "A 1"), line("person/a-b", "label", "AB 1"), line("person/a0", "label", "A0 1")]
    old, new = dumped(tmp_path, 1, *both), dumped(tmp_path, 2, *both, line("person/a", "note", "N 1"))
    assert [subject.decode() for subject, _, _ in changes(old.dump, new.dump)] == [f"<{iris.THINGS}person/a>"]


def test_a_figure_that_moved_is_told_with_its_changed_evidence(tmp_path: Path) -> None:
    old = dumped(tmp_path, 1, *figure("m", "16", **{"from": "citation/one"}), *figure("same", "1"))
    new = dumped(tmp_path, 2, *figure("m", "18", **{"from": "citation/two"}), *figure("same", "1", note="N 1"))
    (one,) = diff(old, new).figures
    assert (one.old, one.new) == ("16 members", "18 members")
    assert one.grounds == ["evidence: citation/one → citation/two"]


def test_a_figure_under_a_new_address_is_known_again_by_what_it_measures(tmp_path: Path) -> None:
    old = dumped(tmp_path, 1, *figure("m", "16"), *figure("other", "5", aboutBody="body/iso"))
    new = dumped(tmp_path, 2, *figure("m-2", "18"))
    found = {one.address.rpartition("/")[2]: (one.old, one.new) for one in diff(old, new).figures}
    assert found == {"m-2": ("16 members", "18 members"), "other": ("5 members", "")}


def test_a_computed_figure_names_the_claims_that_changed_among_what_it_is_about(tmp_path: Path) -> None:
    computed = {"confidence": "derived", "aboutAgent": "organization/acme"}
    near = [line("participation/p", "participant", "organization/acme"), line("participation/p", "in", "body/itu")]
    far = [line("participation/q", "in", "body/itu")]
    apart = [line("participation/r", "in", "body/iso")]
    derived = [line("participation/s", "label", "S 1", "derived"), line("participation/s", "in", "body/itu", "derived")]
    old = dumped(tmp_path, 1, *figure("m", "16", **computed))
    new = dumped(tmp_path, 2, *figure("m", "18", **computed), *near, *far, *apart, *derived)
    (one,) = diff(old, new).figures
    assert [claim.removeprefix(iris.THINGS) for claim in one.claims] == ["participation/p", "participation/q"]


def test_the_releases_of_the_world_differ_as_their_tables_do(two: Path) -> None:
    found = diff(releases.at(two, 1), releases.at(two, 2))
    assert {iris.thing("person", "bo-chen"), iris.thing("participation", "bo-chen-chair-tc-1")} <= set(
        found.things["added"]
    )
    (one,) = found.figures
    assert (one.address, one.old, one.new) == (iris.thing("observation", "members-at-2019"), "16 members", "18 members")
    back = diff(releases.at(two, 2), releases.at(two, 1))
    assert (back.added, back.removed) == (found.removed, found.added)


def run(two: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["releases", *words, "--store", str(two)])
    return result.exit_code, result.output


def test_the_command_tells_the_change_in_words_and_as_json(two: Path) -> None:
    code, said = run(two, "diff", "1", "2")
    assert code == 0
    assert "  + person/bo-chen: Bo Chen\n" in said
    assert "Table 1" not in said
    assert "16 members → 18 members" in said
    data = json.loads(run(two, "diff", "1", "2", "--format", "json")[1])
    assert data["figures"][0]["new"] == "18 members"
    assert run(two, "diff", "1", "9")[0] == 2


def test_the_command_lists_the_releases_and_marks_the_current_one(place: Path) -> None:
    lines = run(place)[1].splitlines()
    assert [entry.split()[:2] for entry in lines] == [["*", "2"], ["1", lines[1].split()[1]]]
    assert run(place, "use", "1") == (0, "release 1 is the current one\n")
    data = json.loads(run(place, "--format", "json")[1])
    assert [(entry["number"], entry["current"]) for entry in data] == [(2, False), (1, True)]
    assert data[0]["digest"] == releases.at(place, 2).digest


def test_a_saved_query_and_an_export_can_be_asked_of_an_older_release(two: Path) -> None:
    for number, there in (("1", False), ("2", True)):
        asked = ["--release", number, "--store", str(two)]
        exported = CliRunner().invoke(main, ["export", "nquads", *asked])
        assert ("person/bo-chen" in exported.output) is there
        said = CliRunner().invoke(main, ["query", "roles-in-group", "-p", "group=", "--format", "csv", *asked])
        assert said.exit_code == 0
        assert ("person/bo-chen" in said.output) is there


@pytest.mark.parametrize("number", ["9", "-1", "x"])
def test_going_back_to_a_release_that_is_not_kept_is_wrong_use(place: Path, number: str) -> None:
    code, said = run(place, "use", "--", number) if number == "-1" else run(place, "use", number)
    assert code == 2
    assert "Traceback" not in said
