"""Values that schemas write in several forms: plainly, as a map with a content, or as a list of such."""

import re
from functools import lru_cache

from loaders.relaton.parse import Value

KEYS = ("content", "value", "type", "id", "name")
Map = dict[str, Value]
NULLS = ("null", "~")  # YAML's words for nothing, read as text

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_SHORT = {"eng": "en", "fra": "fr", "fre": "fr", "rus": "ru", "zho": "zh", "chi": "zh", "spa": "es", "deu": "de",
          "ger": "de", "jpn": "ja", "kor": "ko", "ara": "ar", "por": "pt", "ita": "it"}  # fmt: skip


def several(value: Value | None) -> list[Value]:
    """The values of a field that newer schemas write as a list, and older ones plainly where there is but one."""
    if isinstance(value, list):
        return [part for part in value if part and part not in NULLS]
    return [value] if value and value not in NULLS else []


def text(value: Value | None, *keys: str) -> str:
    """The text of a value that is written plainly or as a map, under the first of some keys that it has."""
    if isinstance(value, str):
        return _stripped(value)
    if isinstance(value, dict):
        for key in keys or KEYS:
            if found := value.get(key):
                return text(found)
        return ""
    return text(value[0], *keys) if value else ""


@lru_cache(8192)
def _stripped(text: str) -> str:
    return "" if text in NULLS else " ".join(text.split())


def inside(value: Value | None) -> Map:
    """A value that is a map, else an empty one."""
    return value if isinstance(value, dict) else {}


def tongue(map_: Map) -> str:
    """The language of a text if it can be written as one in RDF, which takes the shorter code: `eng` is en."""
    return _tongue(text(map_.get("language")))


@lru_cache(1024)
def _tongue(found: str) -> str:
    return _SHORT.get(found, found) if _LANGUAGE.fullmatch(found) else ""
