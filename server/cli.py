"""The command `plenary`: the one module that joins ontology, loaders, queries and server."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pyoxigraph import Store

from ontology import releases
from ontology.errors import PlenaryError
from server.asking import export, paths, publish, query
from server.options import LISTED, QUIET, RELEASE, STORE, WrongUse, folder, release, say


class _Group(click.Group):
    """Turns Plenary's own errors into a sentence and an exit code, so that nobody meets a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            return super().invoke(ctx)
        except PlenaryError as error:
            click.echo(f"plenary: {error}", err=True)
            ctx.exit(_exit_code(error))


def _exit_code(error: PlenaryError) -> int:
    """2 for what the user can put right in the command, 1 for a check or a build that failed."""
    from loaders.backup import BackupRefused
    from loaders.items import WrongArguments
    from loaders.publish import BuildRefused
    from queries.errors import BadAddress, NotAcceptable, QueryRefused, QuerySyntax
    from queries.limits import WrongLimit
    from queries.saved import BadParameter, NoSuchQuery
    from queries.search import UnknownName
    from server.errors import BadRequest, NoEdges
    from server.limits import BadRate
    from server.listen import CannotServe
    from server.settings import WrongSetting

    wrong_use = (
        WrongUse, BuildRefused, BadParameter, NoSuchQuery, UnknownName, QueryRefused, QuerySyntax, NotAcceptable,
        BadRequest, NoEdges, WrongLimit, WrongSetting, BadRate, CannotServe, BackupRefused, releases.UnknownRelease,
        BadAddress, WrongArguments,
    )  # fmt: skip
    return 2 if isinstance(error, wrong_use) else 1


class _Serve(click.Command):
    """A command whose options are the server's settings, read only when it is asked for."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from server.settings import options

        self.params = self.params or options()
        return super().get_params(ctx)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plenary")
def main() -> None:
    """Who shapes international technical standards: build, serve and ask the knowledge graph."""


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--keep", type=click.IntRange(1), help="Keep only so many releases, the newest ones; all without it.")
@click.option(
    "--as-of", "as_of", multiple=True, metavar="[SET=]DAY", help="Day on which item-level records were collected."
)
@STORE
@QUIET
def build(sources: tuple[str, ...], as_of: tuple[str, ...], keep: int | None, store: str, quiet: bool) -> None:
    """Build a release from the curated data and switch to it.

    SOURCES are names of curated sources; without any, all are built. `relaton PATH…` adds item-level records from
    archives and folders. The release that is being served goes on until the new one is complete and checked.
    """
    from loaders import curated, items
    from loaders.build import build as run
    from queries import search
    from queries.measures import stored
    from queries.network import graph

    finish, tell = [search.write, graph.write], say(quiet)
    names, beside = items.split(sources, curated.sources(), as_of)
    summary = run(folder(store), names, finish=finish, progress=tell, keep=keep, items=beside, compute=stored.quads)
    if not quiet:
        click.echo("\n".join(summary.lines()), err=True)


@main.command(cls=_Serve)
def serve(**settings: Any) -> None:  # noqa: ANN401
    """Serve the current release: pages, saved queries and the SPARQL endpoint.

    Each setting can be given as an option or by the variable that stands beside it.
    """
    from server.serve import serve as run

    run(**settings)


@main.command()
@STORE
@QUIET
def check(store: str, quiet: bool) -> None:
    """Check the current release: rules, shapes, consistency, cross-checks and competency questions.

    Cross-checks recompute what the report states from its own parts and list where it disagrees with itself; competency
    questions are asked by saved queries and must be answered as the report does.
    """
    failed = False
    for failing, text in _outcomes(folder(store)):
        failed |= failing
        if failing or not quiet:
            click.echo(text)
    if failed:
        sys.exit(1)


def _outcomes(folder: Path) -> Iterator[tuple[bool, str]]:
    """All checks of the current release, one after the other: whether each failed, and what it found."""
    from loaders.checks import all_checks
    from queries import competency, crosscheck
    from queries.facts import SOURCE, Facts
    from queries.store import open_store

    release = releases.current(folder)
    yield from ((outcome.failed, outcome.text) for outcome in all_checks(release))
    if SOURCE not in release.sources:
        yield False, f"left out  cross-checks and competency questions: they are about {SOURCE}, which is not here"
        return
    asked = open_store(folder)
    try:
        facts = Facts(asked.select)
        yield from crosscheck.lines(crosscheck.run(facts))
        yield from competency.lines(competency.run(facts))
    finally:
        asked.close()


@main.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@STORE
def resolve(paths: tuple[Path, ...], store: str) -> None:
    """List pairs of organizations' names that look alike and were kept apart, with the reasons.

    With PATHs, files of names (one a line, or the column `name` of a CSV), say what each name resolves to against the
    current release, and which pairs of theirs are in doubt. A line in loaders/decisions/organizations.csv decides one.
    """
    from loaders.resolution import ask

    release = releases.current(folder(store))
    asked = [name for path in paths for name in ask.names(path)]
    lines = ask.answers(asked, Store.read_only(str(release.store))) if paths else ask.open_doubts(release)
    for line in lines:
        click.echo(line)


@main.group(name="releases", invoke_without_command=True)
@LISTED
@STORE
@click.pass_context
def releases_(context: click.Context, form: str, store: str) -> None:
    """List the releases that are kept; compare two, or go back to one."""
    from server import history

    if context.invoked_subcommand is None:
        click.echo(history.as_json(folder(store)) if form == "json" else history.listed(folder(store)))


@releases_.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option("--answers", is_flag=True, help="Ask both all saved queries, too, and tell the rows that moved.")
@LISTED
@STORE
@QUIET
def diff(old: int, new: int, answers: bool, form: str, store: str, quiet: bool) -> None:
    """Say what changed from release OLD to release NEW: statements, things, and figures with the reasons."""
    from queries.answered import between
    from queries.diff import diff as run
    from server import history

    found = run(releases.at(folder(store), old), releases.at(folder(store), new))
    told = between(folder(store), old, new, say(quiet)) if answers else None
    click.echo(history.changes_as_json(found, told) if form == "json" else history.changes(found, told))


@releases_.command()
@click.argument("number", type=int)
@STORE
@QUIET
def use(number: int, store: str, quiet: bool) -> None:
    """Make the release of that NUMBER the current one, after its files were checked; a running server follows."""
    from loaders.publish import use as run

    run(folder(store), number)
    if not quiet:
        click.echo(f"release {number} is the current one", err=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@RELEASE
@STORE
@QUIET
def backup(file: Path, number: int | None, store: str, quiet: bool) -> None:
    """Write a release with checksums to FILE (.tar, .tar.gz or .tar.xz)."""
    from loaders.backup import backup as run

    found = release(store, number)
    say(quiet)(f"writing release {found.number} to {file}")
    run(found, file)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@STORE
@QUIET
def restore(file: Path, store: str, quiet: bool) -> None:
    """Make the release in FILE, a backup, the next release and switch to it."""
    from loaders.backup import restore as run

    made = run(file, folder(store), say(quiet))
    if not quiet:
        click.echo(f"release {made.number} restored: {made.statements} statements, {made.digest}", err=True)


for command in (query, paths, export, publish):
    main.add_command(command)

if __name__ == "__main__":
    main()
