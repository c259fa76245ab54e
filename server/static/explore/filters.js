// What of the view can be seen under its filters, and the fields that set them.

import { edges, nodes } from "./data.js";
import { rules } from "./legend.js";
import { element, words } from "./words.js";

export const pairId = (from, to) => `${from}>${to}`;

/** Edges among placed nodes, joined by pair of ends: what is drawn as one arrow. */
export function pairs(view) {
  const found = new Map();
  for (const edge of edges.values()) {
    if (!(edge.from in view.nodes) || !(edge.to in view.nodes)) continue;
    const id = pairId(edge.from, edge.to);
    if (!found.has(id)) found.set(id, { id, from: edge.from, to: edge.to, edges: [] });
    found.get(id).edges.push(edge);
  }
  return found;
}

const ofCountry = (id, view) => (nodes.get(id)?.countries?.[view.rule] ?? []).includes(view.country);

/** Whether an edge had surely ended when the release was built. */
export const over = (edge) => Boolean(edge.end && words.date && edge.end < words.date);

/** Whether an edge is seen: by kind, confidence, source, and date; what has no date holds at any. */
export function passes(edge, view) {
  if (view.offEdges.includes(edge.kind)) return false;
  if (edge.confidence && view.offConfidence.includes(edge.confidence)) return false;
  if (edge.source && view.offSources.includes(edge.source)) return false;
  if (view.ended === "hide" && over(edge)) return false;
  if (!view.date) return true;
  return !(edge.start && edge.start.slice(0, 7) > view.date) && !(edge.end && edge.end.slice(0, 7) < view.date);
}

/** Nodes and pairs that are seen, and how many nodes and edges the filters keep out. */
export function visible(view) {
  const all = pairs(view);
  const seenPairs = new Map();
  let out = 0;
  for (const pair of all.values()) {
    const seen = pair.edges.filter((edge) => passes(edge, view));
    out += pair.edges.length - seen.length;
    if (seen.length) seenPairs.set(pair.id, { ...pair, edges: seen });
  }
  const near = new Set();
  if (view.country) {
    for (const { from, to } of all.values()) {
      if (ofCountry(from, view)) near.add(to);
      if (ofCountry(to, view)) near.add(from);
    }
  }
  const seen = new Set(Object.keys(view.nodes).filter((id) => {
    if (view.hidden.includes(id) || view.offKinds.includes(nodes.get(id)?.kind)) return false;
    return !view.country || ofCountry(id, view) || near.has(id);
  }));
  for (const [id, pair] of seenPairs) if (!seen.has(pair.from) || !seen.has(pair.to)) seenPairs.delete(id);
  const filtered = Object.keys(view.nodes).length - seen.size - view.hidden.filter((id) => id in view.nodes).length;
  return { nodes: seen, pairs: seenPairs, out, filtered, isFiltered: isFiltered(view) };
}

export const isFiltered = (view) =>
  Boolean(view.offKinds.length || view.offEdges.length || view.offConfidence.length || view.offSources.length || view.country || view.date || view.ended);

export const none = { offKinds: [], offEdges: [], offConfidence: [], offSources: [], country: "", date: "", ended: "" };

/** The filters in words, for pictures and files. */
export function told(view) {
  const said = [];
  const label = words.countries[view.country] ?? view.country;
  if (view.country) said.push(`country ${label} (rule: ${words.rules[view.rule] ?? view.rule}) and what it touches`);
  if (view.date) said.push(`holding in ${view.date} or undated`);
  if (view.offKinds.length) said.push(`without ${view.offKinds.map((kind) => words.kinds[kind]?.many ?? kind).join(", ")}`);
  if (view.offEdges.length) said.push(`without edges “${view.offEdges.map(spaced).join("”, “")}”`);
  if (view.offConfidence.length) said.push(`without ${view.offConfidence.join(", ")} claims`);
  if (view.offSources.length) said.push(`without claims of ${view.offSources.map((name) => words.sources[name] ?? name).join(", ")}`);
  if (view.ended) said.push(`without what ended before ${words.date}`);
  if (view.hidden.length) said.push(`${view.hidden.length} hidden by hand`);
  return said.length ? `Filters: ${said.join("; ")}.` : "No filters.";
}

/** A word in camel case as words. */
export const spaced = (word) => word.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

function boxes(legend, key, values, view, change) {
  const group = element("fieldset", {}, element("legend", {}, legend));
  for (const [value, label] of values) {
    const box = element("input", { type: "checkbox", value });
    box.checked = !view[key].includes(value);
    box.addEventListener("change", () => {
      const off = box.checked ? view[key].filter((one) => one !== value) : [...view[key], value];
      change({ [key]: off });
    });
    group.append(element("label", {}, box, ` ${label}`));
  }
  return values.length ? group : "";
}

function select(label, key, values, view, change) {
  const field = element("select", { "aria-label": label });
  for (const [value, said] of values) field.append(element("option", { value }, said));
  field.value = view[key];
  field.addEventListener("change", () => change({ [key]: field.value }));
  return element("label", { class: "pick" }, `${label} `, field);
}

const month = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
const unmonth = (number) => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;

function slider(view, change) {
  const days = [...edges.values()].flatMap((edge) => [edge.start, edge.end]).filter(Boolean).map(month);
  if (!days.length) return element("p", { class: "quiet" }, "No edge here has a date.");
  const [least, most] = [Math.min(...days), Math.max(...days)];
  const range = element("input", { type: "range", min: least, max: most, step: 1, id: "date", "aria-describedby": "date-said" });
  range.value = view.date ? month(view.date) : most;
  const said = element("output", { id: "date-said" }, view.date || "any time");
  const any = element("button", { type: "button", disabled: view.date ? null : "" }, "Any time");
  const say = () => { said.textContent = unmonth(+range.value); range.setAttribute("aria-valuetext", said.textContent); };
  range.addEventListener("input", say);
  range.addEventListener("change", () => change({ date: unmonth(+range.value) }));
  any.addEventListener("click", () => change({ date: "" }));
  return element("fieldset", { class: "slider" }, element("legend", {}, "Holds in"), element("label", { for: "date", class: "unseen" }, "Month"), range, said, any);
}

function ended(view, change) {
  const box = element("input", { type: "checkbox" });
  box.checked = !view.ended;
  box.addEventListener("change", () => change({ ended: box.checked ? "" : "hide" }));
  return words.date ? element("fieldset", {}, element("legend", {}, "Ended"), element("label", {}, box, ` what ended before ${words.date}`)) : "";
}

/** Draw the fields for what the view holds. */
export function fields(view, change) {
  const here = [...nodes.values()].filter((node) => node.id in view.nodes);
  const kinds = [...new Set(here.map((node) => node.kind))].sort();
  const all = [...pairs(view).values()].flatMap((pair) => pair.edges);
  const edgeKinds = [...new Set([...all.map((edge) => edge.kind), ...view.offEdges])].sort();
  const codes = [...new Set(here.flatMap((node) => node.countries?.[view.rule] ?? []))].sort();
  if (view.country && !codes.includes(view.country)) codes.push(view.country);
  return [
    boxes("Things", "offKinds", kinds.map((kind) => [kind, words.kinds[kind]?.many ?? kind]), view, change),
    boxes("Confidence", "offConfidence", Object.keys(words.confidences).map((name) => [name, name]), view, change),
    boxes("Sources", "offSources", Object.entries(words.sources), view, change),
    slider(view, change),
    ended(view, change),
    element("fieldset", {}, element("legend", {}, "Country"),
      select("Country", "country", [["", "any"], ...codes.map((code) => [code, words.countries[code] ?? code])], view, change),
      select("Rule", "rule", rules(view), view, change)),
    boxes("Edges", "offEdges", edgeKinds.map((kind) => [kind, spaced(kind)]), view, change),
  ];
}
