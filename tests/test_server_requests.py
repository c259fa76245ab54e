"""Parameters as they are read from an address or a form, and Accept headers, for any bytes that anybody may send."""

from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import BadRequest
from server.negotiate import best, ranges, wants_html
from server.requests import parameters

OFFERED = ("application/sparql-results+json", "text/csv", "text/html")
bounded = settings(max_examples=150, deadline=None, derandomize=True)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
pieces = st.lists(
    st.sampled_from(["text", "/", "*", ",", ";", "q=", "0.5", "1", '"', "\\", " ", "csv", "html", "\xff"])
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", []),
        (b"&&", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a", [("a", "")]),
        (b"a==b=", [("a", "=b=")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
        (b"a+b=c+d%2B", [("a b", "c d+")]),
        (b"%61=%E5%8C%97", [("a", "北")]),
        (b"a=\xe5\x8c\x97", [("a", "北")]),
        (b"a=%26%3D%0A", [("a", "&=\n")]),
    ],
)
def test_parameters_keep_their_order_and_doubles(raw: bytes, expected: list[tuple[str, str]]) -> None:
    assert parameters(raw, "the address") == expected


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a=1%", "The value of “a” in the form has a “%” without two hexadecimal digits (byte 2)"),
        (b"a=%4", "(byte 1)"),
        (b"a=%zz", "hexadecimal"),
        (b"a=%u0041", "hexadecimal"),
        (b"%FF=1", "The name of a parameter in the form is not UTF-8 (byte 1)"),
        (b"a=x%C0%80", "The value of “a” in the form is not UTF-8 (byte 2)"),
        (b"a=%ED%A0%80", "not UTF-8"),
        (b"a=%F4%90%80%80", "not UTF-8"),
        (b"a=\xff", "not UTF-8"),
        (b"a=x%00", "NUL character (place 2)"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_its_place(raw: bytes, said: str) -> None:
    with pytest.raises(BadRequest) as caught:
        parameters(raw, "the form")
    assert said in str(caught.value)


@bounded
@given(st.lists(st.tuples(texts, texts).filter(any)))
def test_what_a_client_encodes_comes_back_as_it_was(pairs: list[tuple[str, str]]) -> None:
    assert parameters(urlencode(pairs).encode(), "the form") == pairs


@bounded
@given(st.binary())
def test_any_bytes_give_text_without_nul_or_a_refusal(raw: bytes) -> None:
    for sent in (raw, quote_from_bytes(raw).encode()):
        try:
            found = parameters(sent, "the address")
        except BadRequest:
            continue
        assert all("\0" not in part and part.encode() for pair in found for part in pair if part)


@bounded
@given(st.one_of(st.text(), pieces.map("".join)))
def test_any_accept_header_is_read(accept: str) -> None:
    assert best(accept, OFFERED) in (*OFFERED, None)
    assert all(0 <= found.quality <= 1 for found in ranges(accept))
    assert not wants_html(accept) or "html" in accept.lower()


@bounded
@given(pieces.map("".join), st.sampled_from(OFFERED))
def test_what_is_asked_for_alone_beside_what_nobody_has_is_given(strange: str, wanted: str) -> None:
    assert best(f'image/png;x="{strange.replace(chr(34), "").replace(chr(92), "")}", {wanted}', OFFERED) == wanted
