// Everything by keyboard, and the list of keys.

import { element } from "./words.js";

const KEYS = [
  ["← ↑ → ↓", "walk along the edges, or to the nearest thing where none leads that way"], ["Enter", "open: read its statements; of a cluster, take out the next"], ["+", "expand"], ["-", "collapse"],
  ["Space", "select it too, or no longer"], ["Menu, Shift+F10", "all that can be done, as by the right mouse button"], ["P", "pin or unpin"], ["Delete", "hide"], ["L", "new layout"], ["F", "fit to the window"],
  ["A", "paths among the selected"], ["Ctrl+Z", "undo"], ["Ctrl+Shift+Z", "redo"], ["Esc", "close, or select nothing"], ["?", "this list"],
  ["Mouse", "click selects, Shift and click selects more, double click expands, right click or a long touch lists all that can be done, drag moves and pins, Shift and drag selects an area, wheel zooms"],
];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Listen for keys; those without Ctrl only while the picture has the focus. */
export function keys(graph, dialog, act) {
  dialog.querySelector("dl").replaceChildren(...KEYS.flatMap(([key, said]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, said)]));
  const help = () => (dialog.open ? dialog.close() : dialog.showModal());
  const simple = { Enter: act.enter, "+": act.expandAll, "=": act.expandAll, "-": act.collapse, " ": act.toggle, p: act.pin, Delete: act.hide, Backspace: act.hide, l: act.arrange, f: act.fit, a: act.paths, ContextMenu: act.menu };
  act.help = help;
  graph.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const plain = event.shiftKey && event.key === "F10" ? act.menu : simple[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!arrow && !plain) return;
    event.preventDefault();
    if (arrow) act.step(...arrow); else plain();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]):not([type=range]), textarea, select");
    const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undo && !typing) { event.preventDefault(); if (event.shiftKey) act.redo(); else act.undo(); }
    if (event.key === "?" && !typing && !dialog.open) { event.preventDefault(); help(); }
    if (event.key === "Escape" && !typing && !dialog.open) {
      if (graph === document.activeElement) act.select(""); else graph.focus();
    }
  });
  document.addEventListener("plenary-keys", help);
}
