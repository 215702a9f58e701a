/* Comforts of every page. Each page works without them: what a script adds, only a script shows. Nothing is stored or sent. */
(function () {
  "use strict";

  const page = document.documentElement;

  /* The words of templates/words/, which the build lays before this script. */
  let forms;
  window.pmpSay = function (key, values = {}) {
    const phrase = window.pmpSays[key];
    if (phrase.other) forms ??= new Intl.PluralRules(page.lang); // slow to make: once, and only where something is counted
    const text = phrase.other ? phrase[forms.select(values.count)] ?? phrase.other : phrase;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const say = window.pmpSay;
  const worker = document.currentScript.dataset.worker;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /* Colours follow the system until the reader turns them round. The tab itself keeps that choice, in its name, until it is closed. */
  function shown() {
    return page.dataset.scheme ?? (dark.matches ? "dark" : "light");
  }

  if (["light", "dark"].includes(window.name)) page.dataset.scheme = window.name;

  function offerColours() {
    const button = document.querySelector(".scheme");
    function tell() {
      button.setAttribute("aria-pressed", String(shown() === "dark"));
    }
    button.addEventListener("click", function () {
      page.dataset.scheme = window.name = shown() === "dark" ? "light" : "dark";
      tell();
    });
    dark.onchange = tell;
    button.hidden = false;
    tell();
  }

  /* Words to say, copied with one press. Where the browser allows no copying, they are selected instead. */
  function offerCopies() {
    for (const words of document.querySelectorAll(".words, .letter")) {
      const button = document.createElement("button");
      const told = document.createElement("span");
      button.type = "button";
      button.className = "copy";
      button.textContent = say("copy");
      told.setAttribute("role", "status");
      button.addEventListener("click", async function () {
        try {
          await navigator.clipboard.writeText(words.innerText.trim());
          told.textContent = say("copied");
        } catch {
          getSelection().selectAllChildren(words);
          told.textContent = say("selected");
        }
      });
      words.after(button, told);
    }
  }

  /* A copy of a page may outlive its review: kept on a phone, or never rebuilt. The reader's own clock tells. */
  function markOverdue() {
    for (const review of document.querySelectorAll(".review[data-review-by]")) {
      if (review.parentElement.querySelector(".overdue") || !isPast(review.dataset.reviewBy)) continue;
      const mark = document.createElement("p");
      mark.className = "overdue";
      mark.textContent = say("overdue", { day: inWords(review.dataset.reviewBy) });
      review.before(mark);
    }
  }

  function isPast(day) {
    const now = new Date();
    return day < [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }

  function inWords(day) {
    return new Date(day + "T12:00:00").toLocaleDateString(page.lang, { day: "numeric", month: "long", year: "numeric" });
  }

  /* On paper, nothing stays folded. */
  function unfoldOnPaper() {
    let folded = [];
    addEventListener("beforeprint", function () {
      folded = [...document.querySelectorAll("main details:not([open])")];
      for (const fold of folded) fold.open = true;
    });
    addEventListener("afterprint", function () {
      for (const fold of folded) fold.open = false;
    });
  }

  function closeMenuOnEscape() {
    const menu = document.querySelector(".menu");
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  /* From a folder on disk a browser shows the list of a folder, where a server would show its page. */
  function leadToFiles(event) {
    const link = event.target.closest("a");
    if (link && link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  }

  /* Keeps the pages for when there is no network. Not from a folder on disk, where they are there already, nor for those who save data. */
  function keepForLater() {
    if (worker && "serviceWorker" in navigator && location.protocol.startsWith("http") && !navigator.connection?.saveData) {
      addEventListener("load", function () { navigator.serviceWorker.register(worker).catch(function () {}); });
    }
  }

  /* In the place of the link to the search: a box, which hands its words over in the fragment of the address. */
  function offerSearch() {
    const place = document.querySelector(".find");
    if (!place) return;
    const link = place.querySelector("a");
    const label = document.createElement("label");
    const field = document.createElement("input");
    const button = document.createElement("button");
    label.htmlFor = field.id = "site-search";
    label.className = "for-ears";
    label.textContent = say("search_own_words");
    field.type = field.enterKeyHint = "search";
    field.autocomplete = "off";
    field.placeholder = button.textContent = say("search");
    button.type = "button";
    function go() {
      link.hash = new URLSearchParams({ q: field.value.trim(), for: place.dataset.for });
      leadToFiles({ target: link });
      location.href = link.href;
    }
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter") go();
    });
    button.addEventListener("click", go);
    link.hash = new URLSearchParams({ for: place.dataset.for });
    link.before(label, field, button); // the link stays for narrow screens, where a box has no room
  }

  /* Beside a long text: its parts stand below its own name, and the one that is being read is marked. */
  function showWhere() {
    const here = document.querySelector(".section-nav [aria-current]");
    const parts = document.querySelector(".contents ul");
    if (!here || !parts) return;
    here.after(parts.cloneNode(true));
    const links = [...here.nextSibling.querySelectorAll("a")];
    function mark() {
      const read = links.filter((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))).getBoundingClientRect().top < 300).pop();
      for (const link of links) link.ariaCurrent = link === read ? "location" : null;
    }
    addEventListener("scroll", mark, { passive: true });
    mark();
  }

  keepForLater();
  for (const kind of ["click", "auxclick"]) addEventListener(kind, leadToFiles, true);
  addEventListener("DOMContentLoaded", function () {
    offerSearch();
    showWhere();
    offerColours();
    offerCopies();
    markOverdue();
    unfoldOnPaper();
    closeMenuOnEscape();
  });
})();
