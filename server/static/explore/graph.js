// The picture itself, on Cytoscape.js. It draws a view and tells what the reader does; it decides nothing.

import { nodes } from "./data.js";
import { over } from "./filters.js";
import { colour, scheme, SHAPES } from "./palette.js";
import { roomy } from "./place.js";
import { counted, words } from "./words.js";

const FONT = 'system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const FEW = 60; // edges, up to which those with room have their words beside them
const SMALL = 45;
const TWICE = 450; // milliseconds between two clicks that are one double click
const LARGE = 600;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function style() {
  const [ink, paper, quiet, accent, rule] = ["ink", "paper", "quiet", "accent", "rule"].map(colour);
  return [
    { selector: "node", style: {
      shape: "data(shape)", width: 30, height: 30, "background-color": "data(colour)", "border-width": 1.5, "border-color": ink,
      label: "data(label)", color: ink, "font-family": FONT, "font-size": 11, "text-wrap": "wrap", "text-max-width": 116,
      "text-valign": "bottom", "text-margin-y": 4, "text-background-color": paper, "text-background-opacity": 0.82,
      "text-background-padding": 1, "min-zoomed-font-size": 7, "line-height": 1.15,
    } },
    { selector: "node.listed", style: { "border-style": "double", "border-width": 5 } },
    { selector: "node.pin", style: { "border-width": 3, "border-style": "dashed" } },
    { selector: "node.cluster", style: { "background-color": paper, "border-style": "dotted", "border-width": 3, "border-color": quiet, width: 42, height: 42, "font-size": 12 } },
    { selector: "edge", style: {
      width: "data(width)", "line-color": quiet, "target-arrow-color": quiet, "target-arrow-shape": "triangle", "arrow-scale": 0.9,
      "curve-style": "bezier", "line-style": "data(line)", opacity: 0.75, label: "data(label)", "font-size": 9, color: quiet,
      "font-family": FONT, "text-rotation": "autorotate", "text-background-color": paper, "text-background-opacity": 0.9, "min-zoomed-font-size": 8,
    } },
    { selector: "edge.ended", style: { "line-opacity": 0.4 } },
    { selector: "edge.under", style: { label: "data(words)", opacity: 1, "z-index": 9 } },
    { selector: "edge.to-cluster", style: { "line-style": "dotted", "target-arrow-shape": "none", "line-color": rule } },
    { selector: "node.here", style: { "underlay-color": accent, "underlay-opacity": 0.28, "underlay-padding": 8 } },
    { selector: ":selected", style: { "border-color": accent, "border-width": 4, "line-color": accent, "target-arrow-color": accent, opacity: 1, width: "data(selectedWidth)" } },
    { selector: "node:selected", style: { width: 36, height: 36 } },
    { selector: "node.cluster:selected", style: { width: 46, height: 46 } },
    { selector: ".off", style: { display: "none" } },
  ];
}

/** What stands under a node: its name, its Chinese name, and the second cue of its colour. */
export function caption(id, mark) {
  const node = nodes.get(id);
  const name = node?.label || id;
  const short = name.length > 62 ? `${name.slice(0, 60).trimEnd()}…` : name;
  return [short, node?.zh && node.zh !== name ? node.zh : "", mark].filter(Boolean).join("\n");
}

/** Captions of what is seen, by id. */
export const names = (seen, mark) => new Map([...seen.nodes].map((id) => [id, caption(id, mark(id))]));

/** What stands beside an edge. */
export function kindsOf(pair) {
  const said = [...new Set(pair.edges.map((edge) => edge.roleLabel || edge.kind.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()))];
  return said.length > 2 ? `${said.slice(0, 2).join(", ")} +${said.length - 2}` : said.join(", ");
}

/** Whether all that an edge rests on is a guess or one side's word. */
export const unsure = (pair) => pair.edges.every((edge) => ["claimed", "estimated"].includes(edge.confidence));

/** All that is drawn of an element, so that what has not changed is left alone. */
const print = (one) => `${Object.values(one.data).join("|")}#${one.classes}`;

/** Which of some nodes lies best in a direction; `far` is the distance that weighs as much as a right angle. */
function toward(one, some, dx, dy, far) {
  const at = one.position();
  let best = ["", -Infinity];
  some.forEach((node) => {
    const [x, y] = [node.position("x") - at.x, node.position("y") - at.y];
    const straight = (x * dx + y * dy) / Math.hypot(x, y);
    const fits = straight - Math.hypot(x, y) / far;
    if (straight > 0.2 && fits > best[1]) best = [node.id(), fits];
  });
  return best[0];
}

/** Run something that asks for chance so that it comes out the same on every computer, and another with another seed. */
function seeded(seed, work) {
  const chance = Math.random;
  let state = seed * 2654435761;
  Math.random = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state / 4294967296;
  };
  try { work(); } finally { Math.random = chance; }
}

export class Graph {
  constructor(container, on) {
    this.on = on;
    this.seed = 0;
    this.cy = cytoscape({ container, style: style(), minZoom: 0.05, maxZoom: 4, boxSelectionEnabled: true, selectionType: "additive" });
    this.cy.autounselectify(true);
    this.#hear();
    // What stands above may have grown since: Cytoscape keeps where it is, and would miss the pointer.
    for (const event of ["pointerenter", "pointerdown", "mousedown", "touchstart", "wheel"]) {
      container.addEventListener(event, () => this.cy.renderer().invalidateContainerClientCoordsCache(), { capture: true, passive: true });
    }
    document.addEventListener("theme", () => { this.size = 0; this.cy.style(style()); this.#size(); on.theme(); });
  }

  #hear() {
    const { cy, on } = this;
    cy.on("tap", "node, edge", (event) => {
      if (event.target.hasClass("to-cluster")) return;
      const many = event.originalEvent?.shiftKey || event.originalEvent?.ctrlKey || event.originalEvent?.metaKey;
      on.select(event.target.id(), many);
    });
    cy.on("tap", (event) => { if (event.target === cy) on.select("", false); });
    // By the times of the clicks themselves: Cytoscape's own "dbltap" misses the second one where the first takes long.
    let last = { id: "", at: -Infinity };
    cy.on("tap", "node", (event) => {
      const [id, at] = [event.target.id(), event.originalEvent?.timeStamp ?? 0];
      const twice = id === last.id && at - last.at < TWICE;
      last = { id: twice ? "" : id, at };
      if (twice) on.open(id);
    });
    cy.on("mouseover", "edge", (event) => { if (!event.target.hasClass("to-cluster")) event.target.addClass("under"); });
    cy.on("mouseout", "edge", (event) => event.target.removeClass("under"));
    cy.on("cxttap taphold", (event) => {
      const touch = event.originalEvent.touches?.[0];
      if (event.type === "taphold" && !touch) return;  // a held mouse is about to drag
      const { clientX, clientY } = touch ?? event.originalEvent;
      on.menu(event.target === cy || event.target.hasClass("to-cluster") ? "" : event.target.id(), clientX, clientY);
    });
    cy.on("boxend", () => setTimeout(() => this.#boxed()));
    cy.on("box", "node", (event) => (this.box ??= []).push(event.target.id()));
    cy.on("dragfree", "node", (event) => on.drag(this.places(event.target)));
    let waiting = 0;
    cy.on("viewport", () => { clearTimeout(waiting); waiting = setTimeout(() => { this.#size(); on.eye(this.eye); }, 250); });
  }

  /** Names of a small picture stay large enough to read when it is seen from afar, as on a phone. */
  #size() {
    const size = this.cy.nodes().length > SMALL ? 11 : Math.round(Math.min(20, Math.max(11, 9 / this.cy.zoom())));
    if (size === this.size) return;
    this.size = size;
    this.cy.style().selector("node").style({ "font-size": size, "text-max-width": size * 10.5 }).update();
  }

  #boxed() {
    if (this.box?.length) this.on.selectAll(this.box);
    this.box = null;
  }

  get eye() { const { x, y } = this.cy.pan(); return { zoom: this.cy.zoom(), x, y }; }

  set eye(eye) { if (eye) this.cy.viewport({ zoom: eye.zoom, pan: { x: eye.x, y: eye.y } }); }

  places(some = this.cy.nodes()) {
    return Object.fromEntries(some.map((node) => [node.id(), { x: Math.round(node.position("x")), y: Math.round(node.position("y")) }]));
  }

  /** Draw a view: only what differs is touched, and nothing that is placed moves unless the view says so. */
  draw(view, seen, here) {
    const { keys, key, mark } = scheme(Object.keys(view.nodes), view);
    const colours = new Map(keys.map((one) => [one.key, colour(one.colour)]));
    const wanted = new Map();
    for (const [id, at] of Object.entries(view.nodes)) {
      const node = nodes.get(id);
      const classes = [node?.listed ? "listed" : "", at.pin ? "pin" : "", seen.nodes.has(id) ? "" : "off", id === here ? "here" : ""].join(" ");
      const data = { id, label: caption(id, mark(id)), shape: SHAPES[node?.kind] ?? "ellipse", colour: colours.get(key(id)) ?? colour("chart-7"), selectedWidth: 36 };
      wanted.set(id, { group: "nodes", data, position: { x: at.x, y: at.y }, classes });
    }
    this.#clusters(view, seen, here, wanted);
    const near = (pair) => seen.pairs.size <= FEW || [pair.from, pair.to].some((id) => view.selected.includes(id));
    const room = roomy(view, [...seen.pairs.values()].filter(near), kindsOf, names(seen, mark));
    for (const pair of seen.pairs.values()) {
      const told = room.has(pair.id) || view.selected.includes(pair.id);
      const width = Math.min(1.2 + Math.log2(pair.edges.length) * 0.8, 5);
      const data = { id: pair.id, source: pair.from, target: pair.to, label: told ? kindsOf(pair) : "", words: kindsOf(pair), width, selectedWidth: width + 2, line: unsure(pair) ? "dashed" : "solid" };
      wanted.set(pair.id, { group: "edges", data, classes: `${pair.id === here ? "here" : ""} ${pair.edges.every(over) ? "ended" : ""}` });
    }
    this.cy.renderer().textureOnViewport = wanted.size > LARGE;  // a still image while a large picture is moved
    this.cy.batch(() => this.#bring(wanted, new Set(view.selected)));
  }

  #clusters(view, seen, here, wanted) {
    for (const [id, cluster] of Object.entries(view.clusters)) {
      const off = !seen.nodes.has(cluster.of) || view.offKinds.includes(cluster.kind) || view.hidden.includes(id) ? "off" : "";
      const label = `+ ${counted(cluster.count - cluster.offset, cluster.kind)}`;
      const data = { id, label, shape: SHAPES[cluster.kind] ?? "ellipse", colour: colour("paper"), selectedWidth: 46 };
      wanted.set(id, { group: "nodes", data, position: { x: cluster.x, y: cluster.y }, classes: `cluster ${off} ${id === here ? "here" : ""}` });
      const edge = { id: `${id}>of`, source: cluster.of, target: id, label: "", width: 1.5, selectedWidth: 2, line: "dotted" };
      wanted.set(edge.id, { group: "edges", data: edge, classes: `to-cluster ${off}` });
    }
  }

  #bring(wanted, selected) {
    this.cy.autounselectify(false);
    this.cy.elements().filter((one) => !wanted.has(one.id())).remove();
    const added = [];
    for (const [id, one] of wanted) {
      const known = this.cy.getElementById(id);
      if (known.empty()) { added.push(one); continue; }
      if (known.scratch("_print") !== print(one)) { known.data(one.data); known.classes(one.classes); known.scratch("_print", print(one)); }
      if (one.position && (known.position("x") !== one.position.x || known.position("y") !== one.position.y)) known.position(one.position);
    }
    this.cy.add(added).forEach((one) => one.scratch("_print", print(wanted.get(one.id()))));
    this.cy.elements().forEach((one) => { if (one.selected() !== selected.has(one.id())) one[selected.has(one.id()) ? "select" : "unselect"](); });
    this.cy.autounselectify(true);
  }

  /** New places for all that is seen, pinned nodes left where they are. */
  arrange(pinned) {
    const some = this.cy.elements().filter((one) => one.visible());
    const fixed = some.nodes().filter((node) => pinned.has(node.id())).map((node) => ({ nodeId: node.id(), position: { ...node.position() } }));
    const layout = some.layout({ name: "fcose", animate: false, randomize: true, quality: "default", numIter: some.nodes().length > 200 ? 200 : 2500,
      nodeSeparation: 90, idealEdgeLength: 105, nodeRepulsion: 9000, nodeDimensionsIncludeLabels: true, fit: false,
      fixedNodeConstraint: fixed.length ? fixed : undefined });
    seeded(this.seed += 1, () => layout.run());
    for (const { nodeId, position } of fixed) this.cy.getElementById(nodeId).position(position);
    return this.places(some.nodes());
  }

  fit() {
    const some = this.cy.elements().filter((one) => one.visible());
    if (some.empty()) return;
    this.cy.fit(some, 40);
    if (this.cy.zoom() > 1.3) { this.cy.zoom(1.3); this.cy.center(some); }
  }

  /** Where a node stands in the window; the corner of the picture where there is none. */
  spot(id) {
    const { left, top } = this.cy.container().getBoundingClientRect();
    const at = this.cy.getElementById(id).nonempty() ? this.cy.getElementById(id).renderedBoundingBox() : { x2: 0, y1: 0 };
    return [left + at.x2, top + at.y1];
  }

  /** Bring a node into sight. */
  show(id) {
    const one = this.cy.getElementById(id);
    if (one.empty()) return;
    const box = one.renderedBoundingBox();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > this.cy.width() || box.y2 > this.cy.height()) {
      if (calm.matches) this.cy.center(one); else this.cy.animate({ center: { eles: one }, duration: 200 });
    }
  }

  /** The node that an arrow key leads to: along an edge, or else the nearest, as nearly as can be in its direction. */
  step(from, dx, dy) {
    const one = this.cy.getElementById(from);
    const all = this.cy.nodes().filter((node) => node.visible());
    if (one.empty() || !one.isNode()) return all[0]?.id() ?? "";
    return toward(one, one.neighborhood("node").intersection(all), dx, dy, 20000) || toward(one, all.difference(one), dx, dy, 500);
  }
}

/** The release and its source, in one line. */
export const sourceLine = () => `Source: ${words.source || "none named"}. Plenary, ${words.release}.`;
