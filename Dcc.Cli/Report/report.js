// The spectrogram becomes the player: click it, and a line runs along while the sound plays.
document.body.classList.add("scripted");
let playing = null;
for (const sound of document.querySelectorAll(".sound")) {
  const audio = sound.querySelector("audio"), picture = sound.querySelector(".spectrogram");
  const button = document.createElement("button"), head = document.createElement("span");
  button.type = "button"; button.className = "play"; head.className = "head";
  const show = on => { button.textContent = on ? "❚❚" : "▶"; button.setAttribute("aria-label", on ? "stop the sound" : "play the sound"); head.style.opacity = on ? 0.9 : 0; };
  const run = () => { if (audio.paused) return; head.style.left = 100 * audio.currentTime / audio.duration + "%"; requestAnimationFrame(run); };
  button.onclick = () => { if (!audio.paused) return audio.pause(); if (playing) playing.pause(); playing = audio; audio.currentTime = 0; audio.play(); };
  audio.onplay = () => { show(true); run(); };
  audio.onpause = audio.onended = () => show(false);
  show(false);
  picture.append(head, button);
}
