"""What an address for programs takes and gives, declared beside its view, to read requests by and to describe it by."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
from typing import Any, ParamSpec
from urllib.parse import urlencode

from flask import Response, current_app, g, request

from server.api.shapes import Envelope, Release, here
from server.errors import BadRequest, NotOffered, UnsupportedMedia
from server.negotiate import best
from server.served import served

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
P = ParamSpec("P")


@dataclass(frozen=True)
class Argument:
    """A parameter of an address; `least` and `most` bound a number, `most` also a text, unless it is 0."""

    name: str
    about: str
    type: str = "string"
    default: int | None = None
    least: int = 0
    most: int = 500
    choices: Callable[[], Iterable[str]] | Sequence[str] = ()
    pattern: str = ""
    many: bool = False
    required: bool = False
    example: str = ""

    @property
    def listed(self) -> list[str]:
        """The only values that it takes; empty where it takes others."""
        return list(self.choices() if callable(self.choices) else self.choices)

    def read(self, sent: Sequence[str]) -> Any:  # noqa: ANN401  (a number, a text, a list of texts, or the default)
        """The value that a request sends; BadRequest says what is wrong with it and what would be right."""
        if self.required and not any(text.strip() for text in sent):
            raise BadRequest(f"The parameter {self.name} is missing. {self.about}")
        if len(sent) > 1 and not self.many:
            raise BadRequest(f"The parameter {self.name} is given {len(sent)} times. Give it once.")
        values = [self._whole(text) if self.type == "integer" else self._text(text) for text in sent]
        return values if self.many else next(iter(values), self.default)

    def _whole(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise BadRequest(f"The parameter {self.name} is a whole number; {text[:40]!r} is not.")
        if not self.least <= int(text) <= self.most:
            raise BadRequest(f"The parameter {self.name} is from {self.least} to {self.most}; {text} is not.")
        return int(text)

    def _text(self, text: str) -> str:
        if 0 < self.most < len(text):
            raise BadRequest(f"The parameter {self.name} has {len(text):,} characters. Send at most {self.most}.")
        listed = self.listed
        if listed and text not in listed:
            raise BadRequest(f"The parameter {self.name} does not take {text[:40]!r}. It takes: {', '.join(listed)}.")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise BadRequest(f"The parameter {self.name} does not take {text[:40]!r}. {self.about}")
        return text


@dataclass(frozen=True)
class Operation:
    """What one view takes and gives: the type of its answer, or media types where it gives no JSON object of ours."""

    name: str
    about: str
    answer: type | tuple[str, ...]
    arguments: tuple[Argument, ...] = ()
    errors: tuple[int, ...] = ()
    each: Callable[[str], tuple[Argument, ...]] | None = None


def described(
    answer: type,
    *arguments: Argument,
    errors: tuple[int, ...] = (),
    each: Callable[[str], tuple[Argument, ...]] | None = None,
) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Have a view's requests read strictly before it is called, and the view described at `/openapi.json`.

    `each` gives the parameters of one saved query, for the view whose addresses each stand for one.
    """

    def declare(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def checked(*args: P.args, **path: P.kwargs) -> Response:
            accept = request.headers.get("Accept", "")
            if not best(accept, (JSON,)):
                raise NotOffered(accept, (JSON,))
            if request.method == "POST" and request.mimetype != FORM:
                raise UnsupportedMedia(f"This address takes its parameters as {FORM}.")
            declared = each(str(path["slug"])) if each else arguments
            g.arguments = read([one for one in declared if one.name not in path])
            return view(*args, **path)

        vars(checked)["operation"] = Operation(view.__name__, getdoc(view) or "", answer, arguments, errors, each)
        return checked

    return declare


def read(arguments: Sequence[Argument]) -> dict[str, Any]:
    """The values of a request's parameters by name; a name that is not declared is an error that tells which are."""
    known = {argument.name: argument for argument in arguments}
    for name in request.values:
        if name not in known:
            takes = f"This address takes: {', '.join(known)}." if known else "This address takes none."
            raise BadRequest(f"There is no parameter {name[:40]!r} here. {takes}")
    return {name: argument.read(request.values.getlist(name)) for name, argument in known.items()}


def arguments() -> dict[str, Any]:
    """The values of this request's parameters, read before its view was called."""
    found: dict[str, Any] = g.arguments
    return found


def following(total: int, offset: int, limit: int, name: str = "offset") -> str | None:
    """The address of the next part of a list; None after the last."""
    if limit == 0 or offset + limit >= total:
        return None
    sent = [(key, value) for key, value in request.args.items(multi=True) if key != name]
    return f"{here(request.path)}?{urlencode([*sent, (name, str(offset + limit))])}"


def reply(body: Mapping[str, Any]) -> Response:
    """An answer as JSON, with the release and what that covers."""
    asked = served()
    number = asked.store.release.number if asked.store.release else None
    about = Envelope(release=Release(number=number, date=asked.date or None, name=asked.name), scope=asked.scope)
    return Response(as_json({**about, **body, "release": about["release"]}), content_type=JSON)


def as_json(body: Any) -> str:  # noqa: ANN401  (any JSON)
    """JSON with its keys in the order in which they were made, and Chinese as it is written."""
    return current_app.json.dumps(body, ensure_ascii=False, sort_keys=False) + "\n"
