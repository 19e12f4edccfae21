// The form: files by drop or by the file dialog, examples by a click, and every refusal as a sentence. Read next: answer.js.
import { prepare, show } from "./answer.js";

const get = id => document.getElementById(id);
const chosen = { picture: null, sound: null, video: null, example: null }, files = ["picture", "sound", "video"];
let about = null, asking = 0;

start();

async function start() {
  about = await (await fetch("about")).json();
  get("about").textContent = `${about.model}: ${about.clusters} clusters, ${about.rounds} rounds; it looks at ${about.frameSize} × ${about.frameSize} pixels and listens to ${about.seconds.toFixed(2)} s.`;
  prepare(about, second => ask(second));
  get("examples").hidden = about.examples.length === 0;
  about.examples.forEach((things, i) => {
    const button = document.createElement("button"), picture = document.createElement("img"), name = document.createElement("span");
    picture.src = `examples/${i}.jpg`;
    picture.alt = "";
    name.textContent = things;
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(picture, name);
    button.onclick = () => { choose("example", i); ask(0); };
    get("example-list").append(button);
  });
  get("video-zone").hidden = !about.video;
  if (about.video) get("sound-help").textContent = "WAV, MP3, FLAC, Ogg, M4A";
  for (const kind of files) {
    get(kind).onchange = () => choose(kind, get(kind).files[0] ?? null);
    const zone = get(`${kind}-zone`);
    zone.ondragover = () => zone.classList.add("over");
    zone.ondragleave = zone.ondrop = () => zone.classList.remove("over");
  }
  // A file may be dropped anywhere: what it is decides where it goes. Without this the browser would leave the page for it.
  document.ondragover = event => event.preventDefault();
  document.ondrop = event => {
    event.preventDefault();
    for (const file of event.dataTransfer.files) choose(file.type.startsWith("image/") ? "picture" : file.type.startsWith("video/") && about.video ? "video" : "sound", file);
  };
  get("form").onsubmit = event => { event.preventDefault(); ask(0); };
  document.body.dataset.ready = "true";
}

function choose(kind, value) {
  if (kind === "example") chosen.example = value;
  else {
    // A video takes the place of picture and sound, and they of a video.
    for (const other of files) if (value && (other === "video") !== (kind === "video")) set(other, null);
    set(kind, value);
    chosen.example = null;
  }
  get("example-list").querySelectorAll("button").forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen.example)));
  get("error").textContent = "";
}

function set(kind, file) {
  chosen[kind] = file;
  if (!file) get(kind).value = "";
  get(`${kind}-chosen`).textContent = file ? file.name : "Drop one here, or press to choose";
  get(`${kind}-zone`).classList.toggle("filled", file !== null);
}

async function ask(second) {
  const form = new FormData(), mine = ++asking;
  let bytes = 0;
  if (chosen.example !== null) form.append("example", String(chosen.example));
  else for (const kind of files) if (chosen[kind]) { form.append(kind, chosen[kind]); bytes += chosen[kind].size; }
  form.append("second", second.toFixed(2));
  if (bytes > about.uploadBytes) return fail(about.tooLarge);
  get("error").textContent = "";
  get("status").textContent = "Looking and listening …";
  try {
    const response = await fetch("answer", { method: "POST", body: form }), content = await response.json();
    if (mine !== asking) return;   // something else was asked in the meantime
    if (!response.ok) return fail(content.error);
    show(content, second === 0);
    get("status").textContent = "";
  } catch {
    if (mine === asking) fail("The server does not answer. Look at the terminal of `dcc serve`, or start it again.");
  }
}

function fail(sentence) {
  get("status").textContent = "";
  get("error").textContent = sentence;
}
