// The SPARQL editor: Yasgui, by its public options only, with our endpoint, our prefixes and our saved queries.

const settings = JSON.parse(document.getElementById("settings").textContent);
const queries = JSON.parse(document.getElementById("queries").textContent);
const [run, cancel, status] = ["run", "cancel", "status"].map((id) => document.getElementById(id));
const THINGS = "https://w3id.org/plenary/id/";
const limit = Number(status.dataset.limit);
let ticking = 0;

// A problem as the server tells it, instead of its JSON.
async function problem(error) {
  let told;
  try { told = JSON.parse(error.text); } catch { return undefined; }
  const box = document.createElement("div");
  box.className = "problem";
  box.setAttribute("role", "alert");
  const title = document.createElement("strong");
  title.textContent = told.title;
  const detail = document.createElement("p");
  detail.textContent = told.detail;
  box.append(title, detail);
  return box;
}

// Completion from what the server knows; nothing is asked of anybody else.
function completers(Yasqe) {
  const prefixes = Object.entries(settings.prefixes).map(([name, address]) => `${name}: <${address}>`).sort();
  const own = { persistenceId: null, bulk: true };
  Yasqe.forkAutocompleter("prefixes", { ...own, name: "our-prefixes", get: async () => prefixes });
  for (const kind of ["class", "property"]) {
    Yasqe.forkAutocompleter(kind, { ...own, name: `our-${kind}`, get: async () => settings.terms });
  }
  return ["variables", "our-prefixes", "our-class", "our-property"];
}

function start() {
  const { Yasgui } = window;
  Yasgui.Yasr.defaults.errorRenderers = [problem, ...(Yasgui.Yasr.defaults.errorRenderers ?? [])];
  Yasgui.Tab.prototype.getShareableLink = function link() {
    return `${settings.endpoint}?query=${encodeURIComponent(this.getQuery())}`;
  };
  const gui = new Yasgui(document.getElementById("editor"), {
    persistenceId: "plenary",
    populateFromUrl: false,
    autofocus: false,
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint: settings.endpoint }], keys: [] },
    requestConfig: { endpoint: settings.endpoint, method: "POST", acceptHeaderGraph: "text/turtle", acceptHeaderSelect: "application/sparql-results+json" },
    yasqe: { value: settings.query, autocompleters: completers(Yasgui.Yasqe), prefixCcApi: null, showQueryButton: false },
    yasr: { prefixes: settings.prefixes },
  });
  for (const tab of Object.values(gui._tabs)) tab.setEndpoint(settings.endpoint);
  if (settings.opened) show(gui, "Opened", settings.query);
  listen(gui);
  return gui;
}

function show(gui, name, text) {
  gui.addTab(true, { name, yasqe: { value: text }, requestConfig: { endpoint: settings.endpoint } }, { avoidDuplicateTabs: true });
}

// Run, cancel, and how long it has taken ---------------------------------------------------------------

function busy(on) {
  run.disabled = on;
  cancel.disabled = !on;
  clearInterval(ticking);
  if (!on) return;
  const began = Date.now();
  const tell = () => { status.textContent = `Running for ${Math.round((Date.now() - began) / 1000)} s of at most ${limit} s`; };
  setTimeout(() => { if (!cancel.disabled) tell(); }, 300);
  ticking = setInterval(tell, 1000);
}

function finished(tab) {
  busy(false);
  const found = tab.getYasr()?.results;
  const rows = found?.getBindings?.()?.length;
  const seconds = (found?.getResponseTime?.() ?? 0) / 1000;
  status.textContent = found?.hasError?.() ? "Not answered" : `${rows === undefined ? "Answered" : `${rows} rows`} in ${seconds.toFixed(2)} s`;
}

// Yasgui takes an end for a cancelled one, and draws no error, by this word of its own.
const CANCELLED = "Aborted";
const heard = new WeakSet();
let controller;

function hear(_, tab) {
  const editor = tab.getYasqe();
  if (heard.has(editor)) return;
  heard.add(editor);
  editor.on("query", (_editor, _request, its) => { controller = its; });
}

function listen(gui) {
  gui.on("queryBefore", hear);
  gui.on("query", () => busy(true));
  gui.on("queryResponse", (_, tab) => setTimeout(finished, 0, tab));
  gui.on("queryAbort", () => { busy(false); status.textContent = "Cancelled"; });
  run.addEventListener("click", () => gui.getTab().query().catch(() => {}));
  cancel.addEventListener("click", () => {
    controller?.abort(new Error(CANCELLED));
    gui.getTab().getYasqe().abortQuery();
  });
  run.disabled = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !cancel.disabled) cancel.click();
  });
  for (const button of document.querySelectorAll("[data-slug]")) {
    button.addEventListener("click", () => {
      const { title, text } = queries[button.dataset.slug];
      show(gui, title.slice(0, 40), text);
      document.getElementById("editor").scrollIntoView({ block: "nearest" });
    });
  }
}

// Links in results lead to pages of this server ---------------------------------------------------------

new MutationObserver(() => {
  for (const link of document.querySelectorAll(`#editor a[href^="${THINGS}"]`)) {
    link.href = `${document.documentElement.dataset.root}/id/${link.href.slice(THINGS.length)}`;
    link.removeAttribute("target");
  }
}).observe(document.getElementById("editor"), { childList: true, subtree: true });

addEventListener("load", start);
