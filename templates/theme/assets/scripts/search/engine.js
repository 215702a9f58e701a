/* One audience's answers to a text, promised: MiniSearch's index, the words that mean the same, a speller, and the sentence that fits. */
async function pmpEngine({ plain, written, stem, near, once, breathe, real, typed }, { groups, slips, stop }, entries) {
  const FIELDS = { title: 3, question: 3, say: 3, heads: 2, text: 1, more: 1 };
  const KINDS = { message: 1, sheet: 0.6, sheets: 1, term: 0.6 }; // a sheet repeats its messages
  const MOST = 10;
  const STOP = new Set(stop.split(" "));

  /* Every form of a group counts as the same thing, "~" and the group's number. */
  const forms = new Map();
  const known = new Set(typed.keys()); // all the words that anything here knows
  for (const [number, group] of groups.entries()) {
    await breathe();
    for (const form of group) {
      const words = plain(form);
      for (const word of words) known.add(word);
      const stems = written(words).map(stem);
      forms.set(stems[0], [...(forms.get(stems[0]) || []), [stems, "~" + number]]);
    }
  }

  /* The things that some words stand for. The longest form counts: in "does it work", nobody has a job. */
  function things(words) {
    const stems = words.map(stem);
    const found = [];
    for (let at = 0; at < stems.length; at++) {
      const here = (forms.get(stems[at]) || []).filter(([form]) => form.every((part, index) => stems[at + index] === part));
      const longest = Math.max(1, ...here.map(([form]) => form.length));
      found.push(...here.filter(([form]) => form.length === longest).map(([, thing]) => thing));
      at += longest - 1;
    }
    return found;
  }

  /* The words of a text, and the things that they stand for. */
  const line = once((text) => {
    const words = written(plain(text));
    return [...words, ...things(words)];
  });
  function tokens(text) { return text.split("\n").flatMap(line); }

  function term(token) { return token[0] === "~" ? token : STOP.has(token) ? null : stem(token); }
  const terms = once((text) => [...new Set(tokens(text).map(term).filter(Boolean))]);

  const lines = (entry, name) => [].concat(entry[name]);
  const value = (entry, name) => lines(entry, name).join("\n");
  const index = new MiniSearch({ idField: "url", fields: Object.keys(FIELDS), extractField: value, tokenize: tokens, processTerm: term });

  /* How many entries use each term. */
  const uses = new Map();
  for (const entry of entries) {
    await breathe();
    index.add(entry);
    const texts = Object.keys(FIELDS).flatMap((name) => lines(entry, name));
    for (const word of texts.flatMap(plain)) known.add(word);
    for (const token of new Set(texts.flatMap(terms))) uses.set(token, (uses.get(token) || 0) + 1);
  }
  const stems = new Set([...known].map(stem));
  const byUrl = new Map(entries.map((entry) => [entry.url, entry]));
  await breathe();
  const offers = [...new Set([...groups.map((group) => group[0]), ...entries.map((entry) => entry.question || entry.title)])]
    .map((offer) => [offer, plain(offer)]);
  const long = [...known].filter((word) => word.length > 3 && slips[word] !== "" && !typed.has(word));

  function knows(word) { return word.length < 4 || known.has(word) || real.has(word) || stems.has(stem(word)); }
  const weight = once((token) => Math.log(1 + entries.length / (uses.get(token) || 0.5)));
  function weigh(list) { return list.reduce((sum, token) => sum + weight(token), 0); }

  /* The likeliest right word for one that nothing knows. */
  const corrected = once((word) => {
    let best = word;
    let lowest = Infinity;
    for (const other of long) {
      const apart = near(word, other);
      const cost = apart + (word[0] === other[0] ? 0 : 0.5) - (uses.get(stem(other)) || 0) / 1000;
      if (apart && cost < lowest) [best, lowest] = [slips[other] || other, cost];
    }
    return best;
  });

  /* The text with its slips mended. The last word may still be being typed. */
  function spelled(text) {
    const words = plain(text);
    return words.map((word, at) => {
      if (knows(word) || (at === words.length - 1 && long.some((other) => other.startsWith(word)))) return word;
      return corrected(word);
    }).join(" ");
  }

  /* How like a text is to the title, the question or the words said for an entry, at best: 0 to 1. */
  function likeness(asked, entry) {
    const whole = weigh(asked);
    return Math.max(...[entry.title, entry.question, ...entry.say].map((phrase) => {
      const shared = weigh(terms(phrase).filter((token) => asked.includes(token)));
      return shared && shared / (whole + weigh(terms(phrase)) - shared);
    }));
  }

  /* The sentence of an entry that says most of what was asked; else its first. */
  function sentence(entry, asked) {
    let best = entry.text[0] || "";
    let most = 0;
    for (const text of entry.text) {
      const here = terms(text);
      const says = weigh(asked.filter((token) => here.includes(token)));
      if (says > most) [best, most] = [text, says];
    }
    return best;
  }

  /* A text as its words, each second part, and what stands between them; and which of the terms asked for these words have. */
  const parts = once((text) => text.split(/([\p{L}\p{N}'’]+)/u));
  const had = once((text) => new Set(parts(text).flatMap(terms)));
  function said(text, asked) { return asked.filter((term) => had(text).has(term)); }

  /* The entries that answer a text as it stands, best first and without the far-fetched. Those at the addresses `first`, which hold urgent help, come before
     all others; then only what fits most of the words may follow: nobody in a crisis should read of goals because both say "want". */
  function find(text, first) {
    const asked = terms(text);
    const found = index.search(asked.join(" "), {
      tokenize: (terms) => terms.split(" "),
      processTerm: (term) => term,
      boost: FIELDS,
      bm25: { k: 1.2, b: 0.4, d: 0.5 },
      prefix: (token) => token.length > 3 && token[0] !== "~",
      fuzzy: (token) => stems.has(token) || token[0] === "~" || token.length < 4 ? false : token.length < 9 ? 1 : 2,
      weights: { prefix: 0.3, fuzzy: 0.3 },
    }).slice(0, 3 * MOST);
    for (const hit of found) hit.score *= (1 + likeness(asked, byUrl.get(hit.id))) * KINDS[byUrl.get(hit.id).kind];
    found.sort((one, other) => other.score - one.score);
    const fits = (hit) => !first.length || weigh(hit.queryTerms) > weigh(asked) / 2;
    const best = found.filter((hit, place) => fits(hit) && (place < 3 || (place < MOST && hit.score > found[0].score / 6)));
    return [...new Set([...first, ...best.map((hit) => hit.id)])].map((url) => byUrl.get(url)).filter(Boolean);
  }

  /* Words and questions of ours that go on from what was typed. */
  function suggest(text) {
    const begun = plain(text);
    return text.length < 2 ? [] : offers.filter(([, words]) => {
      return begun.every((word) => words.some((other) => other.startsWith(word))) && words.join() !== begun.join();
    }).slice(0, 5).map(([offer]) => offer);
  }

  await breathe();
  if (entries.length) find(entries[0].title, []); // the first search takes longest: this one keeps nobody waiting
  await breathe();
  return { find, spelled, suggest, sentence, terms, parts, said };
}
