"use strict";
(() => {
  const films = [...document.querySelectorAll("video[data-at]")];
  const button = document.getElementById("both"), slide = document.getElementById("since"), said = document.getElementById("said");
  if (films.length !== 2 || !button || !slide) return;
  const since = (film) => film.currentTime - Number(film.dataset.at);
  const show = () => { said.textContent = `${Number(slide.value).toFixed(2)} s since lift-off`; };
  const put = (t) => { films.forEach((film) => { film.currentTime = Math.max(0, Number(film.dataset.at) + t); }); slide.value = t; show(); };
  const stop = () => { films.forEach((film) => film.pause()); button.textContent = "Play both"; };
  const lead = () => films[0];
  slide.addEventListener("input", () => { stop(); put(Number(slide.value)); });
  button.addEventListener("click", () => {
    if (!lead().paused) { stop(); return; }
    if (Number(slide.value) >= Number(slide.max) - 0.05) put(Number(slide.min)); else put(Number(slide.value));
    films.forEach((film) => { film.play(); });
    button.textContent = "Stop";
  });
  lead().addEventListener("timeupdate", () => {
    if (lead().paused) return;
    const t = since(lead());
    // Two decoders drift apart: the second follows the first.
    if (Math.abs(since(films[1]) - t) > 0.1) films[1].currentTime = Number(films[1].dataset.at) + t;
    slide.value = t; show();
    if (t >= Number(slide.max)) stop();
  });
  films.forEach((film) => film.addEventListener("ended", stop));
  films.forEach((film) => film.addEventListener("loadedmetadata", () => put(0), { once: true }));
  document.getElementById("together").hidden = false;
})();
