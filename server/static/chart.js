// Draws the chart of a saved query in the page's own colours, and again when these change.

const figure = document.getElementById("chart");
const spec = JSON.parse(document.getElementById("chart-spec").textContent);
const faceted = figure.dataset.faceted === "yes";
const canvas = document.createElement("div");
figure.append(canvas);

// A colour as the browser computes it, since `light-dark()` stands in the style sheet as it is.
function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  figure.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}

function config() {
  const ink = colour("--ink"), quiet = colour("--quiet"), rule = colour("--rule");
  const palette = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((number) => colour(`--chart-${number}`));
  const text = { labelColor: quiet, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
  return {
    background: "transparent",
    font: getComputedStyle(document.body).fontFamily,
    view: { stroke: null },
    axis: { ...text, gridColor: rule, domainColor: quiet, tickColor: quiet, labelLimit: Math.min(340, figure.clientWidth * 0.36) },
    axisY: { titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleBaseline: "bottom", titleX: 0, titleY: -8 },
    axisXDiscrete: { labelAngle: 0, labelLimit: 180, labelOverlap: "greedy" },
    axisQuantitative: { tickCount: 8 },
    axisTemporal: { format: "%Y-%m", labelOverlap: "greedy", labelSeparation: 12 },
    legend: { ...text, ...legend(), orient: "top", offset: 28, titleLimit: 400, symbolStrokeWidth: 2, symbolBaseFillColor: quiet },
    header: text,
    title: { color: ink },
    range: { category: palette, ramp: [colour("--paper"), palette[0]], heatmap: [rule, palette[0]] },
    mark: { color: palette[0], tooltip: true },
    bar: { color: palette[0], stroke: colour("--paper"), strokeWidth: 0.5 },
    line: { color: palette[0], strokeWidth: 2 },
    point: { color: palette[0], filled: true, size: 70, opacity: 1 },
    text: { color: ink },
  };
}

// On a narrow screen keys stand one below the other, and their labels end with the screen.
function legend() {
  const narrow = figure.clientWidth < 500;
  const layout = { top: { anchor: "start", direction: narrow ? "vertical" : "horizontal" } };
  return { columns: narrow ? 1 : 3, labelLimit: narrow ? figure.clientWidth - 90 : 320, layout };
}

// Panels take their width without labels: what these take is known once they are drawn.
async function draw() {
  const width = faceted ? Math.max(120, figure.clientWidth - 220) : "container";
  await embed(width);
  const excess = faceted ? canvas.querySelector("svg").clientWidth - figure.clientWidth : 0;
  if (excess > 0) await embed(Math.max(120, width - excess));
  figure.dataset.drawn = "yes";
}

function embed(width) {
  return window.vegaEmbed(canvas, { width, ...spec }, {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: false,
    config: config(),
    tooltip: { theme: "custom" },
  });
}

document.addEventListener("theme", draw);
addEventListener("load", draw);
