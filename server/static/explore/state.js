// The whole view: what is placed where, filters, colours, selection, zoom. It stands in the address after the "#",
// so that a link gives a colleague the same view; undo and redo walk over its past forms.

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
const LISTS = ["offKinds", "offEdges", "offConfidence", "offSources"];
const WORDS = ["country", "rule", "colour", "date", "ended"];
const TITLE = 200; // characters of a title
export const DEFAULTS = { country: "", rule: "sourceLabel", colour: "kind", date: "", ended: "" };

/** @returns a view with nothing in it. */
export const blank = () => ({
  nodes: {}, clusters: {}, hidden: [], selected: [], offKinds: [], offEdges: [], offConfidence: [], offSources: [], ...DEFAULTS, title: "", eye: null,
});

const round = (number) => Math.round(number);

/** A view as the part of an address after the "#". */
export function encode(view) {
  const ids = Object.keys(view.nodes);
  const place = new Map(ids.map((id, index) => [id, index]));
  const by = (item) => (place.has(item.by) ? `^${place.get(item.by)}` : "");
  const parts = [];
  const add = (key, value) => value && parts.push(`${key}=${encodeURI(value).replaceAll("&", "%26").replaceAll("#", "%23")}`);
  add("n", ids.map((id) => {
    const node = view.nodes[id];
    return `${id}@${round(node.x)},${round(node.y)}${node.pin ? "!" : ""}${by(node)}`;
  }).join(";"));
  add("c", Object.values(view.clusters).map((c) =>
    `${c.of}|${c.kind}|${c.count}|${c.offset}@${round(c.x)},${round(c.y)}`).join(";"));
  add("h", view.hidden.join(";"));
  add("s", view.selected.join(";"));
  for (const key of LISTS) add(key, view[key].join(";"));
  for (const key of WORDS) if (view[key] !== DEFAULTS[key]) add(key, view[key]);
  add("t", view.title);
  if (view.eye) add("z", [view.eye.zoom.toFixed(3), round(view.eye.x), round(view.eye.y)].join(","));
  return parts.join("&");
}

function readNodes(text) {
  const found = {};
  const raw = text.split(";").map((part) => /^([^@]+)@(-?\d+),(-?\d+)(!?)(?:\^(\d+))?$/.exec(part)).filter((m) => m && ID.test(m[1]));
  const ids = raw.map((match) => match[1]);
  for (const [, id, x, y, pin, by] of raw) found[id] = { x: +x, y: +y, pin: pin === "!", by: by ? ids[+by] ?? "" : "" };
  return found;
}

function readClusters(text) {
  const found = {};
  for (const part of text.split(";")) {
    const match = /^([^|@]+)\|([a-z-]+)\|(\d+)\|(\d+)@(-?\d+),(-?\d+)$/.exec(part);
    if (!match || !ID.test(match[1])) continue;
    const [, of, kind, count, offset, x, y] = match;
    found[clusterId(of, kind)] = { of, kind, count: +count, offset: +offset, x: +x, y: +y, by: of };
  }
  return found;
}

/** The name under which the rest of a node's neighbours of one kind stand together. */
export const clusterId = (of, kind) => `cluster:${of}|${kind}`;

/** A view from an address; what cannot be read is left out. */
export function decode(text) {
  const given = new URLSearchParams(text.replaceAll("+", "%2B"));
  const view = blank();
  view.nodes = readNodes(given.get("n") ?? "");
  view.clusters = readClusters(given.get("c") ?? "");
  const placed = (id) => id in view.nodes || id in view.clusters;
  const list = (key) => (given.get(key) ?? "").split(";").filter(Boolean);
  view.hidden = list("h").filter(placed);
  view.selected = list("s").filter((id) => placed(id) || id.includes(">"));
  for (const key of LISTS) view[key] = list(key).filter((word) => /^[\w-]+$/.test(word));
  for (const key of WORDS) if (/^[\w-]+$/.test(given.get(key) ?? "")) view[key] = given.get(key);
  view.title = (given.get("t") ?? "").slice(0, TITLE);
  const eye = (given.get("z") ?? "").split(",").map(Number);
  if (eye.length === 3 && eye.every(Number.isFinite) && eye[0] > 0) view.eye = { zoom: eye[0], x: eye[1], y: eye[2] };
  return view;
}

/** The current view with its past and its future. */
export class History {
  #past = [];
  #future = [];
  #heard = [];

  constructor(view) {
    this.view = view;
    addEventListener("popstate", () => { if (location.hash.length > 1) this.#show(decode(location.hash.slice(1))); });
  }

  listen(heard) { this.#heard.push(heard); }
  get canUndo() { return this.#past.length > 0; }
  get canRedo() { return this.#future.length > 0; }

  /** A change that can be undone; the browser's back button leads back too. */
  commit(change, words = "") {
    this.#past.push(this.view);
    this.#future = [];
    this.view = { ...this.view, ...change };
    history.pushState(null, "", this.address);
    this.#tell(words);
  }

  /** A change of no weight, such as of zoom: kept in the address, not in the past. */
  touch(change) {
    this.view = { ...this.view, ...change };
    history.replaceState(null, "", this.address);
  }

  undo() { this.#step(this.#past, this.#future, "Undone."); }
  redo() { this.#step(this.#future, this.#past, "Done again."); }
  get address() { return `${location.pathname}#${encode(this.view)}`; }

  #step(from, to, words) {
    if (!from.length) return;
    to.push(this.view);
    this.view = { ...from.pop(), eye: this.view.eye };
    history.replaceState(null, "", this.address);
    this.#tell(words);
  }

  #show(view) {
    this.#past.push(this.view);
    this.view = view;
    this.#tell("");
  }

  #tell(words) { for (const heard of this.#heard) heard(this.view, words); }
}
