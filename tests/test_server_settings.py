"""The settings of `plenary serve`: as options or variables, told by --help, and a wrong one named with its remedy."""

import re
from dataclasses import fields

import pytest
from click.testing import CliRunner, Result

from queries.limits import Limits
from server.cli import main
from server.served import Config
from server.settings import SETTINGS, Listening, WrongSetting, read

INSIDE = {"metrics", "limits", "release"}  # what the program sets for itself


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, ["serve", *arguments], env=variables)


def test_every_field_has_a_setting() -> None:
    placed = {setting.field or setting.name.replace("-", "_") for setting in SETTINGS}
    assert placed == {one.name for home in (Listening, Config, Limits) for one in fields(home)} - INSIDE


def test_help_shows_every_setting_with_its_variable_and_default() -> None:
    text = re.sub(r"\s+", " ", run("--help").output)
    for setting in SETTINGS:
        assert f"--{setting.name} " in text or f"--{setting.name}/" in text or f"--{setting.name} /" in text
        assert re.search(rf"env var: PLENARY_{setting.name.upper().replace('-', '_')}; default: ?\S", text), (
            setting.name
        )


WRONG = [
    (["--port", "99999"], {}, "'--port'.*0<=x<=65535"),
    (["--limit", "soon"], {}, "'--limit'.*'soon' is not a valid float"),
    ([], {"PLENARY_LIMIT": "-1"}, "'--limit' .env var: 'PLENARY_LIMIT'.*x>0"),
    ([], {"PLENARY_LOG": "xml"}, "PLENARY_LOG.*'xml' is not one of"),
    ([], {"PLENARY_PROT": "80"}, "PLENARY_PROT: there is no such setting; did you mean PLENARY_PORT"),
    (["--limit", "nan"], {}, "'--limit'.*nan is no number of seconds"),
    ([], {"PLENARY_LIMIT": "inf"}, "PLENARY_LIMIT.*inf is no number of seconds"),
    (["--grace", "nan"], {}, "'--grace'.*nan is no number of seconds"),
    (["--workers", "20", "--most", "3"], {}, "most: 3 is less than 20 workers"),
    (["--store", "ftp://example.org/x"], {}, "begins with ftp://. Write it as https://host/sparql"),
]


@pytest.mark.parametrize(("arguments", "variables", "told"), WRONG)
def test_a_wrong_setting_is_named_at_the_start(arguments: list[str], variables: dict[str, str], told: str) -> None:
    result = run(*arguments, **variables)
    assert result.exit_code == 2
    assert re.search(told, result.output)


def test_settings_go_where_they_belong() -> None:
    listening, config = read({"port": 9, "limit": 2.5, "max_rows_shown": 7, "store": "here"})
    assert (listening.port, listening.host) == (9, "127.0.0.1")
    assert (config.limits.seconds, config.max_rows_shown, config.store) == (2.5, 7, "here")


def test_a_setting_that_nobody_has_is_refused() -> None:
    with pytest.raises(WrongSetting, match="colour: there is no such setting"):
        read({"colour": "blue"})
