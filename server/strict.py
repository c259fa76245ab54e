"""Requests read as RFC 9112 has it, where waitress lets pass what two servers in a row could read in two ways."""

import re

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

VERSIONS = ("1.0", "1.1")
_HOST = re.compile(r"(?:[\w.~%-]+|\[[0-9A-Fa-f:.]+\])?(?::[0-9]*)?", re.ASCII)
_BARE = re.compile(rb"(?<!\r)\n")  # of which waitress would await the rest
_FOLDED = re.compile(rb"\r\n[ \t]")
_CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:([^\r]*)", re.IGNORECASE)


class AddressTooLong(Error):
    """The first line alone is longer than what is read before a body."""

    code, reason = 414, "URI Too Long"


class VersionNotSupported(Error):
    """An HTTP that is neither 1.0 nor 1.1."""

    code, reason = 505, "HTTP Version Not Supported"


class Request(HTTPRequestParser):
    """One request of a connection, refused where its length, its host or its version is not sure."""

    def received(self, data: bytes) -> int:
        """Take in what belongs to this request; the number of bytes that do."""
        head = self.header_plus + data if self.body_rcv is None else b""
        consumed: int = super().received(data)
        if self.error and self.error.code == 431 and b"\r\n" not in head[: self.adj.max_request_header_size]:
            self._refuse(AddressTooLong("the first line has no end"))
        elif not self.error and self.headers_finished and not self.empty and self.version not in VERSIONS:
            self._refuse(VersionNotSupported(f"version {self.version}"))
        elif self.chunked and self.body_rcv.chunk_remainder > self.adj.max_request_body_size:
            self._refuse(RequestEntityTooLarge("a chunk says that it is longer than a body may be"))
        elif _BARE.search(self._unread()):
            self._refuse(BadRequest("a line ends in LF alone"))
        if self.error:
            self.expect_continue = False  # nobody waits for what is refused already
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; ParsingError, hence 400, if it leaves open how long the body is, or which host is asked."""
        super().parse_header(header_plus)
        if _FOLDED.search(header_plus):
            raise ParsingError("a line of the head goes on in the next")
        codings = _CODED.findall(header_plus)
        if codings and (not self.chunked or "CONTENT_LENGTH" in self.headers):
            raise ParsingError("Transfer-Encoding beside Content-Length, in HTTP/1.0, or empty")
        if b",".join(codings).lower().count(b"chunked") > 1:
            raise ParsingError("chunked twice")
        host = self.headers.get("HOST", " " if self.version == "1.1" else "")
        if not _HOST.fullmatch(host):
            raise ParsingError("Host is missing, doubled, or no name of a host")

    def _unread(self) -> bytes:
        """What is here of a line that has no end yet, of the head or of what frames the chunks."""
        if self.error or self.completed:
            return b""
        if self.body_rcv is None:
            return bytes(self.header_plus.lstrip())
        body = self.body_rcv
        return bytes(body.control_line + body.chunk_end + body.trailer) if self.chunked else b""

    def _refuse(self, error: Error) -> None:
        self.error, self.completed = error, True
