/* A printed version, typed: current, replaced, no longer issued, or not known. It looks in the table of its page; nothing is stored or sent. */
(function () {
  "use strict";

  const PAUSE = 400; // after the last key, so that nothing is told of half a version
  const check = document.querySelector(".check");
  const field = check.querySelector("input");
  const answer = check.querySelector(".answer");
  const entries = [...document.querySelectorAll("[data-version]")].map(function (entry) {
    const row = entry.closest("tr");
    const title = row ? row.querySelector("th a").textContent : entry.dataset.title;
    return { entry, row, title, is: entry === row ? "current" : row ? "replaced" : "withdrawn" };
  });
  let timer;

  const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

  /* What has a version that was typed, once for each sheet; where its name was typed too, that sheet alone. */
  function found(typed) {
    const hits = entries.filter(({ entry }) => typed.includes(entry.dataset.version));
    const named = ({ title }) => words(title).filter((word) => typed.includes(word)).length;
    const best = Math.max(...hits.map(named));
    const first = ({ row }, place) => !row || hits.findIndex((hit) => hit.row === row) === place;
    return hits.filter(first).filter((hit) => named(hit) === best);
  }

  function verdict(is, title = "", row = null) {
    const told = check.querySelector(`[data-verdict="${is}"]`).cloneNode(true);
    const [sheet, version] = [told.querySelector("a"), told.querySelector("span")];
    told.hidden = false;
    if (sheet) {
      sheet.textContent = title;
      sheet.href = row.querySelector("th a").href;
    }
    if (version) version.textContent = row ? row.dataset.version : title;
    return told;
  }

  function line(element) {
    const told = document.createElement("p");
    told.append(...element.cloneNode(true).childNodes);
    return told;
  }

  function tell() {
    const typed = words(field.value);
    const hits = found(typed);
    const told = hits.flatMap(({ entry, row, title, is }) => [
      verdict(is, title, row),
      ...(is === "current" ? [] : [line(entry)]),
      ...(row ? [line(row.querySelector(".now"))] : []),
    ]);
    const asked = typed.some((word) => word.length > 3);
    answer.replaceChildren(...(asked && !told.length ? [verdict("unknown")] : told));
  }

  field.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  });
  check.hidden = false;
})();
