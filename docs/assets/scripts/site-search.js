/* The search box in the header of every page: takes the words to the search page, in its address's fragment. Without this script the link stays. */
(function () {
  "use strict";

  const place = document.querySelector(".site-search");
  const link = place.querySelector("a");
  const target = link.getAttribute("href") + (location.protocol === "file:" ? "index.html" : "");
  const field = document.createElement("input");
  field.type = "search";
  field.id = "site-search";
  field.autocomplete = "off";
  field.enterKeyHint = "search";
  const label = document.createElement("label");
  label.htmlFor = field.id;
  label.className = "for-ears";
  label.textContent = "Search in your own words";
  field.placeholder = "Search";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Search";

  function go() { location.href = target + "#" + new URLSearchParams({ q: field.value.trim(), for: place.dataset.for }); }

  field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  button.addEventListener("click", go);
  link.replaceWith(label, field, button);
})();
