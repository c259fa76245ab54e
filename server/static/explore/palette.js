// Colours and shapes. A shape always tells the kind; colours come from the page's own palette and follow dark mode.

import { nodes } from "./data.js";
import { words } from "./words.js";

export const SHAPES = {
  organization: "round-rectangle", person: "ellipse", body: "octagon", group: "hexagon", document: "rectangle",
  technology: "diamond", country: "triangle",
};
const ORDER = ["organization", "person", "group", "document", "body", "technology", "country"];
const MOST = 7;
const probe = document.createElement("span");

/** A colour of the page's style sheet as it now is. */
export function colour(name) {
  if (!probe.isConnected) { probe.hidden = true; document.body.append(probe); }
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const codesOf = (id, view) => nodes.get(id)?.countries?.[view.rule] ?? [];

function frequent(ids, view) {
  const found = new Map();
  for (const id of ids) for (const code of codesOf(id, view)) found.set(code, (found.get(code) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([code]) => code);
}

/** The classes into which the view's nodes fall under its way of colouring: key, words, colour; and of a node, its key. */
export function scheme(ids, view) {
  if (view.colour === "country") {
    const codes = frequent(ids, view);
    const shown = codes.slice(0, MOST);
    const keys = shown.map((code, index) => ({ key: code, label: words.countries[code] ?? code, colour: `chart-${index + 1 < 7 ? index + 1 : 8}` }));
    if (codes.length > MOST) keys.push({ key: "+", label: "other countries", colour: "chart-10" });
    keys.push({ key: "?", label: "none by this rule", colour: "chart-7" });
    const key = (id) => { const code = codesOf(id, view)[0]; return code === undefined ? "?" : shown.includes(code) ? code : "+"; };
    return { keys, key, mark: (id) => codesOf(id, view).join(", ").toUpperCase() };
  }
  if (view.colour === "listing") {
    const keys = [{ key: "yes", label: "on a sanctions or export-control list", colour: "chart-2" }, { key: "no", label: "no listing recorded", colour: "chart-7" }];
    return { keys, key: (id) => (nodes.get(id)?.listed ? "yes" : "no"), mark: (id) => (nodes.get(id)?.listed ? "listed" : "") };
  }
  const here = ORDER.filter((kind) => [...ids].some((id) => nodes.get(id)?.kind === kind));
  const keys = here.map((kind) => ({ key: kind, label: words.kinds[kind]?.one ?? kind, colour: `chart-${ORDER.indexOf(kind) + 1}` }));
  return { keys, key: (id) => nodes.get(id)?.kind, mark: () => "" };
}

/** The outline of a shape as points of a unit square; null for an ellipse. */
export function outline(kind) {
  const shape = SHAPES[kind] ?? "ellipse";
  const polygon = (sides, turn = 0) => Array.from({ length: sides }, (_, i) => {
    const angle = ((i + turn) / sides) * 2 * Math.PI;
    return [0.5 + 0.5 * Math.cos(angle), 0.5 + 0.5 * Math.sin(angle)];
  });
  return {
    ellipse: null, "round-rectangle": "round", rectangle: [[0, 0.1], [1, 0.1], [1, 0.9], [0, 0.9]],
    hexagon: polygon(6), octagon: polygon(8, 0.5), diamond: polygon(4), triangle: [[0.5, 0], [1, 1], [0, 1]],
  }[shape];
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element. */
export function svg(name, attributes = {}, ...content) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** The shape of a kind as SVG, in a square. */
export function shape(kind, x, y, size, attributes) {
  const points = outline(kind);
  if (points === null) return svg("ellipse", { cx: x + size / 2, cy: y + size / 2, rx: size / 2, ry: size / 2, ...attributes });
  if (points === "round") return svg("rect", { x, y: y + size * 0.1, width: size, height: size * 0.8, rx: size * 0.25, ...attributes });
  return svg("polygon", { points: points.map(([a, b]) => `${(x + a * size).toFixed(1)},${(y + b * size).toFixed(1)}`).join(" "), ...attributes });
}
