"""What a request says, read strictly: what cannot be decoded is refused, where Werkzeug would pass over it."""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, g, request
from werkzeug.exceptions import NotImplemented as NotDone
from werkzeug.exceptions import RequestEntityTooLarge

from server.errors import AddressTooLong, BadRequest, TooLarge, UnsupportedMedia

FORM = "application/x-www-form-urlencoded"
MOST_ADDRESS = 60_000  # bytes; HTTP servers stop reading at 64 KiB
_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
Parameters = list[tuple[str, str]]


def register(app: Flask) -> None:
    """Have every request refused whose address cannot be read as it stands."""
    app.url_map.merge_slashes = False
    app.before_request(_check)


def parameters(raw: bytes, where: str) -> Parameters:
    """Names and values in their order, doubled ones kept, of a form or of an address's part after the `?`.

    BadRequest for a broken `%`, for what is not UTF-8, and for NUL; `where` says what was read, as in “the address”.
    """
    return [_pair(part, where) for part in raw.split(b"&") if part]


def _pair(part: bytes, where: str) -> tuple[str, str]:
    name, _, value = part.partition(b"=")
    read = _decoded(name, f"The name of a parameter in {where}")
    return read, _decoded(value, f"The value of “{read[:40]}” in {where}")


def _decoded(raw: bytes, what: str) -> str:
    if broken := _BROKEN.search(raw):
        said = f"{what} has a “%” without two hexadecimal digits (byte {broken.start() + 1}). Write “%” as %25."
        raise BadRequest(said)
    data = raw.replace(b"+", b" ")
    return decoded(unquote_to_bytes(data) if b"%" in data else data, what)


def decoded(data: bytes, what: str) -> str:
    """Text that was sent as UTF-8 without NUL; else BadRequest, which names it as `what`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} is not UTF-8 (byte {error.start + 1}). Send it as UTF-8.") from error
    if "\0" in text:
        raise BadRequest(f"{what} holds a NUL character (place {text.index(chr(0)) + 1}). Remove it.")
    return text


def asked() -> Parameters:
    """The parameters of this request's address."""
    if "asked" not in g:
        g.asked = parameters(_bytes(request.environ.get("QUERY_STRING", "")), "the address")
    return list(g.asked)


def sent() -> bytes:
    """The body of this request as it stands; UnsupportedMedia if it is packed or not in UTF-8, TooLarge if too long."""
    if (coding := request.headers.get("Content-Encoding", "identity").strip().lower()) not in ("", "identity"):
        raise UnsupportedMedia(f"The body is packed as {coding[:40]}, and only plain bodies are read.")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMedia(f"The body is in {charset[:40]}, which this server does not read. Send it as UTF-8.")
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        raise TooLarge(f"The body has more than {request.max_content_length:,} bytes. Ask for less at once.") from None


def _check() -> None:
    environ = request.environ
    path, query = _bytes(environ.get("PATH_INFO", "")), environ.get("QUERY_STRING", "")
    if len(path) + len(query) > MOST_ADDRESS:
        raise AddressTooLong(MOST_ADDRESS)
    try:
        strange = _CONTROL.search(path.decode())
    except UnicodeDecodeError:
        raise BadRequest("The path of the address is not UTF-8. Check the address.") from None
    if strange:
        raise BadRequest("The path of the address holds a control character. Check the address.")
    if environ.get("HTTP_TRANSFER_ENCODING", "chunked").strip().lower() != "chunked":
        raise NotDone
    asked()


def _bytes(text: str) -> bytes:
    """A part of the environment as it was sent: WSGI hands bytes over as characters, some servers text."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
