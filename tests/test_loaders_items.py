"""Item-level sources in a build: read left to right, published with the curated data as one release."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from small import WORLD

from loaders.build import build
from loaders.items import Items, WrongArguments, broken, split
from loaders.relaton import lookup
from loaders.relaton.reader import SourceUnusable
from loaders.resolution.decisions import Decision
from ontology import iris
from tests.test_loaders_relaton_load import ISO, NEW


def test_arguments_are_a_sources_name_and_then_its_paths() -> None:
    curated, items = split(["great-game", "relaton", "a.tar.xz", "b/"], ["great-game"], ["relaton-3gpp=2025-12"])
    assert curated == ["great-game"]
    assert items == Items({"relaton": [Path("a.tar.xz"), Path("b/")]}, {"relaton-3gpp": "2025-12"})


@pytest.mark.parametrize(
    ("arguments", "day"), [(["relaton"], "2025"), (["relaton", "a"], "soon")], ids=["no path", "no day"]
)
def test_arguments_that_cannot_be_read_are_refused(arguments: list[str], day: str) -> None:
    with pytest.raises(WrongArguments):
        split(arguments, ["great-game"], [day])


def test_a_release_holds_curated_and_item_level_statements_and_is_made_once(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    for name, text in (("new", NEW), ("iso", ISO)):
        (records / f"{name}.yaml").write_text(text, encoding="utf-8")
    items = Items({"relaton": [records]}, {"": "2025-12-12"})
    release = build(tmp_path, folder=WORLD, items=items).release
    assert {"invented", "derived", "ontology", "relaton-3gpp", "relaton-iso"} <= set(release.sources)
    assert list(broken(release.dump)) == []
    store = Store.read_only(str(release.store))
    found = store.quads_for_pattern(NamedNode(iris.thing("document", "3gpp-ts-99-001")), None, None)
    assert {str(getattr(q.graph_name, "value", "")).removeprefix(iris.GRAPHS) for q in found} == {
        "relaton-3gpp",
        "derived",
    }
    lines = release.dump.read_bytes().splitlines()
    assert lines == sorted(set(lines))


def test_the_store_that_is_filled_beside_the_loading_says_what_the_dump_says(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(NEW, encoding="utf-8")
    release = build(tmp_path / "place", items=Items({"relaton": [tmp_path / "new.yaml"]}, {"": "2025-12-12"})).release
    dump, store = Store(), Store.read_only(str(release.store))
    dump.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
    assert len(store) == len(dump) == release.statements
    assert {str(quad) for quad in store if "_:" not in str(quad)} == {str(q) for q in dump if "_:" not in str(q)}
    files = {path.name for path in release.folder.iterdir()}
    assert files == {"curated.nq", "dump.nq", "relaton.json", "release.json", "resolution.json", "store"}


def test_a_file_that_is_no_screening_list_stops_the_build_before_records_are_read(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1, 2", encoding="utf-8")
    with pytest.raises(SourceUnusable, match=r"list\.json: this list cannot be read"):
        Items({"screening-list": [tmp_path / "list.json"]}).prepare(Store())


def test_a_decision_that_changes_only_the_list_of_doubts_makes_a_new_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table.csv"
    names = "Zenith GmbH,Germany,\nZenith K.K.,Japan,\n"
    table.write_text(f"name,nationality,subsidiary of / alias of\n{names}", encoding="utf-8")
    unsure = Decision("Zenith GmbH", "Zenith K.K.", "unsure", "who knows", "", "2026-11-24")
    releases = []
    for decided in ((), (), (unsure,)):
        monkeypatch.setattr(lookup, "decisions", lambda decided=decided: decided)
        releases.append(build(tmp_path, folder=WORLD, items=Items({"organizations": [table]})).release)
    assert [one.number for one in releases] == [1, 1, 2]
    assert "who knows" in (releases[2].folder / "resolution.json").read_text(encoding="utf-8")
