"""The command `plenary`: the one module that joins ontology, loaders, queries and server."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ontology import releases
from ontology.errors import PlenaryError

STORE = click.option(
    "--store", default=str(releases.DEFAULT), help="Folder of releases, or the address of an endpoint."
)
QUIET = click.option("--quiet", is_flag=True, help="Say nothing but results and errors.")
TO_STDERR = Console(stderr=True, highlight=False)


class _Group(click.Group):
    """Turns Plenary's own errors into a sentence and an exit code, so that nobody meets a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own signature)
        try:
            return super().invoke(ctx)
        except PlenaryError as error:
            click.echo(f"plenary: {error}", err=True)
            ctx.exit(_exit_code(error))
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


def _exit_code(error: PlenaryError) -> int:
    """2 for what the user can put right in the command, 1 for a check or a build that failed."""
    from loaders.build import BuildRefused
    from queries.saved import BadParameter, NoSuchQuery
    from queries.search import UnknownName

    return 2 if isinstance(error, BuildRefused | BadParameter | NoSuchQuery | UnknownName | WrongUse) else 1


class WrongUse(PlenaryError):
    """A command that was asked for something it does not have."""


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plenary")
def main() -> None:
    """Who shapes international technical standards: build, serve and ask the knowledge graph."""


@main.command()
@click.argument("sources", nargs=-1)
@STORE
@QUIET
def build(sources: tuple[str, ...], store: str, quiet: bool) -> None:
    """Build a release from the curated data and switch to it.

    SOURCES are names of curated sources; without any, all are built. The release that is being served goes on
    until the new one is complete and checked.
    """
    from loaders.build import build as run
    from queries import search

    say: Callable[[str], None] = (lambda step: None) if quiet else (lambda step: TO_STDERR.print(f"… {step}"))
    summary = run(Path(store), sources, finish=[search.write], progress=say)
    if not quiet:
        click.echo("\n".join(summary.lines()), err=True)


if __name__ == "__main__":
    main()
