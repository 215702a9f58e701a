/* The page on which a sheet is built, and the one to which a printed sheet leads back. What is chosen stands in the address alone. */
(function () {
  const get = (id) => document.getElementById(id);
  const build = get("build");
  const page = build ?? get("mine");
  const say = (key, values) => window.pmpSay(`building.${key}`, values);
  const show = pmpPaper(get("paper"));
  const choice = { codes: [], worksheet: "", format: "standard", clinic: "", withNext: false, withName: false };
  let tools, current;

  window.exports = {}; // where lean-qr leaves what it gives
  const pieces = Promise.all(["sheet/pieces", "assets/vendor/lean-qr"].map((name) => new Promise((resolve, reject) => {
    document.head.append(pmpMake("script", { src: `${page.dataset.root}${name}.js`, onload: resolve, onerror: reject }));
  }))).then(() => Object.assign(pmpPieces, { root: page.dataset.root, code: exports.generate }));

  const name = (code) => (!isPractice(code) && pmpPieces.messages[code].question) || pmpPieces.messages[code].title;
  const isPractice = (code) => pmpPieces.messages[code].practice;
  function tell(text) { get("told").textContent = text; }

  /* Where the sheet can be read again: the address of its clinic, or of this site. */
  function link() {
    if (current?.address) return current.address;
    return location.protocol === "https:" ? `${new URL(`${page.dataset.root}sheet/`, location.href)}#${tools.fragment(choice)}` : "";
  }

  /* What cannot be in easy read is said, and stays in print. */
  function format() {
    const without = [...choice.codes, ...tools.beside(choice)].filter((code) => !pmpPieces.messages[code].easy.length);
    if (choice.format !== "easy-read" || !without.length) return choice.format;
    tell(say("easy", { titles: without.map(name).join("; ") }));
    return "large-print";
  }

  async function draw() {
    history.replaceState(null, "", choice.codes.length || choice.worksheet ? `#${tools.fragment(choice)}` : location.pathname + location.search);
    const paper = get("paper");
    paper.hidden = !choice.codes.length;
    get("print").disabled = !choice.codes.length;
    if (!choice.codes.length) {
      if (build) get("sides").textContent = say("empty");
      return;
    }
    const shape = format();
    current = tools.sheet({ ...choice, format: shape });
    if (!build) read(current.article);
    const { sides, lines } = await show(current.article, shape, pmpPieces.style, document.documentElement.lang);
    if (build) get("sides").textContent = say("sides", { count: sides, lines });
  }

  /* The words of a sheet on its own page, in the letters of the site; urgent help stands below. */
  function read(article) {
    const words = article.cloneNode(true);
    for (const part of words.querySelectorAll(".sample-banner, .code-place, .room, .foot, .name-line, .next-steps, .prompts, .about-sheet, .service, .logo, h1")) part.remove();
    get("text").replaceChildren(...words.childNodes);
  }

  /* What is chosen, with what moves it. The button that was pressed keeps the focus, or the one beside it. */
  function list(focus) {
    const buttons = ["up", "down", "remove"];
    get("order").replaceChildren(...choice.codes.map((code, at) => {
      const box = pmpMake("div", { className: "row" }, pmpMake("span", {}, name(code)));
      for (const does of buttons) {
        const other = { up: at - 1, down: at + 1 }[does];
        const stuck = does !== "remove" && (choice.codes[other] === undefined || isPractice(choice.codes[other]) !== isPractice(code));
        const button = pmpMake("button", { type: "button", textContent: { up: "↑", down: "↓", remove: "×" }[does], disabled: stuck });
        button.setAttribute("aria-label", say(does, { title: name(code) }));
        button.dataset.does = does;
        button.onclick = () => press(does, code, at);
        box.append(button);
      }
      const item = pmpMake("li", {}, box);
      item.dataset.of = code;
      return item;
    }));
    for (const code of tools.beside(choice)) get("order").append(pmpMake("li", {}, say("beside", { title: pmpPieces.messages[code].title })));
    for (const box of document.querySelectorAll("#build [data-code] input")) box.checked = choice.codes.includes(box.value);
    if (!focus) return;
    const row = get("order").querySelector(`[data-of="${focus.code}"]`) ?? get("order").firstElementChild;
    const next = row?.querySelector(`[data-does="${focus.does}"]:enabled`) ?? row?.querySelector("button:enabled");
    (next ?? get("find")).focus();
  }

  function press(does, code, at) {
    const { codes } = choice;
    codes.splice(at, 1);
    if (does !== "remove") codes.splice(does === "up" ? at - 1 : at + 1, 0, code);
    list({ code: does === "remove" ? codes[Math.min(at, codes.length - 1)] : code, does });
    tell(does === "remove" ? "" : say("moved", { title: name(code), place: codes.indexOf(code) + 1, count: codes.length }));
    draw();
  }

  /* Worries come before practices, each in the order of choosing. */
  function sorted(codes) { return [...codes.filter((code) => !isPractice(code)), ...codes.filter(isPractice)]; }

  function pick(box) {
    tell("");
    if (!box.checked) choice.codes = choice.codes.filter((code) => code !== box.value);
    else if (choice.codes.length >= pmpPieces.most) {
      box.checked = false;
      tell(say("full"));
      return;
    } else choice.codes = sorted([...choice.codes, box.value]);
    list();
    draw();
  }

  /* Every word that was typed begins a word of the message: its own, another way to say it, or one that professionals use. */
  function find() {
    const typed = get("find").value.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "").match(/[a-z0-9]+/g) ?? [];
    const stem = (word) => word.length > 4 ? word.replace(/(ing|es|ed|s)$/, "") : word;
    const small = new Set(pmpPieces.stop.split(" "));
    const asked = typed.filter((word) => !small.has(word)).map(stem);
    let count = 0;
    for (const item of document.querySelectorAll("#build [data-code]")) {
      const words = pmpPieces.messages[item.dataset.code].words.split(" ");
      item.hidden = !asked.every((word) => words.some((other) => other.startsWith(word)));
      count += !item.hidden;
    }
    for (const topic of document.querySelectorAll("#build details:has([data-code])")) {
      topic.hidden = !topic.querySelector("[data-code]:not([hidden])");
      if (asked.length) topic.open = true;
    }
    for (const kind of document.querySelectorAll("#build .kind")) kind.hidden = !kind.querySelector("[data-code]:not([hidden])");
    get("found").textContent = asked.length ? say("found", { count }) : "";
  }

  /* Lists of links become boxes to tick. */
  function prepare() {
    for (const item of build.querySelectorAll("[data-code]")) {
      const box = pmpMake("input", { type: "checkbox", value: item.dataset.code });
      box.onchange = () => pick(box);
      item.replaceChildren(pmpMake("label", {}, box, pmpMake("span", {}, item.textContent)));
    }
    for (const link of build.querySelectorAll("[data-codes]")) {
      const button = pmpMake("button", { type: "button" }, link.textContent);
      button.onclick = () => {
        choice.codes = sorted(link.dataset.codes.split("."));
        tell("");
        list();
        draw();
      };
      link.replaceWith(button);
    }
    build.querySelector(".without").remove();
    build.querySelector(".find-worry").hidden = build.querySelector(".shown").hidden = false;
    build.classList.add("live");
    get("find").oninput = find;
    find();
    get("clinic").onchange = () => { choice.clinic = get("clinic").value; draw(); };
    if (get("worksheet")) get("worksheet").onchange = () => { choice.worksheet = get("worksheet").value; list(); draw(); };
    get("with-next").onchange = () => { choice.withNext = get("with-next").checked; draw(); };
    get("with-name").onchange = () => { choice.withName = get("with-name").checked; draw(); };
    for (const button of build.querySelectorAll("[data-copy]")) button.onclick = () => copy(button.dataset.copy);
  }

  async function copy(what) {
    if (!choice.codes.length) return tell(say("empty"));
    if (what === "message" && !link()) return tell(say("no_link"));
    const { title, contact } = current.article.dataset;
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date());
    const texts = {
      letter: () => tools.letter(choice, link()),
      record: () => say("record", { day, title, titles: choice.codes.map((code) => pmpPieces.messages[code].coded ?? name(code)).join("; "), version: tools.version(choice), link: link() }).trim(),
      message: () => [say("text", { clinic: contact.split(",")[0], link: link() }), say("short_text", { link: link() })].find((text) => text.length < 160) ?? link(),
      link: () => link() || location.href,
    };
    try {
      await navigator.clipboard.writeText(texts[what]());
      tell(say("copied"));
    } catch {
      const field = pmpMake("textarea", { value: texts[what](), readOnly: true, rows: 6 });
      get("told").replaceChildren(say("selected"), field);
      field.select();
    }
  }

  /* What the address says. A code of a message that is gone names its topic still, and others of it are offered. */
  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const codes = (asked.get("s") ?? "").split(".").filter((code) => /^[a-z]{6}$/.test(code));
    const gone = codes.filter((code) => !pmpPieces.messages[code]?.question);
    const known = [...new Set(codes.filter((code) => !gone.includes(code)))].slice(0, pmpPieces.most);
    Object.assign(choice, {
      codes: sorted(known),
      worksheet: pmpPieces.worksheets[asked.get("w")] ? asked.get("w") : "",
      format: ["large-print", "easy-read"].find((form) => form === asked.get("f")) ?? "standard",
      clinic: pmpPieces.clinics[asked.get("c")] ? asked.get("c") : Object.keys(pmpPieces.clinics)[0],
      withNext: asked.has("n"),
      withName: asked.has("h"),
    });
    const told = [];
    const near = gone.flatMap((code) => Object.keys(pmpPieces.messages).filter((other) => other.startsWith(code.slice(0, 2))));
    if (gone.length) told.push(say("gone", { titles: near.map(name).slice(0, 4).join("; ") || "-" }));
    else if (asked.get("v") && codes.length && asked.get("v") !== tools.version(choice)) told.push(say("replaced", { version: asked.get("v") }));
    for (const radio of page.querySelectorAll("[name=format]")) radio.checked = radio.value === choice.format;
    if (build) {
      get("clinic").value = choice.clinic;
      if (get("worksheet")) get("worksheet").value = choice.worksheet;
      get("with-next").checked = choice.withNext;
      get("with-name").checked = choice.withName;
      list();
    } else page.hidden = !choice.codes.length;
    tell(told.join(" "));
    return draw();
  }

  pieces.then((data) => {
    tools = pmpCompose(data);
    if (build) prepare();
    for (const radio of page.querySelectorAll("[name=format]")) radio.onchange = () => { tell(""); choice.format = radio.value; draw(); };
    get("print").onclick = () => print();
    addEventListener("hashchange", follow);
    page.dataset.ready = "yes";
    return follow();
  }).catch(() => tell(page.dataset.failed));
})();
