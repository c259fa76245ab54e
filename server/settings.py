"""The settings of `plenary serve`: one list, from which come its options, their variables and their defaults."""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

import click

from ontology.errors import PlenaryError
from queries.limits import HOLD, Limits
from server.logs import FORMS
from server.served import Config

PREFIX = "PLENARY_"
COUNT, SOME = click.IntRange(0), click.IntRange(1)
LONGEST = 1_000_000  # seconds; the clocks of the system know no infinity


class WrongSetting(PlenaryError):
    """A setting that this server does not have, or cannot work with."""


class Seconds(click.FloatRange):
    """A time, which is a number that a clock can reach; `nan` and `inf` are floats too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401
        """The number; click's own error for what is none, or too large."""
        seconds = super().convert(value, param, ctx)
        if not seconds <= LONGEST:
            self.fail(f"{seconds} is no number of seconds up to {LONGEST:,}.", param, ctx)
        return seconds


SECONDS = Seconds(0, min_open=True)


@dataclass(frozen=True)
class Listening:
    """Where and how the server speaks HTTP."""

    host: str = "127.0.0.1"
    port: int = 8080
    grace: float = 5.0
    log: str = "auto"


@dataclass(frozen=True)
class Setting:
    """One setting; `field` names its place in `Listening`, `Config` or `Limits` where that has another name."""

    name: str
    kind: click.ParamType[Any]
    help: str
    field: str = ""


SETTINGS = (
    Setting("host", click.STRING, "Address to listen on; 0.0.0.0 for every one of this machine."),
    Setting("port", click.IntRange(0, 65535), "Port to listen on; 0 takes a free one."),
    Setting("store", click.STRING, "Folder of releases, or a SPARQL endpoint's address."),
    Setting("title", click.STRING, "What the pages call this site."),
    Setting("limit", SECONDS, "Seconds after which a query is ended.", "seconds"),
    Setting("short", SECONDS, "Seconds after which a query needs one of the places for long ones."),
    Setting("long", COUNT, "Places for long queries of strangers."),
    Setting("waiting", COUNT, "Queries of strangers that may wait for a worker; the next is told to come back."),
    Setting("workers", SOME, "Processes kept ready to answer queries."),
    Setting("most", SOME, "Processes at most, hence queries that run at once."),
    Setting("memory-mib", SOME, "Mebibytes that one query may take."),
    Setting("max-bytes", COUNT, "Bytes of one result; 0 for any size."),
    Setting("max-query-bytes", SOME, "Bytes of one query."),
    Setting("max-rows-shown", SOME, "Rows that a page shows; downloads have all."),
    Setting("rate", click.STRING, "Requests that one client may make, such as 600/minute; '' for any number."),
    Setting("limit-loopback", click.BOOL, "Whether the rate holds for clients on this machine too."),
    Setting("trusted-proxies", COUNT, "Proxies in front that say truly who asks."),
    Setting("hold", click.Choice(HOLD), "The graph in memory, on disk, or by its size."),
    Setting("grace", Seconds(0), "Seconds for what still runs when the server is told to end."),
    Setting("log", click.Choice(FORMS), "Form of the lines on standard error; auto is text on a terminal, else json."),
)  # fmt: skip
HOMES = (Listening, Config, Limits)


def options() -> list[click.Parameter]:
    """A click option for each setting, which a variable such as PLENARY_PORT sets too."""
    return [_option(setting) for setting in SETTINGS]


def _option(setting: Setting) -> click.Option:
    default = _default(setting.field or _snake(setting.name))
    switch = isinstance(default, bool)
    return click.Option(
        [f"--{setting.name}" + (f"/--no-{setting.name}" if switch else "")],
        type=setting.kind,
        default=default,
        help=setting.help,
        envvar=_variable(setting),
        show_envvar=True,
        show_default=True,
    )


def read(values: Mapping[str, Any]) -> tuple[Listening, Config]:
    """Settings by their names, as records; raises WrongSetting for a variable that looks like a misspelt one."""
    _refuse_misspelt(os.environ)
    unknown = values.keys() - {_snake(setting.name) for setting in SETTINGS}
    if unknown:
        raise WrongSetting(f"{', '.join(sorted(unknown))}: there is no such setting. See `plenary serve --help`.")
    placed = {setting.field or _snake(setting.name): values.get(_snake(setting.name)) for setting in SETTINGS}
    return Listening(**_of(Listening, placed)), Config(**_of(Config, placed), limits=Limits(**_of(Limits, placed)))


def _of(home: type[Listening | Config | Limits], placed: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: placed[one.name] for one in fields(home) if placed.get(one.name) is not None}


def _default(field: str) -> Any:  # noqa: ANN401  (of any type that a setting has)
    found = (one.default for home in HOMES for one in fields(home) if one.name == field)
    return next(value if value is not MISSING else None for value in found)


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _variable(setting: Setting) -> str:
    return PREFIX + _snake(setting.name).upper()


def _refuse_misspelt(names: Iterable[str]) -> None:
    known = [_variable(setting) for setting in SETTINGS]
    for name in names:
        if name.startswith(PREFIX) and name not in known:
            meant = difflib.get_close_matches(name, known, 1, 0.9)
            if meant:
                raise WrongSetting(f"{name}: there is no such setting; did you mean {meant[0]}? Rename it or unset it.")
