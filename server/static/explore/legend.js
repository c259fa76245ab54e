// The legend, always in sight: what colours and shapes mean, how many of each, and by what to colour.

import { nodes } from "./data.js";
import { scheme, shape, SHAPES, svg, colour } from "./palette.js";
import { element, words } from "./words.js";

const WAYS = [["kind", "kind"], ["country", "country"], ["listing", "listing"]];

function swatch(fill) {
  const picture = svg("svg", { width: 16, height: 16, "aria-hidden": "true" });
  picture.append(svg("rect", { y: 3, width: 16, height: 10, fill }));
  return picture;
}

function sign(kind, fill) {
  const picture = svg("svg", { width: 16, height: 16, viewBox: "-1 -1 18 18", "aria-hidden": "true" });
  picture.append(shape(kind, 0, 0, 16, { fill, stroke: colour("ink"), "stroke-width": 1 }));
  return picture;
}

function pick(label, values, value, change) {
  const field = element("select", { "aria-label": label }, ...values.map(([one, said]) => element("option", { value: one }, said)));
  field.value = value;
  field.addEventListener("change", () => change(field.value));
  return element("label", { class: "pick" }, `${label} `, field);
}

/** The rules, each with the number of things here to which it gives a country. */
export function rules(view) {
  const known = (rule) => Object.keys(view.nodes).filter((id) => nodes.get(id)?.countries?.[rule]?.length).length;
  return Object.entries(words.rules).map(([rule, label]) => [rule, `${label} (${known(rule)})`]);
}

/** Draw the legend of a view. */
export function legend(place, view, seen, act) {
  const focused = place.contains(document.activeElement) ? [...place.querySelectorAll("select")].indexOf(document.activeElement) : -1;
  const { keys, key } = scheme(Object.keys(view.nodes), view);
  const list = element("ul", {});
  for (const one of keys) {
    const count = [...seen.nodes].filter((id) => key(id) === one.key).length;
    list.append(element("li", {}, one.key in SHAPES ? sign(one.key, colour(one.colour)) : swatch(colour(one.colour)), ` ${one.label} `, element("span", { class: "count" }, String(count))));
  }
  const shapes = element("ul", { class: "shapes" });
  if (view.colour !== "kind") {
    for (const kind of new Set([...seen.nodes].map((id) => id.split("/")[0]))) shapes.append(element("li", {}, sign(kind, colour("paper")), ` ${words.kinds[kind]?.one ?? kind}`));
  }
  place.replaceChildren(
    pick("Colour by", WAYS, view.colour, (value) => act.filter({ colour: value })),
    view.colour === "country" ? pick("Rule of country", rules(view), view.rule, (value) => act.filter({ rule: value })) : "",
    list, shapes,
    element("p", { class: "quiet" }, "Double border: listed. Dashed border: pinned. Dashed line: claimed or estimated only. Pale line: ended before the release was built. Arrows run from the influencing to the influenced."),
  );
  if (focused >= 0) place.querySelectorAll("select")[focused]?.focus();
}
