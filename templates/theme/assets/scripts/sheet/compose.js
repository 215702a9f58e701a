/* A sheet for one patient, put together of the pieces that the site's own templates made. generator/compose/choices.py does the same for paper:
   the same pieces in the same order, and the same version. */
"use strict"; // for all parts of the builder, of which this is the first
function pmpMake(tag, values, ...inside) {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
}
function pmpCompose(pieces) {
  const { messages, worksheets, clinics, say, dates } = pieces;
  const FEW = 2; // messages that are told in full
  const QUIET = 4; // white dots around a code
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  /* The codes of what goes beside a choice, in short. */
  function beside({ codes, worksheet }) {
    const found = [];
    const ofRole = (role, most = 1) => Object.keys(messages).filter((code) => messages[code].role === role).slice(0, most);
    for (const [one, other] of [["benefits", "risks"], ["risks", "benefits"]]) {
      const has = (role) => codes.some((code) => messages[code].role === role);
      if (has(one) && !has(other)) found.push(...ofRole(other));
    }
    if (worksheet) found.push(...worksheets[worksheet].beside);
    const told = [...codes, ...found].map((code) => messages[code]);
    if (told.some((message) => message.names) && !told.some((message) => message.warns)) found.push(...ofRole("stop-slowly"));
    return [...new Set(found)].filter((code) => !codes.includes(code));
  }

  /* FNV-1a, folded to four letters and digits. */
  function version(choice) {
    const all = [...choice.codes, ...beside(choice), ...(choice.worksheet ? [choice.worksheet] : [])];
    let number = 0x811c9dc5;
    for (const letter of all.map((code) => `${code}:${(messages[code] ?? worksheets[code]).version}`).join(".")) number = Math.imul(number ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    return ((number >>> 16) ^ (number & 0xffff)).toString(16).padStart(4, "0");
  }

  /* The clinic of the site goes without saying. */
  function fragment(choice) {
    const { codes, worksheet, format, clinic, withNext, withName } = choice;
    const parts = { s: codes.join("."), w: worksheet, f: format === "standard" ? "" : format, c: clinic === Object.keys(clinics)[0] ? "" : clinic, n: withNext ? "1" : "", h: withName ? "1" : "", v: version(choice) };
    return Object.entries(parts).filter(([, value]) => value).map((part) => part.join("=")).join("&");
  }

  function made(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  function section(title, ...inside) { return titled("message", title, "", ...inside); }
  function titled(kind, title, html, ...inside) { return pmpMake("section", { className: kind }, pmpMake("h2", {}, title), made(html), ...inside); }
  function items(texts, attributes) { return texts.map((text) => `<li${attributes}>${text}</li>`).join("\n"); }

  /* The pieces of a sheet: easy read is the lines of each message, and what was said stays said. */
  function easy(codes) {
    const said = new Set();
    const told = [];
    for (const code of codes) {
      const lines = messages[code].easy.filter(([words]) => !said.has(words));
      for (const [words] of lines) said.add(words);
      if (lines.length) told.push([code, lines]);
    }
    return told.map(([code, lines]) => {
      const box = section(messages[code].title, made(lines.map(([, html]) => html).join("\n")));
      if (told.length === 1) box.firstChild.remove();
      return box;
    });
  }

  function print(choice, others) {
    const { codes, worksheet, clinic } = choice;
    const short = codes.length > FEW;
    const body = (code) => {
      const piece = made((messages[code].at?.[clinic] ?? messages[code]).body);
      if (short) for (const told of piece.querySelectorAll(".told")) told.remove();
      return piece;
    };
    const concerns = codes.filter((code) => !messages[code].practice);
    const practices = codes.filter((code) => messages[code].practice);
    const lines = [...new Set(codes.flatMap((code) => messages[code].stop))];
    const found = concerns.map(body);
    if (codes.some((code) => messages[code].tries)) found.push(made(pieces.choice));
    found.push(...practices.map(body));
    if (lines.length) {
      found.push(titled("stop-if", say.stop_if, `<ul>${items(lines, "")}</ul>`));
    }
    if (others.length) found.push(section(say.in_short, ...others.map((code) => made(messages[code].short))));
    if (worksheet) {
      const form = made(worksheets[worksheet].body);
      for (const field of form.querySelectorAll("textarea")) field.remove();
      found.push(form);
    }
    return found;
  }

  /* A code for a camera in its place, as generator/compose/sheets.py makes it. */
  function draw(place, address) {
    const { size, get } = pieces.code(address, { minCorrectionLevel: 1 });
    let dots = "";
    for (let at = 0; at < size * size; at += 1) if (get(at % size, Math.floor(at / size))) dots += `M${at % size + QUIET} ${Math.floor(at / size) + QUIET}h1v1h-1`;
    place.setAttribute("viewBox", `0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`);
    place.insertAdjacentHTML("beforeend", `<path d="${dots}"/>`);
  }

  /* The whole sheet, with where it can be found again. */
  function sheet(choice) {
    const { codes, clinic: key, format } = choice;
    const clinic = clinics[key];
    const others = beside(choice);
    const isEasy = format === "easy-read";
    const article = made(clinic.shells[format]).querySelector("article");
    const all = [...codes, ...others].map((code) => messages[code]);
    const find = (name) => article.querySelector(name);
    const before = isEasy ? find(".message") : find(".next-steps");
    for (const piece of isEasy ? easy([...codes, ...others]) : print(choice, others)) before.before(piece);
    if (isEasy || !choice.withNext) before.remove();
    const said = new Set(); // what the clinic says of itself, once
    for (const part of article.querySelectorAll(".local")) said.has(part.textContent) ? part.remove() : said.add(part.textContent);
    if (!choice.withName) find(".name-line")?.remove();
    const approved = clinic.approved && all.every((message) => message.reviewed <= clinic.approved);
    if (approved) find(".sample-banner").remove();
    const due = all.map((message) => message.due).sort()[0];
    const dated = all.map((message) => message.reviewed).sort().at(-1);
    if (due < new Date().toLocaleDateString("sv")) find(".heading").append(pmpMake("p", { className: "overdue" }, fill(say.sheet_overdue, { day: dates[due][1] }))); // sv writes 2026-11-29
    const address = clinic.address && `${clinic.address}#${fragment(choice)}`;
    const sources = [...new Set(all.flatMap((message) => message.sources))].join("; ");
    const line = pmpMake("p", {}, [sources && fill(say.made_from, { sources }), approved && clinic.approvedBy].filter(Boolean).join(" ") + " ");
    if (address) line.append(...made(fill(say.on_the_web, { address: '<a class="whole"></a>' })).childNodes);
    for (const link of line.querySelectorAll("a")) Object.assign(link, { href: address, textContent: address.replace("https://", "") });
    find(".about-sheet").append(line);
    if (find(".code")) draw(find(".code"), address);
    for (const picture of article.querySelectorAll("img")) {
      const name = picture.getAttribute("src").replace("asset:", "");
      if (pieces.pictures[name]) {
        const drawn = made(pieces.pictures[name]).firstElementChild;
        drawn.setAttribute("role", "img");
        drawn.setAttribute("aria-label", picture.alt);
        picture.replaceWith(drawn);
      } else picture.setAttribute("src", `${pieces.root}assets/${name}`);
    }
    article.dataset.version = `${fill(say.version_dated, { version: version(choice), day: dates[dated][0] })}. ${fill(say.review_by, { day: dates[due][0] })}`;
    if (approved) article.dataset.banner = "";
    return { article, address };
  }

  /* What was talked about, as text for a letter: no sentence twice. */
  function letter(choice, address) {
    const said = new Set();
    const points = [];
    for (const code of [...choice.codes, ...beside(choice)]) {
      const fresh = messages[code].letter.filter(([known]) => !said.has(known));
      for (const [known] of fresh) said.add(known);
      if (fresh.length) points.push(`- ${fresh.map(([, sentence]) => sentence).join(" ")}`);
    }
    const text = clinics[choice.clinic].letter.replace("- {points}", () => points.join("\n\n")).replace("{version}", version(choice));
    return address ? `${text}\n\n${fill(say.on_the_web, { address })}` : text;
  }

  return { beside, version, fragment, sheet, letter };
}
