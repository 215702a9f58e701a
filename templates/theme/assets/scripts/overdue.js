/* The page that stands before an overdue sheet: which one, since when, and the sheet all the same. */
(function () {
  "use strict";

  const notice = document.getElementById("overdue-sheet");
  const asked = new URLSearchParams(location.hash.slice(1));
  const sheet = asked.get("sheet") ?? "";
  const due = asked.get("due") ?? "";
  if (!/^handouts\/[a-z0-9/-]+\.(pdf|txt)$/.test(sheet) || !/^\d{4}-\d\d-\d\d$/.test(due) || Number.isNaN(Date.parse(due))) return;
  notice.querySelector("span").textContent = new Date(due + "T12:00:00").toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric" });
  notice.querySelector("a").href = "../" + sheet + "?anyway";
  notice.hidden = false;
})();
