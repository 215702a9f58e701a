/* The search page. What is typed stays in the field and in the address's fragment (#q=…&for=…), and is sent nowhere. */
(function () {
  const get = (id) => document.getElementById(id);
  const [box, field, list, status, instead, urgent, results, nothing] =
    ["search-box", "search-words", "suggestions", "search-status", "instead", "urgent", "results", "nothing"].map(get);
  const root = box.dataset.root;
  const onDisk = location.protocol === "file:";
  const loading = {};
  let announcing;

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
    return load("words", (data) => {
      const words = pmpWords(data);
      return { words, urgent: pmpUrgent(words, data) };
    });
  }

  async function answers(reader) {
    const { words } = await typing();
    return load(reader, (entries) => pmpEngine(words, pmpSearch.words, entries));
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
  function marked(text, asked, terms) {
    const line = make("p");
    line.append(...text.split(/([\p{L}\p{N}'’]+)/u).map((part, at) => {
      return at % 2 && terms(part).some((term) => asked.includes(term)) ? make("mark", part) : part;
    }));
    return line;
  }

  function show(found, words, { sentence, terms }) {
    const asked = terms(words);
    results.replaceChildren(...found.map((entry) => {
      const item = make("li");
      const link = make("a", entry.title);
      link.href = root + (onDisk ? entry.url.replace(/\/(?=#|$)/, "/index.html") : entry.url);
      item.append(link, make("p", entry.where, "where"), marked(sentence(entry, asked), asked, terms));
      return item;
    }));
  }

  const say = window.pmpSay;

  function tell(text, later) {
    clearTimeout(announcing);
    status.textContent = later ? "" : text;
    if (later) announcing = setTimeout(() => { status.textContent = text; }, 400); // once the reader pauses
  }

  function help(keys) {
    for (const part of urgent.children) part.hidden = !keys.includes(part.dataset.help);
    urgent.hidden = keys.length === 0;
  }

  /* `exact` is whether the reader does not want to be corrected, `later` whether the reader may type on. */
  async function search(exact, later) {
    const words = field.value.trim();
    const reader = audience();
    const stale = () => words !== field.value.trim() || reader !== audience();
    if (!words) {
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
    instead.firstElementChild.textContent = say("instead", { words });
    instead.firstElementChild.href = fragment({ exact: "yes" });
    nothing.hidden = found.length > 0;
    const count = say("answers", { count: found.length });
    const told = found.length === 0 ? say("nothing_found", { words }) : changed ? say("corrected", { words: mended, answers: count }) : say("answers_for", { words, answers: count });
    tell(helps.length ? say("urgent_first") + " " + told : told, later);
    if (later && !helps.length) offer(suggest(words));
  }

  function failed() { tell(say("failed")); }

  /* Suggestions: the arrow keys go through them, Enter or a tap takes one, Escape or anything else leaves them alone. */
  function offer(offers) {
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
    history.replaceState(null, "", fragment());
    offer([]);
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
  field.addEventListener("blur", () => offer([]));
  field.addEventListener("focus", () => answers(audience()).catch(failed)); // before the first word is typed
  box.addEventListener("change", (event) => event.target !== field && typed());
  list.addEventListener("pointerdown", (event) => { event.preventDefault(); if (event.target !== list) take(event.target); });
  window.addEventListener("hashchange", follow);
  follow();
})();
