/* Three tries side by side, and a start below their middle. Every number is the reader's; nothing is stored or sent. */
(function () {
  "use strict";

  const PAUSE = 600; // after the last key, so that nothing jumps while somebody types
  const FLOOR = 184; // of the picture
  const TALLEST = 172;
  const help = document.querySelector(".amount");
  const find = (name) => help.querySelector(name);
  const all = (name) => [...help.querySelectorAll(name)];
  const tries = all(".try");
  const start = find("#amount-start");
  let timer;

  /* A number above zero that a picture has room for; null for anything else. "1,000" could be read in two ways, and is not. */
  function number(field) {
    const text = field.value.trim();
    const value = /^\d{1,5}([.,]\d{1,2})?$/.test(text) ? Number(text.replace(",", ".")) : 0;
    return value > 0 ? value : null;
  }

  function mark(field, wrong, note) {
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", note.id);
    } else {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }

  function draw() {
    const values = tries.map(number);
    const wrong = tries.map((field, place) => field.value.trim() !== "" && values[place] === null);
    const note = find("#amount-note");
    for (const [place, field] of tries.entries()) mark(field, wrong[place], note);
    note.hidden = !wrong.includes(true);
    const whole = !values.includes(null);
    for (const part of all(".found")) part.hidden = !whole;
    if (!whole) return;
    const middle = [...values].sort((one, other) => one - other)[1];
    const chosen = number(start);
    const top = (value) => FLOOR - (TALLEST * value) / Math.max(...values, chosen ?? 0);
    const columns = all(".column");
    const said = all("svg .value");
    for (const [place, value] of values.entries()) {
      columns[place].setAttribute("y", top(value));
      columns[place].setAttribute("height", FLOOR - top(value));
      said[place].textContent = find(`[data-fill="${place}"]`).textContent = tries[place].value.trim();
    }
    find('[data-fill="middle"]').textContent = `${tries[values.indexOf(middle)].value.trim()} ${find("#amount-unit").value.trim()}`.trim();
    find(".below").setAttribute("y", top(middle));
    find(".below").setAttribute("height", FLOOR - top(middle));
    level(find(".middle"), top(middle));
    level(find(".start"), top(chosen ?? middle));
    find(".start").toggleAttribute("data-chosen", chosen !== null);
    const odd = start.value.trim() !== "" && chosen === null;
    const high = chosen !== null && chosen >= middle;
    mark(start, odd || high, find(odd ? "#amount-start-note" : "#amount-not-below"));
    find("#amount-start-note").hidden = !odd;
    find("#amount-not-below").hidden = !high;
  }

  function level(line, height) {
    line.setAttribute("y1", height);
    line.setAttribute("y2", height);
  }

  help.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
  find(".print").addEventListener("click", function () {
    draw();
    document.documentElement.dataset.print = "amount";
    print();
  });
  addEventListener("afterprint", function () {
    delete document.documentElement.dataset.print;
  });
  /* Not even the way back in the browser keeps what was written. */
  addEventListener("pagehide", function () {
    for (const field of all("input")) field.value = "";
    draw();
  });
  find("details").hidden = false;
})();
