/* A quiet practice, one step at a time: the steps are those of the page. Nothing is stored or sent. */
(function () {
  "use strict";

  const READY = 9000; // to settle into a step
  const WORD = 700; // to hear or read a word of it
  const mode = document.querySelector(".with-me");
  const find = (name) => mode.querySelector(name);
  const ways = [];
  for (const list of document.querySelectorAll(".practice .steps")) {
    if (list.start > 1) ways.at(-1).push(...list.children);
    else ways.push([...list.children]);
  }
  const play = find(".play");
  const aloud = find(".aloud");
  const synthesis = window.speechSynthesis;
  let state = "stopped"; // or "going", or "paused"
  let at = 0;
  let timer;

  const steps = () => ways[find("[name=part]:checked")?.value ?? 0];

  /* Voices of the device alone: another one would send the words away. */
  function voice() {
    const tag = (one) => one.lang.replace("_", "-").toLowerCase();
    const wanted = document.documentElement.lang.toLowerCase();
    const own = (synthesis?.getVoices() ?? []).filter((one) => one.localService === true);
    return own.find((one) => tag(one) === wanted) ?? own.find((one) => tag(one).split("-")[0] === wanted.split("-")[0]);
  }

  function hush() {
    clearTimeout(timer);
    synthesis?.cancel();
  }

  function speak(text) {
    const own = voice();
    if (!own) return;
    const said = new SpeechSynthesisUtterance(text.trim());
    said.voice = own;
    said.lang = own.lang;
    said.rate = 0.9;
    synthesis.speak(said);
  }

  /* From one step to the next by itself, in a while; the last one stays. */
  function goOnLater() {
    clearTimeout(timer);
    const words = steps()[at].textContent.trim().split(/\s+/).length;
    if (state === "going" && at + 1 < steps().length) timer = setTimeout(() => show(at + 1), (READY + WORD * words) * (find(".slower").checked ? 2 : 1));
  }

  function show(number) {
    const all = steps();
    if (number < 0 || number >= all.length) return;
    hush();
    at = number;
    const place = find(".place").cloneNode(true);
    place.hidden = false;
    place.querySelector(".number").textContent = at + 1;
    place.querySelector(".last").textContent = all.length;
    find(".now").replaceChildren(place, all[at].querySelector(".step").cloneNode(true));
    find(".drawn").replaceChildren(...[all[at].querySelector(".picture svg")].filter(Boolean).map((picture) => picture.cloneNode(true)));
    find(".back").setAttribute("aria-disabled", String(at === 0));
    find(".next").setAttribute("aria-disabled", String(at + 1 === all.length));
    if (state === "going" && aloud.querySelector("input").checked) speak(find(".now .step").textContent);
    goOnLater();
  }

  function turn(now) {
    state = mode.dataset.state = now;
    for (const part of mode.querySelectorAll(".running")) part.hidden = now === "stopped";
  }

  function stop() {
    const inside = mode.contains(document.activeElement);
    hush();
    turn("stopped");
    find(".now").replaceChildren();
    if (inside) play.focus(); // the button that was pressed may be gone
  }

  play.addEventListener("click", function () {
    if (state === "going") {
      hush();
      turn("paused");
    } else {
      const begins = state === "stopped";
      turn("going");
      if (begins) show(0);
      else goOnLater();
    }
  });
  find(".back").addEventListener("click", () => show(at - 1));
  find(".next").addEventListener("click", () => show(at + 1));
  find(".stop").addEventListener("click", stop);
  find(".slower").addEventListener("change", goOnLater);
  find("a").addEventListener("click", function () {
    if (state === "going") play.click();
  });
  for (const part of mode.querySelectorAll("[name=part]")) {
    part.addEventListener("change", function () {
      if (state !== "stopped") show(0);
    });
  }
  aloud.addEventListener("change", function (event) {
    synthesis.cancel();
    if (event.target.checked && state === "going") speak(find(".now .step").textContent);
  });
  mode.addEventListener("keydown", function (event) {
    const onward = document.documentElement.dir === "rtl" ? -1 : 1;
    const way = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
    if (state === "stopped" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") stop();
    else if (way && event.target.type !== "radio") show(at + way);
  });
  addEventListener("pagehide", stop);

  function offerVoice() {
    aloud.hidden = !voice();
  }
  synthesis?.addEventListener?.("voiceschanged", offerVoice); // some devices find their voices late
  offerVoice();
  aloud.querySelector("input").checked = false; // some browsers bring back what was ticked before
  turn("stopped");
  mode.hidden = false;
})();
