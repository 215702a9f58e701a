/* The search page. What is typed stays in the field and in the address's fragment (#q=…&for=…), and is sent nowhere. */
(function () {
  const get = (id) => document.getElementById(id);
  const [box, field, list, status, instead, urgent, results, nothing] =
    ["search-box", "search-words", "suggestions", "search-status", "instead", "urgent", "results", "nothing"].map(get);
  const root = box.dataset.root;
  const onDisk = location.protocol === "file:";
  const PAUSE = 400; // milliseconds after the last key
  const loading = {};
  let announcing, keeping;

  /* What `make` makes of a data file, once. The file is a classic script: that works from a folder on disk too. */
  function load(name, make) {
    loading[name] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + "search/" + name + ".js";
      script.onload = () => resolve(make(pmpSearch[name]));
      script.onerror = reject;
      document.head.append(script);
    });
    return loading[name];
  }

  /* How words are compared, and which are urgent. */
  function typing() {
    return load("words", async (data) => {
      const words = pmpWords(data);
      return { words, urgent: await pmpUrgent(words, data) };
    });
  }

  async function answers(reader) {
    const { words } = await typing();
    return load(reader, (entries) => pmpEngine(words, pmpSearch.words, entries));
  }

  /* The words go into the address once the reader pauses: a browser takes longer over its address than over a search. */
  function keep() {
    clearTimeout(keeping);
    keeping = 0;
    history.replaceState(null, "", fragment());
  }

  function audience() { return box.querySelector("input[name=for]:checked").value; }
  function fragment(more) { return "#" + new URLSearchParams({ q: field.value.trim(), for: audience(), ...more }); }
  function make(tag, text, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  /* A sentence with the words that were asked for marked in it. */
  function marked(text, asked, { parts, terms }) {
    const line = make("p");
    let plain = "";
    parts(text).forEach((part, at) => {
      if (at % 2 && terms(part).some((term) => asked.includes(term))) {
        line.append(plain, make("mark", part));
        plain = "";
      } else plain += part;
    });
    line.append(plain);
    return line;
  }

  /* An answer is made once, and left alone where it stands already: the browser has less to draw. */
  const answered = new Map();
  function answer(entry, asked, tools) {
    const text = tools.sentence(entry, asked);
    const said = tools.said(text, asked);
    const key = [entry.url, text, ...said].join("\n");
    if (!answered.has(key)) {
      const item = make("li");
      const link = make("a", entry.title);
      link.href = root + (onDisk ? entry.url.replace(/\/(?=#|$)/, "/index.html") : entry.url);
      item.append(link, make("p", entry.where, "where"), marked(text, said, tools));
      answered.set(key, item);
    }
    return answered.get(key);
  }

  function show(found, words, tools) {
    const asked = tools.terms(words);
    found.forEach((entry, at) => {
      const item = answer(entry, asked, tools);
      const there = results.children[at];
      if (!there) results.append(item);
      else if (there !== item) there.replaceWith(item);
    });
    while (results.children.length > found.length) results.lastChild.remove();
  }

  const say = window.pmpSay;

  function tell(text, later) {
    clearTimeout(announcing);
    status.textContent = later ? "" : text;
    if (later) announcing = setTimeout(() => { status.textContent = text; }, PAUSE);
  }

  const boxes = [...urgent.children];
  function help(keys) {
    for (const one of boxes) one.hidden = !keys.includes(one.dataset.help);
    urgent.hidden = keys.length === 0;
  }

  /* `exact` is whether the reader does not want to be corrected, `later` whether the reader may type on. */
  async function search(exact, later) {
    const words = field.value.trim();
    const reader = audience();
    const stale = () => words !== field.value.trim() || reader !== audience();
    if (!words) {
      offer([]);
      help([]);
      results.replaceChildren();
      instead.hidden = nothing.hidden = true;
      tell("");
      return;
    }
    const { words: { plain }, urgent } = await typing();
    if (stale()) return;
    const helps = urgent(words);
    help(helps.map((one) => one.key));
    const { find, spelled, suggest, ...tools } = await answers(reader);
    if (stale()) return;
    const mended = exact ? words : spelled(words);
    const changed = mended !== words && mended !== plain(words).join(" ");
    const used = changed ? mended : words;
    const found = find(used, helps.map((one) => one.pages[reader]));
    show(found, used, tools);
    instead.hidden = !changed;
    if (changed) {
      instead.firstElementChild.textContent = say("instead", { words });
      instead.firstElementChild.href = fragment({ exact: "yes" });
    }
    nothing.hidden = found.length > 0;
    const count = say("answers", { count: found.length });
    const told = found.length === 0 ? say("nothing_found", { words }) : changed ? say("corrected", { words: mended, answers: count }) : say("answers_for", { words, answers: count });
    tell(helps.length ? say("urgent_first") + " " + told : told, later);
    if (later) offer(helps.length ? [] : suggest(words));
  }

  function failed() { tell(say("failed")); }

  /* Suggestions: the arrow keys go through them, Enter or a tap takes one, Escape or anything else leaves them alone. */
  function offer(offers) {
    const there = [...list.children].map((option) => option.textContent);
    if (offers.join("\n") === there.join("\n")) return choose(-1);
    list.replaceChildren(...offers.map((text, at) => {
      const option = make("li", text);
      option.id = "suggestion-" + at;
      option.setAttribute("role", "option");
      return option;
    }));
    choose(-1);
    list.hidden = offers.length === 0;
    field.setAttribute("aria-expanded", !list.hidden);
  }

  function choose(at) {
    [...list.children].forEach((option, place) => { option.setAttribute("aria-selected", place === at); });
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", "suggestion-" + at);
  }

  function take(option) {
    field.value = option.textContent;
    typed();
  }

  function keyed(event) {
    const options = [...list.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && at >= 0) take(options[at]);
    else if (event.key === "Enter" || event.key === "Escape") {
      if (list.hidden) return;
      offer([]);
    } else if (step && !list.hidden) choose((at + step + options.length + 2) % (options.length + 1) - 1);
    else return;
    event.preventDefault();
  }

  function typed(later) {
    clearTimeout(keeping);
    if (later) keeping = setTimeout(keep, PAUSE);
    else {
      keep();
      offer([]);
    }
    search(false, later).catch(failed);
  }

  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const reader = asked.get("for") === "referrers" ? "referrers" : "patients";
    box.querySelector("input[name=for][value=" + reader + "]").checked = true;
    field.value = asked.get("q") ?? "";
    offer([]);
    search(asked.has("exact")).catch(failed);
  }

  box.hidden = false;
  field.addEventListener("input", () => typed(true));
  field.addEventListener("keydown", keyed);
  field.addEventListener("blur", () => {
    offer([]);
    if (keeping) keep();
  });
  field.addEventListener("focus", () => answers(audience()).catch(failed)); // before the first word is typed
  box.addEventListener("change", (event) => event.target !== field && typed());
  list.addEventListener("pointerdown", (event) => { event.preventDefault(); if (event.target !== list) take(event.target); });
  window.addEventListener("hashchange", follow);
  follow();
})();
