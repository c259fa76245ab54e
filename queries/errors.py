"""What can go wrong with a query, each as one kind of error that a user can be shown as it is."""

from collections.abc import Iterable

from ontology.errors import PlenaryError


class PlacedError(PlenaryError):
    """An error at a place in the query's text; lines and columns count from 1, in characters as the user sent them."""

    def __init__(self, sentence: str, line: int | None = None, column: int | None = None) -> None:
        self.sentence, self.line, self.column = sentence, line, column
        super().__init__(sentence if line is None else f"Line {line}, column {column}: {sentence}")


class QueryRefused(PlacedError):
    """The query asks for something that this store does not do for anybody, whatever the data."""


class QuerySyntax(PlacedError):
    """The text is no SPARQL query; the place is missing where a remote endpoint does not tell it."""


class QueryTimeout(PlenaryError):
    """The query was ended at its time limit; what it had found by then counts for nothing."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        super().__init__(
            f"The query was ended after its limit of {limit:g} seconds, without a result. "
            "Ask for less: name a thing or a class, avoid patterns that share no variable, or add LIMIT."
        )


class QueryFailed(PlenaryError):
    """The query could be read, but computing it broke off: out of memory, too deep, or a fault of the engine."""


class QueryTooHeavy(QueryFailed):
    """The query asks for more memory than one may have, or is too deep for the engine."""


class ResultTooLarge(PlenaryError):
    """The result has more bytes than this store gives; those sent before that was known are not a result."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"The result has more than {most:,} bytes, the most given here. Ask for less, or add LIMIT.")


class StoreBusy(PlenaryError):
    """The store cannot take the query now, or cannot go on with it, because of all that it has to do."""

    def __init__(self, reason: str = "Too many queries are waiting already, so this one was not begun.") -> None:
        super().__init__(f"{reason} Try again in a few seconds.")


class NotAcceptable(PlenaryError):
    """The format asked for cannot hold the kind of result that the query gives."""

    def __init__(self, media_type: str, form: str, offered: Iterable[str]) -> None:
        self.media_type, self.form, self.offered = media_type, form, tuple(offered)
        super().__init__(
            f"The result of this {form} query cannot be given as {media_type}. Ask for: {', '.join(self.offered)}."
        )


class UnknownGraph(PlenaryError):
    """A query names a graph that the release does not have."""

    def __init__(self, graph: str, known: Iterable[str]) -> None:
        self.graph, self.known = graph, tuple(sorted(known))
        super().__init__(f"There is no graph <{graph}> here. The graphs are: {', '.join(self.known) or 'none'}.")


class StoreUnreachable(PlenaryError):
    """Nothing answers where the store should be."""

    def __init__(self, location: str, reason: object) -> None:
        self.location = location
        super().__init__(f"The store at {location} cannot be reached: {reason}. Check that it is there and runs.")
