/* Search in the reader's own browser. What is typed stays in the field and in the address's fragment (#q=…&for=…), and is sent nowhere. */
(function () {
  "use strict";

  const box = document.getElementById("search-box");
  const field = document.getElementById("search-words");
  const results = document.getElementById("results");
  const status = document.getElementById("search-status");
  const root = box.dataset.root;
  const engines = {};
  const FIELDS = ["title", "question", "say", "body"];
  const MOST = 12;

  /* Data of one audience at a time, as a classic script: that works from a folder on disk too. */
  function load(audience) {
    engines[audience] ??= new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = root + "search/" + audience + ".js";
      script.onload = function () {
        const engine = new MiniSearch({
          fields: FIELDS,
          storeFields: ["title", "topic", "summary", "url"],
          extractField: function (entry, name) {
            return name === "say" ? entry.say.join(" . ") : entry[name];
          },
          searchOptions: {
            boost: { title: 4, question: 4, say: 5 },
            prefix: function (term) { return term.length > 3; },
            fuzzy: function (term) { return term.length > 4 ? 0.2 : false; },
          },
        });
        engine.addAll(window.pmpSearch[audience]);
        resolve(engine);
      };
      script.onerror = reject;
      document.head.append(script);
    });
    return engines[audience];
  }

  function audience() {
    return box.querySelector("input[name=for]:checked").value;
  }

  function show(found, words) {
    results.replaceChildren(...found.slice(0, MOST).map(function (entry) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + entry.url;
      link.textContent = entry.title;
      const where = document.createElement("p");
      where.className = "where";
      where.textContent = entry.topic;
      const summary = document.createElement("p");
      summary.textContent = entry.summary;
      item.append(link, where, summary);
      return item;
    }));
    const count = results.children.length;
    if (!words) status.textContent = "";
    else if (count === 0) status.textContent = "Nothing found for “" + words + "”. Try another word, or look through the questions below.";
    else status.textContent = count + (count === 1 ? " answer" : " answers") + " for “" + words + "”";
  }

  async function search() {
    const words = field.value.trim();
    const reader = audience();
    const engine = await load(reader);
    if (words !== field.value.trim() || reader !== audience()) return; // the reader has typed on
    show(words ? engine.search(words) : [], words);
  }

  function typed() {
    const fragment = new URLSearchParams({ q: field.value.trim(), for: audience() });
    history.replaceState(null, "", "#" + fragment);
    search();
  }

  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const reader = asked.get("for") === "referrers" ? "referrers" : "patients";
    box.querySelector("input[name=for][value=" + reader + "]").checked = true;
    field.value = asked.get("q") ?? "";
    search();
  }

  box.hidden = false;
  box.addEventListener("input", typed);
  window.addEventListener("hashchange", follow);
  follow();
})();
