/* A sheet on A4: shown on screen as it prints, side by side with its breaks, and printed from the very same elements. */
function pmpPaper(host) {
  const MM = 96 / 25.4;
  const SIDES = { standard: [13, 17, 25], "large-print": [13, 15, 31], "easy-read": [13, 15, 31] }; // margins at the top, beside and below, in mm, as print.css has them
  const WHOLE = "p, li, h1, h2, h3, header, .first, .run-on, .place, .prompt, .rule, .foot, .easy-line, .sample-banner";
  const SAFE = 1;
  const FEWEST = 3; // lines for notes, as paper/sides.py has them
  const root = host.attachShadow({ mode: "open" });
  const box = pmpMake("div", { className: "sides" });
  root.append(box);

  function* units(node, chain, whole) {
    for (const child of [...node.children]) {
      if (child.matches(whole) || !child.children.length) yield { node: child, chain };
      else yield* units(child, [...chain, child], whole);
    }
  }

  /* A heading goes with what follows it. */
  function* groups(article, whole) {
    let held = [];
    for (const unit of units(article, [], whole)) {
      held.push(unit);
      if (unit.node.matches("h1, h2, h3")) continue;
      yield held;
      held = [];
    }
    if (held.length) yield held;
  }

  /* Lay an article out for a format; says how many sides it takes, and by about how many lines it is longer than one. */
  async function show(article, format, style, lang) {
    if (!root.adoptedStyleSheets.length) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
    }
    await document.fonts.ready;
    const [top, aside, below] = SIDES[format];
    const limit = (297 - top - below) * MM;
    const room = article.querySelector(".room");
    room?.remove();
    box.replaceChildren();
    box.lang = lang;
    const sides = [];
    let open;

    function side() {
      const sheet = article.cloneNode(false);
      sheet.removeAttribute("id");
      const flow = pmpMake("div", { className: "flow" }, sheet);
      const paper = pmpMake("div", { className: `document side patients ${format}` }, flow);
      paper.style.padding = `${top}mm ${aside}mm 0`;
      box.append(paper);
      open = [{ of: article, copy: sheet }];
      sides.push({ paper, flow, sheet, filled: false });
    }

    function put({ node, chain }) {
      const current = sides.at(-1);
      let depth = 1;
      while (depth - 1 < chain.length && open[depth]?.of === chain[depth - 1]) depth += 1;
      open.length = depth;
      const added = [];
      for (const of of chain.slice(depth - 1)) {
        const copy = of.cloneNode(false);
        if (!current.filled) copy.style.marginTop = 0;
        if (of.started && of.matches("ol")) {
          if (of.matches(".steps")) copy.style.counterReset = `step ${of.started}`;
          else copy.start = of.started + 1;
        }
        open.at(-1).copy.append(copy);
        open.push({ of, copy });
        added.push(copy);
      }
      const inside = open.at(-1);
      const copy = node.cloneNode(true);
      if (!current.filled) copy.style.marginTop = 0;
      inside.copy.append(copy);
      added.push(copy);
      current.filled = true;
      return added;
    }

    side();
    const before = new Map();
    for (const group of groups(article, format === "easy-read" ? `${WHOLE}, .about-sheet` : WHOLE)) {
      const kept = { open: [...open], filled: sides.at(-1).filled };
      let added = group.flatMap(put);
      if (kept.filled && sides.at(-1).flow.getBoundingClientRect().height / scale() > limit + SAFE / 2) {
        for (const copy of added) copy.remove();
        open = kept.open;
        side();
        added = group.flatMap(put);
      }
      for (const { node, chain } of group) {
        const list = chain.at(-1);
        if (list?.matches("ol")) list.started = (list.started ?? 0) + 1;
        before.set(node, sides.length);
      }
    }

    const over = sides.slice(1).reduce((sum, { flow }) => sum + height(flow), 0) - (limit - height(sides[0].flow));
    settle(sides, limit, room);
    sides.forEach(({ paper }, at) => margins(paper, article, at, sides.length, below, aside));
    fit();
    const line = parseFloat(getComputedStyle(sides[0].paper).lineHeight);
    return { sides: sides.length, lines: sides.length > 1 ? Math.max(1, Math.ceil(over / line)) : 0 };
  }

  function height(flow) { return flow.getBoundingClientRect().height / scale(); }

  /* The foot at the bottom of its side, below lines for notes where some fit; alone on its side, they may begin on the one before. */
  function settle(sides, limit, room) {
    const last = sides.at(-1);
    const foot = last.sheet.querySelector(".foot");
    if (!foot) return;
    const em = parseFloat(getComputedStyle(foot).fontSize);
    const [heading, line] = [2.2 * em, 1.9 * em];
    const free = Math.max(0, limit - height(last.flow) - SAFE);
    const alone = sides.length > 1 && last.sheet.firstElementChild === foot;
    const early = alone ? Math.floor((limit - height(sides.at(-2).flow) - SAFE - heading) / line) : 0;
    const begins = early >= FEWEST;
    const here = Math.floor((begins ? free : free - heading) / line);
    function notes(place, from, count, titled) {
      const copy = room.cloneNode(false);
      copy.removeAttribute("id");
      const rules = [...room.querySelectorAll(".rule")].slice(from, from + count);
      copy.append(...(titled ? [room.querySelector("h2").cloneNode(true)] : []), ...rules.map((rule) => rule.cloneNode(true)));
      copy.style.position = "static";
      if (!titled) copy.style.paddingTop = 0;
      place(copy);
    }
    if (room && begins) {
      notes((copy) => sides.at(-2).sheet.append(copy), 0, early, true);
      if (here > 0) notes((copy) => foot.before(copy), early, here, false);
    } else if (room && here >= FEWEST) notes((copy) => foot.before(copy), 0, here, true);
    foot.style.marginTop = `${Math.max(0, limit - height(last.flow) - SAFE)}px`;
  }

  function margins(paper, article, at, count, below, aside) {
    const { urgent, title, page, of, contact, version, banner } = article.dataset;
    const foot = pmpMake("div", { className: "margin" }, `${urgent}${title}\n${page} ${at + 1} ${of} ${count} · ${contact}\n${version}`);
    foot.style.inset = `${297 - below + 3}mm ${aside}mm auto`;
    paper.append(foot);
    if (at && banner) paper.append(pmpMake("div", { className: "again" }, banner));
  }

  /* On a narrow screen the sides are shown smaller; what is measured stays. */
  function scale() { return box.getBoundingClientRect().width / box.offsetWidth || 1; }
  function fit() {
    const factor = Math.min(1, host.clientWidth / box.offsetWidth);
    box.style.transform = `scale(${factor})`;
    host.style.height = `${box.offsetHeight * factor}px`;
  }
  addEventListener("resize", fit);
  return show;
}
