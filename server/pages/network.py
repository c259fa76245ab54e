"""`/api/neighbours`, `/api/network`: parts of the network as JSON."""

from flask import Blueprint, Response, jsonify, request

from ontology import iris
from server.asked import whole
from server.errors import BadRequest
from server.network import among, find, neighbours
from server.served import served

SHOWN, MOST = 100, 1000
page = Blueprint("network", __name__)


@page.get("/api/neighbours")
def api_neighbours() -> Response:
    """What `node` is tied to: counts of all of it, and `limit` neighbours from `offset` on, of the kinds given."""
    here = served()
    node = find(here, request.args.get("node", "")[:500])
    kinds = request.args.getlist("kind")
    limit = whole(request.args, "limit", SHOWN, 0, MOST)
    offset, of = whole(request.args, "offset", 0, 0, 10_000_000), request.args.getlist("of")
    return jsonify(neighbours(here.network, node, kinds, limit, offset, of))


@page.route("/api/network", methods=["GET", "POST"])
def api_network() -> Response:
    """The things given as `node`, and all edges among them; with `known=1` those without edges are passed over.

    Many things make an address that some servers refuse; the same fields may be sent as a form by POST.
    """
    here = served()
    named = request.values.getlist("node")
    if len(named) > MOST:
        raise BadRequest(f"At most {MOST} nodes are drawn at a time; {len(named)} were asked for.")
    if request.values.get("known") == "1":
        index = here.network.index
        return jsonify(
            among(here.network, [index[iris.THINGS + name] for name in named if iris.THINGS + name in index])
        )
    return jsonify(among(here.network, [find(here, name[:500]) for name in named]))
