// Players, gallery and map. Without this script all frames are shown, with plain players.
document.body.classList.add("scripted");
const get = id => document.getElementById(id);

// The spectrogram becomes the player: click it, and a line runs along while the sound plays. A sound that stands elsewhere in the page is played from there.
let playing = null;
for (const sound of document.querySelectorAll(".sound")) {
  const audio = sound.querySelector("audio") ?? get(sound.dataset.sound), picture = sound.querySelector(".spectrogram");
  if (!audio) continue;
  const button = document.createElement("button"), head = document.createElement("span");
  button.type = "button"; button.className = "play"; head.className = "head";
  const show = on => { button.textContent = on ? "❚❚" : "▶"; button.setAttribute("aria-label", on ? "stop the sound" : "play the sound"); head.style.opacity = on ? 0.9 : 0; };
  const run = () => { if (audio.paused || playing !== button) return show(false); head.style.left = 100 * audio.currentTime / audio.duration + "%"; requestAnimationFrame(run); };
  button.onclick = () => {
    if (playing === button && !audio.paused) return audio.pause();
    for (const other of document.querySelectorAll("audio")) other.pause();
    playing = button; audio.currentTime = 0; audio.play(); show(true); run();
  };
  audio.addEventListener("pause", () => show(false));
  audio.addEventListener("ended", () => show(false));
  show(false);
  picture.append(head, button);
}

// The gallery: what the form chooses, in its order, ten at a time.
if (get("browse")) {
  const perPage = 10, all = [...document.querySelectorAll("#items .item")], form = get("browse"), unfiltered = get("found").textContent;
  let shown = all, page = 0;
  const choose = () => {
    const words = get("find").value.toLowerCase().trim(), by = [...form.querySelectorAll("[data-by]")].filter(each => each.value);
    shown = all.filter(item => (item.dataset.name + " " + item.dataset.class).toLowerCase().includes(words) && by.every(each => item.dataset[each.dataset.by] === each.value));
    const sort = get("sort").value, value = item => Number(item.dataset.similarity);
    if (sort === "down") shown.sort((a, b) => value(b) - value(a));
    if (sort === "up") shown.sort((a, b) => value(a) - value(b));
    if (sort === "name") shown.sort((a, b) => a.dataset.name.localeCompare(b.dataset.name));
    turn(0);
  };
  const pages = () => Math.max(1, Math.ceil(shown.length / perPage)), visible = () => shown.slice(page * perPage, (page + 1) * perPage);
  const turn = (to, focus) => {
    page = Math.min(Math.max(to, 0), pages() - 1);
    get("items").replaceChildren(...visible());
    for (const item of all) item.tabIndex = -1;
    if (visible().length) visible()[0].tabIndex = 0;
    get("page").textContent = `Page ${page + 1} of ${pages()}`;
    get("previous").disabled = page === 0;
    get("next").disabled = page === pages() - 1;
    get("found").textContent = shown.length === all.length ? unfiltered : `${shown.length} of ${all.length} frames.`;
    if (focus !== undefined) visible().at(focus)?.focus();
  };
  form.hidden = get("pages").hidden = get("keys").hidden = false;
  form.oninput = choose;
  form.onsubmit = event => event.preventDefault();
  get("previous").onclick = () => turn(page - 1);
  get("next").onclick = () => turn(page + 1);
  get("items").onfocusin = event => {
    const item = event.target.closest(".item");
    for (const each of all) each.tabIndex = each === item ? 0 : -1;
  };
  get("items").onkeydown = event => {
    const item = event.target.closest(".item"), at = visible().indexOf(item), across = getComputedStyle(get("items")).gridTemplateColumns.split(" ").length;
    if (event.key === "PageDown" || event.key === "PageUp") turn(page + (event.key === "PageDown" ? 1 : -1), 0);
    else if (event.key === "Enter" && event.target === item) item.querySelector(".play")?.click();
    else if (event.key.startsWith("Arrow")) {
      const to = at + { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
      if (to < 0 && page > 0) turn(page - 1, -1);
      else if (to >= visible().length && page < pages() - 1) turn(page + 1, 0);
      else visible()[to]?.focus();
    } else return;
    event.preventDefault();
  };
  choose();
}

// The map: marks for pictures and sounds, the one pointed at told beside it.
if (get("map-data")) {
  const data = JSON.parse(get("map-data").textContent), plane = get("plane"), width = 640, height = 440, margin = 14;
  const svg = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const counts = new Map();
  for (const pair of data.pairs) if (pair.class) counts.set(pair.class, (counts.get(pair.class) ?? 0) + 1);
  const classes = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, data.classes).map(each => each[0]);
  const points = data.pairs.flatMap(pair => [pair.picture, pair.sound]), ends = axis => [Math.min(...points.map(at => at[axis])), Math.max(...points.map(at => at[axis]))];
  const [left, right] = ends(0), [bottom, top] = ends(1);
  const x = at => margin + (width - 2 * margin) * (at[0] - left) / (right - left || 1), y = at => height - margin - (height - 2 * margin) * (at[1] - bottom) / (top - bottom || 1);
  const line = svg("path", { class: "partner" }), marks = [];
  plane.append(line);
  for (const pair of data.pairs) for (const kind of ["picture", "sound"]) {
    const at = pair[kind], px = x(at), py = y(at);
    const element = kind === "picture" ? svg("circle", { cx: px, cy: py, r: 5.5 }) : svg("path", { d: `M${px} ${py - 6}l5.6 10h-11.2z` });
    element.classList.add("mark");
    const mark = { pair, kind, px, py, element };
    marks.push(mark);
    element.addEventListener("pointerenter", () => point(mark));
    plane.append(element);
  }
  let pointed = null, byCluster = false;
  const colour = pair => byCluster ? data.colours[pair.cluster] : classes.includes(pair.class) ? data.colours[classes.indexOf(pair.class)] : null;
  const paint = () => {
    for (const { pair, element } of marks) element.style.fill = colour(pair) ?? "";
    const names = byCluster ? [...new Set(data.pairs.map(pair => pair.cluster))].sort((a, b) => a - b).map(k => [data.colours[k], `cluster ${k + 1}`]) : classes.map((name, i) => [data.colours[i], name]);
    if (!byCluster && data.pairs.some(pair => !classes.includes(pair.class))) names.push([null, classes.length ? "other classes" : "class unknown"]);
    get("legend").replaceChildren(...names.map(([css, name]) => {
      const entry = document.createElement("li"), swatch = document.createElement("span");
      swatch.className = "swatch";
      if (css) swatch.style.background = css;
      entry.append(swatch, " ", name);
      return entry;
    }));
  };
  const point = mark => {
    pointed?.element.classList.remove("pointed-at");
    pointed = mark;
    mark.element.classList.add("pointed-at");
    plane.append(mark.element);
    const { pair } = mark, picture = document.createElement("img"), text = document.createElement("p"), name = document.createElement("strong");
    line.setAttribute("d", `M${x(pair.picture)} ${y(pair.picture)}L${x(pair.sound)} ${y(pair.sound)}`);
    picture.src = pair.thumbnail;
    picture.alt = "";
    name.textContent = pair.title;
    text.append(name, document.createElement("br"), `${mark.kind === "picture" ? "Its picture" : "Its sound"}${pair.class ? `; ${pair.class}` : ""}; cluster ${pair.cluster + 1}; S\u00a0=\u00a0${pair.similarity.toFixed(2)}`);
    get("pointed").replaceChildren(picture, text);
  };
  plane.onkeydown = event => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Enter" && pointed) {
      const item = [...document.querySelectorAll(".scene")].find(each => each.querySelector("strong")?.textContent === pointed.pair.title);
      return item?.querySelector(".play")?.click();
    }
    if (!way) return;
    event.preventDefault();
    const from = pointed ?? { px: width / 2, py: height / 2 };
    let best = null, least = Infinity;
    for (const mark of marks) {
      const along = (mark.px - from.px) * way[0] + (mark.py - from.py) * way[1], aside = Math.abs((mark.px - from.px) * way[1]) + Math.abs((mark.py - from.py) * way[0]);
      if (mark !== pointed && along > 0.01 && along + 2.5 * aside < least) [best, least] = [mark, along + 2.5 * aside];
    }
    if (best) point(best);
  };
  // A finger is larger than a mark: the nearest one is meant.
  plane.onclick = event => {
    const box = plane.getBoundingClientRect(), px = (event.clientX - box.left) * width / box.width, py = (event.clientY - box.top) * height / box.height;
    point(marks.reduce((best, mark) => (mark.px - px) ** 2 + (mark.py - py) ** 2 < (best.px - px) ** 2 + (best.py - py) ** 2 ? mark : best));
  };
  plane.onfocus = () => { if (!pointed) point(marks[0]); };
  for (const radio of document.querySelectorAll("[name=colour]")) radio.onchange = () => { byCluster = radio.value === "cluster"; paint(); };
  paint();
}
