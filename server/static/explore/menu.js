// The menu of the right mouse button, of a long touch and of the menu key: what the toolbar can do just now.

import { button, element } from "./words.js";

/** Make an opener of the menu at a point of the window; when it closes, the picture has the focus again. */
export function menu(place, tools, graph) {
  const items = () => [...place.querySelectorAll("button")];
  const isOpen = () => place.matches(":popover-open");
  const close = () => { if (isOpen()) { place.hidePopover(); graph.focus(); } };

  function item(tool) {
    const made = button(tool.textContent, () => { close(); tool.click(); }, { role: "menuitem", tabindex: "-1" });
    const keys = tool.getAttribute("aria-keyshortcuts");
    if (keys) made.append(element("kbd", { "aria-hidden": "true" }, keys));
    return made;
  }

  place.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to % all.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => { if (isOpen() && !place.contains(event.target)) place.hidePopover(); }, true);
  for (const one of [graph, place]) one.addEventListener("contextmenu", (event) => event.preventDefault());

  return (x, y) => {
    place.replaceChildren(...[...tools.querySelectorAll("[data-tool]")].filter((tool) => !tool.hidden && !tool.disabled).map(item));
    place.showPopover();
    const { width, height } = place.getBoundingClientRect();
    place.style.left = `${Math.max(0, Math.min(x, innerWidth - width))}px`;
    place.style.top = `${Math.max(0, Math.min(y, innerHeight - height))}px`;
    items()[0]?.focus();
  };
}
