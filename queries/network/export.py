"""The whole network as files for other programs: GraphML, GEXF (Gephi), CSV; each says what it is and from where."""

import csv
import io
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from queries.network.graph import Network

NODE = ("label", "zh", "kind", "class", "countries", "listed", "address")
EDGE = ("kind", "roleLabel", "claim", "start", "end", "confidence", "source")
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Values = dict[str, str]


def nodes(network: Network) -> Iterator[tuple[str, Values]]:
    """The id of each node and its values as text; countries as `rule: cn us; rule: …`."""
    for number in range(len(network.address)):
        told = network.node(number)
        countries = "; ".join(f"{rule}: {' '.join(found)}" for rule, found in told["countries"].items())
        given = told | {"countries": countries, "listed": "true" if told["listed"] else "false"}
        yield told["id"], {name: str(given[name]) for name in NODE if given[name]}


def edges(network: Network) -> Iterator[tuple[str, str, str, Values]]:
    """The id of each edge, its ends, and its values as text."""
    for number in range(len(network.claim)):
        told = network.edge(number)
        yield told["id"], told["from"], told["to"], {name: str(told[name]) for name in EDGE if told[name]}


def graphml(network: Network, about: str) -> Iterator[str]:
    """GraphML, line by line; `about` is its title, date and sources."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield f"<desc>{_text(about)}</desc>\n"
    for owner, names in (("node", NODE), ("edge", EDGE)):
        for name in names:
            yield f'<key id="{owner}-{name}" for="{owner}" attr.name="{name}" attr.type="string"/>\n'
    yield '<graph edgedefault="directed">\n'
    for key, values in nodes(network):
        yield f"<node id={_quoted(key)}>{_data('node', values)}</node>\n"
    for number, (_, tail, head, values) in enumerate(edges(network)):
        ends = f"source={_quoted(tail)} target={_quoted(head)}"
        yield f'<edge id="e{number}" {ends}>{_data("edge", values)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def gexf(network: Network, about: str) -> Iterator[str]:
    """GEXF 1.3, line by line; an edge has its days, so that Gephi's timeline works."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    yield f"<meta><creator>Plenary</creator><description>{_text(about)}</description></meta>\n"
    yield '<graph defaultedgetype="directed" mode="dynamic" timeformat="date">\n'
    for owner, names in (("node", NODE), ("edge", EDGE)):
        listed = "".join(f'<attribute id="{owner}-{name}" title="{name}" type="string"/>' for name in names)
        yield f'<attributes class="{owner}">{listed}</attributes>\n'
    yield "<nodes>\n"
    for key, values in nodes(network):
        label = _quoted(values.get("label", key))
        yield f"<node id={_quoted(key)} label={label}>{_attributes('node', values)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (_, tail, head, values) in enumerate(edges(network)):
        days = "".join(f" {name}={_quoted(values[name])}" for name in ("start", "end") if name in values)
        ends = f"source={_quoted(tail)} target={_quoted(head)} kind={_quoted(values['kind'])}"
        yield f'<edge id="e{number}" {ends}{days}>{_attributes("edge", values)}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def table(network: Network, about: str) -> Iterator[str]:
    """The edges as CSV, with the labels of both ends; the last column says what it is and from where."""
    labels = {key: values.get("label", "") for key, values in nodes(network)}
    yield _line("from", "fromLabel", "to", "toLabel", *EDGE, "from release")
    for _, tail, head, values in edges(network):
        yield _line(tail, labels[tail], head, labels[head], *(values.get(name, "") for name in EDGE), about)


def _line(*cells: str) -> str:
    """A line of CSV; a cell that a spreadsheet would take for a formula begins with `'`."""
    line = io.StringIO()
    csv.writer(line).writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return line.getvalue()


def _text(value: str) -> str:
    return escape(FORBIDDEN.sub("\ufffd", value))


def _quoted(value: str) -> str:
    return quoteattr(FORBIDDEN.sub("\ufffd", value))


def _data(owner: str, values: Values) -> str:
    return "".join(f'<data key="{owner}-{name}">{_text(value)}</data>' for name, value in values.items())


def _attributes(owner: str, values: Values) -> str:
    given = "".join(f'<attvalue for="{owner}-{name}" value={_quoted(value)}/>' for name, value in values.items())
    return f"<attvalues>{given}</attvalues>"


FORMATS = {"graphml": graphml, "gexf": gexf, "csv": table}
