"""Values that schemas write in several forms: plainly, as a map with a content, or as a list of such."""

from loaders.relaton.parse import Value

KEYS = ("content", "value", "type", "id", "name")
Map = dict[str, Value]


def several(value: Value | None) -> list[Value]:
    """The values of a field that newer schemas write as a list, and older ones plainly where there is but one."""
    if isinstance(value, list):
        return [part for part in value if part not in ("", [], {})]
    return [value] if value else []


def text(value: Value | None, *keys: str) -> str:
    """The text of a value that is written plainly or as a map, under the first of some keys that it has."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        for key in keys or KEYS:
            if found := value.get(key):
                return text(found)
        return ""
    return text(value[0], *keys) if value else ""


def inside(value: Value | None) -> Map:
    """A value that is a map, else an empty one."""
    return value if isinstance(value, dict) else {}
