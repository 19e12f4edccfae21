// The slider over the rounds, and the clusters it shows on picture and spectrogram. Read next: page.css.
const get = id => document.getElementById(id);
const svg = (name, attributes, text) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
};
const interval = 900;   // milliseconds between rounds when they play
let colours = [], answer = null, round = 0, cluster = null, timer = null;

export function prepareRounds(about) {
  colours = about.colours.map(css => [1, 3, 5].map(at => parseInt(css.slice(at, at + 2), 16)));
  get("round").oninput = () => { stop(); go(Number(get("round").value)); };
  get("run").onclick = () => timer === null ? run() : stop();
}

export function showRounds(content) {
  const fresh = answer === null || answer.shape.clusters !== content.shape.clusters;
  answer = content;
  stop();
  const last = content.steps.length - 1;
  for (const step of content.steps) for (const side of ["picture", "sound"]) step[side] = Uint8Array.from(atob(step[side]), letter => letter.charCodeAt(0));
  get("round").max = last;
  get("round-marks").replaceChildren(...content.steps.map((_, i) => new Option(i, i)));
  get("ticks").replaceChildren(...content.steps.map((_, i) => {
    const tick = document.createElement("span");
    tick.style.left = `${100 * i / last}%`;
    tick.textContent = i;
    if (i === content.rounds) {
      const own = document.createElement("span");
      own.className = "long";
      own.textContent = " = T";
      tick.className = "own";
      tick.append(own);
    }
    return tick;
  }));
  if (fresh) makeClusters();
  go(content.rounds);
}

function run() {
  get("run").textContent = "❚❚";
  get("run").setAttribute("aria-label", "stop");
  if (round === answer.steps.length - 1) go(0);
  timer = setInterval(() => { go(round + 1); if (round === answer.steps.length - 1) stop(); }, interval);
}

function stop() {
  clearInterval(timer);
  timer = null;
  get("run").textContent = "▶";
  get("run").setAttribute("aria-label", "play the rounds");
}

function go(to) {
  round = to;
  get("round").value = to;
  get("round").setAttribute("aria-valuetext", `round ${to} of ${answer.steps.length - 1}`);
  get("round-shown").textContent = to;
  get("caption").textContent = caption();
  draw();
  drawCourse();
}

function caption() {
  const step = answer.steps[round], percent = value => `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)} %`, own = answer.rounds;
  if (round === 0) return "Before the first round: every place holds the same share of every cluster, and there are no centres yet.";
  const moved = `${percent(step.pictureChange)} of the picture and ${percent(step.soundChange)} of the sound changed their cluster; similarity ${step.similarity.toFixed(2)}.`;
  if (round === 1 && step.pictureChange + step.soundChange < 1e-6) return `The first centres are plain sums over all places, whose shares are still equal; similarity ${step.similarity.toFixed(2)}.`;
  return round === own ? `${moved} Here the model stops: this is its answer.` : round > own ? `${moved} The model stops at round ${own}; this is where more rounds would lead.` : moved;
}

function makeClusters() {
  cluster = null;
  const { clusters, audioClusters } = answer.shape;
  get("clusters").replaceChildren(...Array.from({ length: Math.max(clusters, audioClusters) }, (_, k) => {
    const button = document.createElement("button"), swatch = svg("svg", { viewBox: "0 0 2 2", class: "swatch", "aria-hidden": "true" });
    swatch.append(svg("circle", { cx: 1, cy: 1, r: 1, fill: `rgb(${colours[k]})` }));
    const bar = svg("svg", { viewBox: "-1 0 2 1", preserveAspectRatio: "none", "aria-hidden": "true" }), value = document.createElement("span"), number = document.createElement("span");
    bar.append(svg("rect", { x: -1, y: 0.35, width: 2, height: 0.3 }), svg("rect", { class: "cos", y: 0, height: 1, x: 0, width: 0 }), svg("rect", { x: -0.005, y: 0, width: 0.01, height: 1, class: "cos" }));
    number.textContent = k + 1;
    value.className = "value";
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(swatch, number, bar, value);
    button.onclick = () => { cluster = cluster === k ? null : k; draw(); };
    return button;
  }));
}

function draw() {
  const { clusters, audioClusters, frames, height, width, time, mel } = answer.shape, step = answer.steps[round];
  paint(get("picture-shares"), width, height, clusters, (k, x, y) => step.picture[(k * frames * height + y) * width + x]);
  paint(get("sound-shares"), time, mel, audioClusters, (k, x, y) => step.sound[(k * time + x) * mel + mel - 1 - y]);
  get("answer").classList.toggle("single", cluster !== null);
  get("clusters").querySelectorAll("button").forEach((button, k) => {
    const cosine = step.cosines[k] ?? 0, bar = button.querySelector(".cos"), length = Math.min(1, Math.abs(cosine));
    button.setAttribute("aria-pressed", String(k === cluster));
    button.setAttribute("aria-label", `cluster ${k + 1}, cosine ${cosine.toFixed(2)}`);
    bar.setAttribute("x", cosine < 0 ? -length : 0);
    bar.setAttribute("width", length);
    button.querySelector(".value").textContent = cosine.toFixed(2);
  });
}

// All clusters: each place in the mean of their colours, weighted by the cubes of the shares, as nearly even ones would all give the same grey.
// One cluster: its colour, as opaque as its share is large; an even share is hardly seen.
function paint(canvas, width, height, clusters, share) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (cluster !== null) {
        image.data.set(colours[cluster], at);
        image.data[at + 3] = cluster < clusters ? share(cluster, x, y) : 0;
        continue;
      }
      const sum = [0, 0, 0];
      let all = 0;
      for (let k = 0; k < clusters; k++) {
        const part = share(k, x, y) ** 3;
        all += part;
        for (let c = 0; c < 3; c++) sum[c] += part * colours[k][c];
      }
      for (let c = 0; c < 3; c++) image.data[at + c] = all ? sum[c] / all : 128;
      image.data[at + 3] = 255;
    }
  context.putImageData(image, 0, 0);
}

function drawCourse() {
  const steps = answer.steps, last = steps.length - 1, values = steps.map(step => step.similarity), low = Math.min(0, ...values), high = Math.max(0.01, ...values);
  const x = i => 26 + 286 * i / last, y = share => 100 - 90 * share, line = (name, value, from) => svg("path", { class: name, d: steps.slice(from).map((step, i) => `${i ? "L" : "M"}${x(i + from).toFixed(1)} ${y(value(step)).toFixed(1)}`).join("") });
  const zero = (0 - low) / (high - low);
  get("course").setAttribute("aria-label", `similarity by round: ${values.map(value => value.toFixed(2)).join(", ")}`);
  get("course").replaceChildren(
    svg("path", { class: "grid", d: `M26 ${y(zero)}H312` }), svg("text", { x: 20, y: y(zero) + 3.5, "text-anchor": "end" }, "0"),
    ...steps.map((_, i) => svg("text", { x: x(i), y: 116, "text-anchor": "middle" }, i)),
    line("picture", step => step.pictureChange * (1 - zero) + zero, 1), line("sound", step => step.soundChange * (1 - zero) + zero, 1), line("similarity", step => (step.similarity - low) / (high - low), 0),
    svg("path", { class: "now", d: `M${x(round).toFixed(1)} 6V102` }));
}
