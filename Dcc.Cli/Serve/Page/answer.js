// Heat map, similarity and sound of an answer. Read next: rounds.js.
import { prepareRounds, showRounds } from "./rounds.js";

const get = id => document.getElementById(id);
const svg = (name, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};
let answer = null, map = 0, again = null;

export function prepare(about, askAgain) {
  again = askAgain;
  about.maps.forEach((kind, i) => {
    const label = document.createElement("label"), radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "map";
    radio.checked = i === 0;
    radio.onchange = () => { map = i; get("meaning").textContent = kind.meaning; showMap(); };
    label.append(radio, kind.label);
    get("maps").append(label);
  });
  get("meaning").textContent = about.maps[0].meaning;
  const audio = get("audio");
  const follow = () => {
    get("head").style.left = `${100 * audio.currentTime / audio.duration}%`;
    if (!audio.paused) requestAnimationFrame(follow);
  };
  const tell = on => {
    get("play").textContent = on ? "❚❚" : "▶";
    get("play").setAttribute("aria-label", on ? "stop the sound" : "play the sound");
    get("head").style.opacity = on ? "0.9" : "0";
  };
  get("play").onclick = () => { if (!audio.paused) return audio.pause(); audio.currentTime = 0; audio.play(); };
  audio.onplay = () => { tell(true); follow(); };
  audio.onpause = audio.onended = () => tell(false);
  get("second").oninput = () => { get("second-shown").textContent = `${Number(get("second").value).toFixed(1)} s`; };
  get("second").onchange = () => again(Number(get("second").value));
  prepareRounds(about);
}

export function show(content, isNew) {
  answer = content;
  get("answer").hidden = false;
  get("answer-title").textContent = content.title;
  for (const id of ["picture-shown", "picture-again"]) get(id).src = content.picture.uri;
  get("picture-shown").alt = content.title;
  for (const id of ["spectrogram", "spectrogram-again"]) get(id).src = content.sound.spectrogram;
  get("audio").src = content.sound.wav;
  get("boxes").replaceChildren(...content.boxes.map(box => svg("rect", { x: box.left, y: box.top, width: box.width, height: box.height, class: box.sounds ? "sounds" : "silent" })));
  get("legend-boxes").hidden = content.boxes.length === 0;
  showMap();
  showSimilarity();
  showMoment();
  showRounds(content);
  if (isNew) { get("answer").scrollIntoView(); get("answer").focus({ preventScroll: true }); }
}

function showMap() {
  if (!answer) return;
  const shown = answer.maps[map], place = (value, names) => names[Math.min(2, Math.floor(3 * value))];
  get("heat").src = shown.uri;
  get("heat").alt = `heat map; the hottest point is at the ${place(shown.y, ["top", "middle", "bottom"])} ${place(shown.x, ["left", "centre", "right"])}`;
}

function showSimilarity() {
  const value = answer.similarity, bound = answer.bound;
  get("similarity").textContent = value.toFixed(2);
  get("range").textContent = bound === null ? "Minus the distance of the two sets of centres; 0 is the best." : `The sum of the cosines of ${answer.shape.clusters} pairs of centres, from −${bound} to ${bound}.`;
  const gauge = get("gauge");
  gauge.setAttribute("aria-label", `similarity ${value.toFixed(2)}`);
  gauge.replaceChildren();
  if (bound === null) return;
  const at = 100 + 100 * value / bound;
  gauge.append(svg("rect", { x: 0, y: 6, width: 200, height: 6, rx: 3, class: "rail" }), svg("rect", { x: Math.min(at, 100), y: 6, width: Math.abs(at - 100), height: 6, class: "value" }), svg("path", { d: "M100 2V16", class: "zero" }));
}

// A sound longer than what the model hears: its part can be chosen.
function showMoment() {
  const sound = answer.sound, last = Math.max(0, sound.total - sound.seconds);
  get("moment").hidden = last < 0.05;
  get("second").max = last.toFixed(1);
  get("second").value = sound.start;
  get("second-shown").textContent = `${sound.start.toFixed(1)} s`;
}
