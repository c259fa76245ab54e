"""JSON Schema made from the types of answers, so that what mypy checks and what programs are told is one thing."""

from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
Schema = dict[str, Any]


def schema(hint: Any) -> Schema:  # noqa: ANN401  (any type)
    """The schema of a type of an answer; a TypedDict is referred to by its name, Any is any JSON."""
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if is_typeddict(hint):
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    kind, inner = get_origin(hint), get_args(hint)
    if kind is list:
        return {"type": "array", "items": schema(inner[0])}
    if kind is dict:
        return {"type": "object", "additionalProperties": schema(inner[1])}
    if kind is UnionType:
        return {"anyOf": [schema(one) for one in inner]}
    raise TypeError(f"{hint!r} has no schema")


def component(shape: type, *more: type) -> Schema:
    """The schema of a TypedDict; `more` are those whose fields it has besides."""
    fields, required = Schema(), list[str]()
    for one in (*more, shape):
        fields |= {name: schema(hint) for name, hint in get_type_hints(one).items()}
        required += sorted(getattr(one, "__required_keys__", ()))
    about = " ".join((shape.__doc__ or "").split())
    return {"type": "object", "description": about, "properties": fields, "required": required}


def parts(shape: type) -> set[type]:
    """The TypedDicts that one names, and those that they name."""
    found, waiting = set[type](), [shape]
    while waiting:
        one = waiting.pop()
        if is_typeddict(one):
            waiting += [] if one in found else list(get_type_hints(one).values())
            found.add(one)
        waiting += get_args(one)
    return found
