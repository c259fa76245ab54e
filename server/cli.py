"""The command `plenary`: the one module that joins ontology, loaders, queries and server."""

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from pyoxigraph import RdfFormat, Store
from rich.console import Console

from ontology import releases
from ontology.errors import PlenaryError
from ontology.terms import PREFIXES

STORE = click.option(
    "--store",
    envvar="PLENARY_STORE",
    default=str(releases.DEFAULT),
    help="Folder of releases, or a SPARQL endpoint's address.",
)
QUIET = click.option("--quiet", is_flag=True, help="Say nothing but results and errors.")
LISTED = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
FORMATS = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/sparql-results+json"}
FORMATS |= {"ttl": "text/turtle"}
TO_STDERR = Console(stderr=True, highlight=False)


class WrongUse(PlenaryError):
    """A command that was asked for something it does not have."""


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
    from server.listen import CannotServe
    from server.settings import WrongSetting

    wrong_use = (
        WrongUse, BuildRefused, WrongArguments, BadParameter, NoSuchQuery, UnknownName, QueryRefused, QuerySyntax,
        NotAcceptable, BadRequest, NoEdges, WrongLimit, WrongSetting, CannotServe, BackupRefused,
        releases.UnknownRelease, BadAddress,
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
def build(sources: tuple[str, ...], keep: int | None, as_of: tuple[str, ...], store: str, quiet: bool) -> None:
    """Build a release from the curated data and switch to it.

    SOURCES are names of curated sources; without any, all are built. `relaton PATH…` adds item-level records from
    archives and folders. The release that is being served goes on until the new one is complete and checked.
    """
    from loaders import curated, items
    from loaders.build import build as run
    from queries import search
    from queries.measures import stored
    from queries.network import graph

    names, beside = items.split(sources, curated.sources(), as_of)
    finish, say = [search.write, graph.write], _say(quiet)
    summary = run(_folder(store), names, finish=finish, progress=say, keep=keep, items=beside, compute=stored.quads)
    if not quiet:
        click.echo("\n".join(summary.lines()), err=True)


def _say(quiet: bool) -> Callable[[str], None]:
    return (lambda step: None) if quiet else (lambda step: TO_STDERR.print(f"… {step}"))


@main.command(cls=_Serve)
def serve(**settings: Any) -> None:  # noqa: ANN401
    """Serve the current release: pages, saved queries and the SPARQL endpoint.

    Each setting can be given as an option or by the variable that stands beside it.
    """
    from server.serve import serve as run

    run(**settings)


@main.command()
@click.argument("name")
@click.option(
    "-p", "--param", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; nothing after = means any."
)
@click.option("--format", "form", type=click.Choice(["table", *FORMATS]), default="table", show_default=True)
@STORE
@QUIET
def query(name: str, pairs: tuple[str, ...], form: str, store: str, quiet: bool) -> None:
    """Run a saved query by its NAME, or the query in a FILE.

    Values of parameters are names, Chinese ones included, or addresses; a parameter may be given several times.
    """
    from queries import saved
    from server.form import read
    from server.served import Config, Served
    from server.terminal import print_table

    found = saved.parse(Path(name).stem, Path(name).read_text("utf-8")) if Path(name).is_file() else saved.find(name)
    served = Served(Config(store=store))
    try:
        sent: dict[str, list[str]] = defaultdict(list)
        for key, text in _pairs(pairs):
            sent[key].append(text)
        filled = read(found, sent, served)
        if filled.error:
            raise filled.error
        sparql = filled.sparql
        if form == "table":
            print_table(served.store.select(sparql), quiet)
        else:
            with served.store.stream(sparql, FORMATS[form]) as answer:
                for chunk in answer:
                    sys.stdout.buffer.write(chunk)
    finally:
        served.close()


@main.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--max-hops", default=6, show_default=True, help="Hops at most.")
@click.option("-k", "count", default=10, show_default=True, help="How many paths.")
@click.option("--as-of", default="", metavar="DATE", help="Every hop can have held at this year, month or day.")
@click.option("--common", is_flag=True, help="All hops can have held at one common time.")
@click.option("--kind", "kinds", multiple=True, help="Only ties of this kind; may be given several times.")
@click.option(
    "--confidence", "confidences", multiple=True, help="Only claims vouched for so; may be given several times."
)
@click.option("--source", "sources", multiple=True, help="Only claims of this source; may be given several times.")
@click.option("--country", default="", metavar="CODE", help="Only things of this country, such as cn, or of none.")
@click.option("--rule", default="", help="The attribution rule by which things are of the country.")
@click.option("--hubs", is_flag=True, help="Let countries, bodies and large groups be bridges.")
@click.option("--each", is_flag=True, help="Paths to every document and group of a technology or body TO.")
@click.option("--drop", is_flag=True, help="Say what is left without each hop.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@STORE
@QUIET
def paths(source: str, target: str, form: str, store: str, quiet: bool, **asked: Any) -> None:  # noqa: ANN401
    """Find the best influence paths FROM one thing TO another, each hop with its claim.

    FROM and TO are names, Chinese ones included, or addresses. What 'best' means is told on the page /paths.
    """
    from server.served import Config, Served
    from server.terminal import print_paths

    served = Served(Config(store=store))
    try:
        print_paths(served, source, target, form, quiet, **asked)
    finally:
        served.close()


@main.command()
@STORE
@QUIET
def check(store: str, quiet: bool) -> None:
    """Check the current release: rules, shapes, consistency, cross-checks and competency questions.

    Cross-checks recompute what the report states from its own parts and list where it disagrees with itself; competency
    questions are asked by saved queries and must be answered as the report does.
    """
    failed = False
    for failing, text in _outcomes(_folder(store)):
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


@main.group(name="releases", invoke_without_command=True)
@LISTED
@STORE
@click.pass_context
def releases_(context: click.Context, form: str, store: str) -> None:
    """List the releases that are kept; compare two, or go back to one."""
    from server import history

    if context.invoked_subcommand is None:
        click.echo(history.as_json(_folder(store)) if form == "json" else history.listed(_folder(store)))


@releases_.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
@LISTED
@STORE
def diff(old: int, new: int, form: str, store: str) -> None:
    """Say what changed from release OLD to release NEW: statements, things, and figures with the reasons."""
    from queries.diff import diff as run
    from server import history

    found = run(releases.at(_folder(store), old), releases.at(_folder(store), new))
    click.echo(history.changes_as_json(found) if form == "json" else history.changes(found))


@releases_.command()
@click.argument("number", type=int)
@STORE
@QUIET
def use(number: int, store: str, quiet: bool) -> None:
    """Make the release of that NUMBER the current one, after its files were checked; a running server follows."""
    from loaders.publish import use as run

    run(_folder(store), number)
    if not quiet:
        click.echo(f"release {number} is the current one", err=True)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--release", "number", type=int, help="The release of this number instead of the current one.")
@STORE
@QUIET
def backup(file: Path, number: int | None, store: str, quiet: bool) -> None:
    """Write a release with checksums to FILE (.tar, .tar.gz or .tar.xz)."""
    from loaders.backup import backup as run

    release = releases.at(_folder(store), number) if number is not None else releases.current(_folder(store))
    _say(quiet)(f"writing release {release.number} to {file}")
    run(release, file)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@STORE
@QUIET
def restore(file: Path, store: str, quiet: bool) -> None:
    """Make the release in FILE, a backup, the next release and switch to it."""
    from loaders.backup import restore as run

    release = run(file, _folder(store), _say(quiet))
    if not quiet:
        click.echo(f"release {release.number} restored: {release.statements} statements, {release.digest}", err=True)


@main.command()
@click.argument("format_", metavar="FORMAT", type=click.Choice(["nquads", "trig", "graphml", "gexf", "csv"]))
@STORE
def export(format_: str, store: str) -> None:
    """Write the current release to standard output: all of it as nquads or trig, the network as graphml, gexf, csv."""
    from queries.network import export, graph

    release = releases.current(_folder(store))
    if format_ in export.FORMATS:
        _need_network(release)
        about = f"Influence edges of Plenary, release {release.number} ({str(release.about.get('built', ''))[:10]})"
        about += f"; sources: {', '.join(release.sources)}; no filters. Curated data: CC BY 4.0."
        for part in export.FORMATS[format_](graph.load(release.folder / graph.FILE), about):
            sys.stdout.buffer.write(part.encode())
        return
    if format_ == "nquads":
        with release.dump.open("rb") as dump:
            shutil.copyfileobj(dump, sys.stdout.buffer)
    else:
        whole = Store()
        whole.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
        whole.dump(sys.stdout.buffer, format=RdfFormat.TRIG, prefixes=PREFIXES)


@main.command()
@click.argument("address", metavar="URL")
@click.option("--graph-store", default="", metavar="URL", help="Where it takes whole graphs: loads faster.")
@click.option("--query", "query_", default="", metavar="URL", help="Where it answers queries, to count what arrived.")
@click.option("--user", default="", help="A user who may write.")
@click.option("--password-env", default="PLENARY_PUBLISH_PASSWORD", show_default=True, help="Where the password is.")
@STORE
@QUIET
def publish(address: str, graph_store: str, query_: str, user: str, password_env: str, store: str, quiet: bool) -> None:
    """Bring the current release into another store, which takes SPARQL Update at URL.

    The release is loaded beside the one that the store holds, and then takes its place in one request.
    """
    from queries.publish import Target
    from queries.publish import publish as run

    release = releases.current(_folder(store))
    if user and password_env not in os.environ:
        raise WrongUse(f"--user {user}: put the password into the environment as {password_env}.")
    say: Callable[[str], None] = (lambda step: None) if quiet else (lambda step: TO_STDERR.print(f"… {step}"))
    target = Target(address, graph_store, user, os.environ.get(password_env, ""))
    try:
        run(release, target, query_, say)
    finally:
        target.close()
    if not quiet:
        click.echo(f"release {release.number} is published; start `plenary serve` again where it shows it.", err=True)


def _need_network(release: releases.Release) -> None:
    from queries.network import graph

    if not (release.folder / graph.FILE).exists():
        raise WrongUse(
            f"release {release.number} was built before networks were kept; run `plenary build` into a new folder."
        )


def _folder(store: str) -> Path:
    if store.startswith(("http://", "https://")):
        raise WrongUse("--store: this command needs a folder of releases, not the address of an endpoint.")
    return Path(store)


def _pairs(pairs: tuple[str, ...]) -> list[tuple[str, str]]:
    split = [pair.partition("=") for pair in pairs]
    for key, equals, _ in split:
        if not equals or not key:
            raise WrongUse(f"-p {key}: write it as key=value.")
    return [(key, text) for key, _, text in split]


if __name__ == "__main__":
    main()
