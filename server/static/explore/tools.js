// The toolbar: every action in sight, the same as the keys have, and the downloads.

import { drawing, png } from "./drawing.js";
import { csv, gexf, graphml, jsonld } from "./files.js";
import { pairs } from "./filters.js";
import { rooted, button, element, words } from "./words.js";

const TYPES = { svg: "image/svg+xml", graphml: "application/xml", gexf: "application/xml", csv: "text/csv", jsonld: "application/ld+json" };

function save(blob, ending) {
  const release = words.releaseNumber ? `-release-${words.releaseNumber}` : "";
  const link = element("a", { href: URL.createObjectURL(blob), download: `plenary-explore${release}-${new Date().toISOString().slice(0, 10)}.${ending}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function download(ending, { view, seen, about }) {
  const text = { graphml, gexf, csv, jsonld }[ending];
  if (text) save(new Blob([text(view, seen, about)], { type: `${TYPES[ending]};charset=utf-8` }), ending);
  else if (ending === "svg") save(new Blob([new XMLSerializer().serializeToString(drawing(view, seen, about))], { type: TYPES.svg }), "svg");
  else save(await png(drawing(view, seen, about)), "png");
}

async function standalone({ view, seen, about }) {
  const drawn = new Set([...seen.pairs.values()].flatMap((pair) => pair.edges.map((edge) => edge.id)));
  const without = [...pairs(view).values()].flatMap((pair) => pair.edges).filter((edge) => !drawn.has(edge.id) && seen.nodes.has(edge.from) && seen.nodes.has(edge.to));
  const query = new URLSearchParams([...seen.nodes].map((id) => ["node", id]));
  for (const edge of without) query.append("without", edge.id);
  query.set("title", about.title);
  query.set("filters", about.filters);
  query.set("view", location.hash.slice(1));
  const reply = await fetch(rooted("/explore/standalone.html"), { method: "POST", body: query });
  if (!reply.ok) throw new Error(`The server answered ${reply.status}.`);
  save(await reply.blob(), "html");
}

export class Tools {
  constructor(place, act, past, now, run) {
    this.past = past;
    const tool = (label, name, keys) => button(label, () => act[name](), { title: keys ? `${label} (${keys})` : label, "data-tool": name, ...(keys && { "aria-keyshortcuts": keys.replace("Ctrl", "Control") }) });
    this.hidden = tool("Show hidden", "showHidden");
    this.clear = tool("Clear filters", "clear");
    this.undo = tool("Undo", "undo", "Ctrl+Z");
    this.redo = tool("Redo", "redo", "Ctrl+Shift+Z");
    const help = button("Keys", () => document.dispatchEvent(new Event("plenary-keys")), { title: "List all keys (?)" });
    place.replaceChildren(this.undo, this.redo, tool("Expand", "expandAll", "+"), tool("Collapse", "collapse", "-"), tool("Pin", "pin", "P"), tool("Hide", "hide", "Delete"),
      tool("Paths among selected", "paths", "A"), tool("New layout", "arrange", "L"), tool("Fit", "fit", "F"), this.hidden, this.clear, this.#copy(), this.#downloads(now, run), help);
  }

  #copy() {
    const copy = button("Copy link", async () => {
      try { await navigator.clipboard.writeText(location.href); copy.textContent = "Copied"; } catch { copy.textContent = "Copy it from the address bar"; }
      setTimeout(() => { copy.textContent = "Copy link"; }, 2000);
    });
    return copy;
  }

  #downloads(now, run) {
    const menu = element("details", { class: "menu" }, element("summary", { class: "button" }, "Download"));
    const items = [["png", "PNG"], ["svg", "SVG"], ["graphml", "GraphML"], ["gexf", "GEXF (Gephi)"], ["csv", "CSV"], ["jsonld", "JSON-LD"]]
      .map(([ending, label]) => button(label, () => { menu.open = false; run(() => download(ending, now())); }));
    menu.append(element("div", {}, ...items, button("Standalone page", () => { menu.open = false; run(() => standalone(now())); })));
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); } });
    return menu;
  }

  draw(view, seen) {
    this.undo.disabled = !this.past.canUndo;
    this.redo.disabled = !this.past.canRedo;
    this.hidden.hidden = !view.hidden.length;
    this.hidden.textContent = `Show ${view.hidden.length} hidden`;
    this.clear.hidden = !seen.isFiltered;
  }
}
