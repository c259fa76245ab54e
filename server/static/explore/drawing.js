// The view as one SVG with title, legend, date, filters and source: it is saved as it is, or drawn into a PNG.

import { nodes } from "./data.js";
import { over } from "./filters.js";
import { caption, kindsOf, names, sourceLine, unsure } from "./graph.js";
import { colour, scheme, shape, SHAPES, svg } from "./palette.js";
import { roomy } from "./place.js";
import { counted } from "./words.js";

const FONT = "system-ui, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
const SIZE = 30;
const LEAST = 640;
const LINK = 240;

const clean = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

function text(x, y, said, attributes = {}) {
  return svg("text", { x, y, "font-size": 11, fill: colour("ink"), ...attributes }, clean(said));
}

/** Words in lines of at most so many characters. */
export function lines(said, most) {
  const found = [""];
  for (const word of said.split(/\s+/).flatMap((one) => one.match(new RegExp(`.{1,${Math.max(most, 8)}}`, "gu")) ?? [])) {
    if (found.at(-1) && (found.at(-1) + word).length >= most) found.push(word);
    else found[found.length - 1] += (found.at(-1) ? " " : "") + word;
  }
  return found;
}

function edge(pair, view, worded) {
  const [a, b] = [view.nodes[pair.from], view.nodes[pair.to]];
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const [mx, my] = [(a.x + b.x) / 2 - uy * 12, (a.y + b.y) / 2 + ux * 12];
  const gap = SIZE / 2 + 4;
  const path = `M${(a.x + ux * gap).toFixed(1)},${(a.y + uy * gap).toFixed(1)} Q${mx.toFixed(1)},${my.toFixed(1)} ${(b.x - ux * gap).toFixed(1)},${(b.y - uy * gap).toFixed(1)}`;
  const line = svg("path", { d: path, fill: "none", stroke: colour("quiet"), "stroke-width": 1.3, "marker-end": "url(#arrow)", ...(unsure(pair) ? { "stroke-dasharray": "5 4" } : {}), ...(pair.edges.every(over) ? { opacity: 0.5 } : {}) });
  line.append(svg("title", {}, clean(`${nodes.get(pair.from)?.label ?? pair.from} → ${nodes.get(pair.to)?.label ?? pair.to}: ${kindsOf(pair)}`)));
  if (!worded) return [line];
  const [x, y] = [(a.x + b.x) / 2 - uy * 6, (a.y + b.y) / 2 + ux * 6];
  const turn = (Math.atan2(uy, ux) * 180) / Math.PI;
  const upright = turn > 90 ? turn - 180 : turn < -90 ? turn + 180 : turn;
  return [line, text(x, y, kindsOf(pair), { "font-size": 8, fill: colour("quiet"), "text-anchor": "middle", "dominant-baseline": "middle", transform: `rotate(${upright.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)})`, stroke: colour("paper"), "stroke-width": 3, "paint-order": "stroke" })];
}

function node(id, at, fill, said) {
  const group = svg("g", {});
  const attributes = { fill, stroke: colour("ink"), "stroke-width": nodes.get(id)?.listed ? 3.5 : 1.3 };
  group.append(shape(nodes.get(id)?.kind, at.x - SIZE / 2, at.y - SIZE / 2, SIZE, attributes));
  said.split("\n").flatMap((part) => lines(part, 22)).forEach((line, index) => {
    group.append(text(at.x, at.y + SIZE / 2 + 12 + index * 12, line, { "text-anchor": "middle", stroke: colour("paper"), "stroke-width": 3, "paint-order": "stroke" }));
  });
  return group;
}

function bounds(view, seen) {
  const all = [...Object.entries(view.nodes).filter(([id]) => seen.nodes.has(id)), ...Object.entries(view.clusters).filter(([, c]) => seen.nodes.has(c.of))].map(([, at]) => at);
  if (!all.length) all.push({ x: 0, y: 0 });
  const [xs, ys] = [all.map((at) => at.x), all.map((at) => at.y)];
  return { left: Math.min(...xs) - 90, right: Math.max(...xs) + 90, top: Math.min(...ys) - 50, bottom: Math.max(...ys) + 80 };
}

function legend(left, top, width, keys) {
  const group = svg("g", {});
  let [x, y] = [left + 10, top];
  for (const { key, label, colour: name } of keys) {
    const wide = 34 + label.length * 6.6;
    if (x + wide > left + width) { x = left + 10; y += 20; }
    const fill = { fill: colour(name), stroke: colour("ink") };
    group.append(key in SHAPES ? shape(key, x, y - 11, 14, fill) : svg("rect", { x, y: y - 9, width: 14, height: 10, ...fill }), text(x + 20, y, label));
    x += wide;
  }
  return { group, bottom: y + 22 };
}

/** The picture; `about` holds title, date, filters and link. */
export function drawing(view, seen, about) {
  const box = bounds(view, seen);
  const width = Math.max(LEAST, box.right - box.left);
  const most = Math.floor(width / 6.4);
  const { keys, key, mark } = scheme(Object.keys(view.nodes), view);
  const colours = new Map(keys.map((one) => [one.key, colour(one.colour)]));
  const title = lines(about.title, Math.floor(width / 10));
  const top = box.top - 24 * title.length - 14;
  const below = legend(box.left, box.bottom + 18, width, keys);
  const link = about.link.length > LINK ? `${about.link.slice(0, LINK)}… (the whole link is in the description of the SVG)` : about.link;
  const foot = [`${about.date}. ${about.filters}`, sourceLine(), about.scope, link].flatMap((said) => lines(said, most));
  const height = below.bottom + foot.length * 15 + 14 - top;
  const picture = svg("svg", { viewBox: `${box.left} ${top} ${width} ${height}`, width, height, "font-family": FONT, role: "img" });
  picture.append(svg("title", {}, clean(about.title)), svg("desc", {}, clean([about.date, about.filters, sourceLine(), about.scope, about.link].join(" "))),
    svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, svg("path", { d: "M0,0 L8,4 L0,8 z", fill: colour("quiet") }))),
    svg("rect", { x: box.left, y: top, width, height, fill: colour("paper") }));
  title.forEach((line, index) => picture.append(text(box.left + 10, top + 26 + index * 24, line, { "font-size": 18, "font-weight": 600 })));
  const room = roomy(view, [...seen.pairs.values()], kindsOf, names(seen, mark));
  for (const pair of seen.pairs.values()) picture.append(...edge(pair, view, room.has(pair.id)));
  for (const [id, at] of Object.entries(view.nodes)) if (seen.nodes.has(id)) picture.append(node(id, at, colours.get(key(id)) ?? "#888888", caption(id, mark(id))));
  for (const cluster of Object.values(view.clusters)) if (seen.nodes.has(cluster.of)) picture.append(text(cluster.x, cluster.y, `+ ${counted(cluster.count - cluster.offset, cluster.kind)} not drawn`, { "text-anchor": "middle" }));
  picture.append(below.group);
  foot.forEach((line, index) => picture.append(text(box.left + 10, below.bottom + 10 + index * 15, line, { fill: colour("quiet") })));
  return picture;
}

/** An SVG as a PNG, twice as fine unless that is too large. */
export async function png(picture) {
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const scale = Math.min(2, 8000 / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}
