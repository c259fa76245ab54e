"""A running server takes the next release without dropping a request, and answers from any release by its number."""

import errno
import logging
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import endpoint
import pytest
from clocks import until
from conftest import HTML
from flask import Flask
from pyoxigraph import Store
from werkzeug.test import Client, TestResponse

from loaders.publish import switch
from ontology import releases
from server.app import create_app
from server.served import Config
from server.switch import Switch

BO = "/id/person/bo-chen"
EVERYTHING = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000")


class Visitor:
    """A client of a switch that looks at its pointer all the time."""

    def __init__(self, place: Path | str, idle: float = 60.0) -> None:
        self.app = Switch(Config(store=place, rate=""), look=0.05, idle=idle)
        self.client = Client(self.app)

    def get(self, path: str, accept: str = HTML, **more: str) -> TestResponse:
        return self.client.get(
            path, headers={"Accept": accept, **more}, buffered=path[-len(EVERYTHING) :] != EVERYTHING
        )

    @property
    def release(self) -> str | None:
        return self.get("/readyz").headers["X-Plenary-Release"]

    @property
    def supervisors(self) -> set[int]:
        """Process ids of the supervisors that run for the open releases."""
        with self.app._lock:
            opened = [self.app._current, *self.app._old.values(), *self.app._retired]
        return {one.served.store._sender._running.pid for one in opened}  # type: ignore[attr-defined]


@pytest.fixture
def visitor(place: Path) -> Iterator[Visitor]:
    found = Visitor(place)
    yield found
    found.app.close()


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_requests_go_on_while_the_release_changes_and_none_is_dropped(place: Path, visitor: Visitor) -> None:
    answers: list[tuple[int, str | None]] = []
    going = True

    def ask() -> None:
        while going:
            reply = visitor.get("/search?q=ann")
            answers.append((reply.status_code, reply.headers["X-Plenary-Release"]))

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        for number in (1, 2, 1):
            switch(place, number)
            assert until(lambda number=number: visitor.release == str(number))  # type: ignore[misc]
        going = False
    assert [one.exception() for one in asking] == [None] * 4
    assert {status for status, _ in answers} == {200}
    assert {release for _, release in answers} == {"1", "2"}


def test_a_result_that_streams_is_ended_by_the_release_that_began_it_which_then_closes(
    place: Path, visitor: Visitor
) -> None:
    old = visitor.supervisors
    reply = visitor.get(EVERYTHING, "text/csv")
    first = next(chunks := reply.iter_encoded())
    switch(place, 1)
    assert until(lambda: visitor.release == "1")
    time.sleep(0.3)
    assert not any(map(ended, old))
    assert (first + b"".join(chunks)).count(b"\n") == 100_001
    reply.close()
    assert until(lambda: all(map(ended, old)))
    assert len(visitor.supervisors) == 1


def test_a_release_that_cannot_be_opened_leaves_the_old_one_serving_and_is_logged(
    place: Path, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    (place / "releases" / "1" / "dump.nq").unlink()
    with caplog.at_level(logging.ERROR, "plenary.server"):
        switch(place, 1)
        assert until(lambda: caplog.messages)
    time.sleep(0.3)
    assert caplog.messages == [
        "release 2 goes on, since the new one cannot be opened: release 1 is damaged: dump.nq is missing. "
        "Run `plenary releases use 2` to go back to a whole one, or `plenary build`."
    ]
    assert visitor.release == "2"
    assert visitor.get(BO).status_code == 200


def test_a_want_of_the_machine_while_the_next_release_is_opened_is_logged_and_tried_again(
    place: Path, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[Config] = []

    def poor(config: Config) -> Flask:
        tries.append(config)
        if len(tries) < 3:
            raise OSError(errno.EMFILE, "Too many open files")
        return create_app(config)

    monkeypatch.setattr("server.switch.create_app", poor)
    switch(place, 1)
    assert until(lambda: visitor.release == "1")
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [OSError, OSError]


@pytest.mark.parametrize("rubbish", ["", "x", "99"])
def test_rubbish_in_the_pointer_leaves_the_old_release_serving(place: Path, visitor: Visitor, rubbish: str) -> None:
    (place / "current").write_text(rubbish)
    time.sleep(0.3)
    assert visitor.release == "2"
    switch(place, 1)
    assert until(lambda: visitor.release == "1")


def test_a_page_of_an_older_release_is_what_it_was_and_says_so(visitor: Visitor) -> None:
    assert visitor.get("/releases/1" + BO).status_code == 404
    reply = visitor.get("/releases/1/id/person/ann-lee?all=1")
    assert reply.headers["X-Plenary-Release"] == "1"
    assert "not the current one" in reply.text
    assert '<a href="http://localhost/id/person/ann-lee?all=1">The same page in release 2</a>' in reply.text
    assert "not the current one" not in visitor.get("/id/person/ann-lee").text
    assert "not the current one" not in visitor.get("/releases/2/id/person/ann-lee").text


def test_links_of_a_page_under_a_number_stay_under_it(visitor: Visitor) -> None:
    for path in ("/", "/id/person/ann-lee", "/queries", "/search?q=ann", "/data", "/explore", "/paths", "/nonsense"):
        page = visitor.get("/releases/1" + path).text
        assert page.count(' href="/releases/1/') > 5
        assert not [rest[:40] for rest in page.split(' href="/')[1:] if not rest.startswith("releases/")], path
        assert ' action="/search"' not in page


def test_citing_a_thing_gives_the_address_with_its_release(visitor: Visitor) -> None:
    cited = "http://localhost/releases/2/id/person/ann-lee"
    assert cited in visitor.get("/id/person/ann-lee").text
    assert visitor.get(cited.removeprefix("http://localhost")).status_code == 200


def test_release_in_the_address_leads_to_that_release_and_keeps_the_rest(visitor: Visitor) -> None:
    reply = visitor.get("/queries/roles-in-group.csv?group=%E9%A1%B6&release=1&x=a%26b")
    assert reply.status_code == 307
    assert reply.headers["Location"] == "/releases/1/queries/roles-in-group.csv?group=%E9%A1%B6&x=a%26b"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.get("/?release=2").headers["Location"] == "/releases/2/"
    assert visitor.get("/search?q=a&release=newest").status_code == 200


def test_a_query_can_be_asked_of_an_older_release_by_get_and_post(visitor: Visitor) -> None:
    ask = "ASK { <https://w3id.org/plenary/id/person/bo-chen> ?p ?o }"
    for root, answer in (("", "true"), ("/releases/1", "false"), ("/releases/2", "true")):
        by_get = visitor.get(f"{root}/sparql?query={quote(ask)}", "application/sparql-results+json")
        by_post = visitor.client.post(f"{root}/sparql", data={"query": ask}, buffered=True)
        assert answer in by_get.text
        assert answer in by_post.text
    moved = visitor.client.post("/sparql?release=1", data={"query": ask}, follow_redirects=True, buffered=True)
    assert "false" in moved.text


def test_a_number_that_is_not_kept_is_not_found_and_those_kept_are_named(visitor: Visitor) -> None:
    reply = visitor.get("/releases/7/id/person/ann-lee", "application/json")
    assert reply.status_code == 404
    assert reply.json is not None
    assert reply.json["detail"] == "No release 7 is kept here. Kept are: 1, 2."
    assert reply.json["known"] == [1, 2]
    assert "Kept are: 1, 2." in visitor.get("/releases/7/").text
    assert visitor.get("/releases/").status_code == visitor.get("/releases/1x/").status_code == 404


def test_a_damaged_older_release_is_told_and_the_current_one_goes_on(place: Path, visitor: Visitor) -> None:
    (place / "releases" / "1" / "dump.nq").unlink()
    reply = visitor.get("/releases/1/")
    assert reply.status_code == 503
    assert "release 1 is damaged: dump.nq is missing" in reply.text.lower()
    assert str(place) not in reply.text
    assert visitor.get("/").status_code == 200


def test_an_answer_kept_by_a_browser_is_not_valid_once_its_release_is_no_longer_current(
    place: Path, visitor: Visitor
) -> None:
    etag = visitor.get("/releases/2/id/person/ann-lee").headers["ETag"]
    assert visitor.get("/releases/2/id/person/ann-lee", If_None_Match=etag).status_code == 304
    switch(place, 1)
    assert until(lambda: visitor.release == "1")
    reply = visitor.get("/releases/2/id/person/ann-lee", If_None_Match=etag)
    assert reply.status_code == 200
    assert "not the current one" in reply.text


def test_at_most_two_older_releases_are_open_and_the_one_asked_longest_ago_makes_room(
    place: Path, visitor: Visitor
) -> None:
    for number in (3, 4):
        shutil.copytree(place / "releases" / "1", place / "releases" / str(number))
    for number in (1, 3, 1, 4):
        assert visitor.get(f"/releases/{number}/readyz", "*/*").status_code == 200
    assert set(visitor.app._old) == {1, 4}
    assert until(lambda: len(visitor.supervisors) == 3)


def test_older_releases_that_all_stream_are_not_closed_and_a_third_is_told_to_come_back(
    place: Path, visitor: Visitor
) -> None:
    shutil.copytree(place / "releases" / "1", place / "releases" / "3")
    shutil.copytree(place / "releases" / "1", place / "releases" / "4")
    streams = [visitor.get(f"/releases/{number}{EVERYTHING}", "text/csv") for number in (1, 3)]
    reply = visitor.get("/releases/4/readyz", "*/*")
    assert (reply.status_code, "Retry-After" in reply.headers) == (503, True)
    for stream in streams:
        stream.close()
    assert visitor.get("/releases/4/readyz", "*/*").status_code == 200


def test_an_older_release_that_nobody_asks_is_closed(place: Path) -> None:
    visitor = Visitor(place, idle=0.2)
    assert visitor.get("/releases/1/readyz").status_code == 200
    assert until(lambda: len(visitor.supervisors) == 1)
    assert visitor.get("/releases/1/readyz").status_code == 200
    pids = visitor.supervisors
    visitor.app.close()
    assert all(map(ended, pids))


# An endpoint elsewhere ------------------------------------------------------------------------------


def test_what_is_published_to_the_endpoint_is_taken_without_a_new_start(two: Path) -> None:
    with endpoint.running(releases.at(two, 1)) as elsewhere:
        visitor = Visitor(elsewhere.url)
        assert visitor.release == "1"
        elsewhere.take(releases.at(two, 2))
        assert until(lambda: visitor.release == "2")
        assert "release 2" in visitor.get("/").text
        visitor.app.close()


def test_an_endpoint_that_says_nothing_of_a_release_goes_on_with_the_last_one(two: Path) -> None:
    with endpoint.running(releases.at(two, 1)) as elsewhere:
        visitor = Visitor(elsewhere.url)
        whole, elsewhere.held = elsewhere.held, Store()
        time.sleep(0.3)  # six looks
        elsewhere.held = whole
        assert visitor.release == "1"
        assert visitor.get("/").status_code == 200
        visitor.app.close()
