/* Which urgent help a text asks for: comes before any search, and does not rest on it. The lists are those of docs/urgent.yml. */
function pmpUrgent({ plain, written, stem, near, once, real, typed }, { helps, alike, notUrgent, small }) {
  const SMALL = new Set(small.split(" "));
  const BETWEEN = 2; // words that may stand between those of a phrase

  const sameAs = new Map(alike.flatMap((words) => words.map((word) => [stem(word), stem(words[0])])));
  const meant = (word) => sameAs.get(stem(word)) || stem(word);
  const tokens = (text) => written(plain(text)).filter((word) => !SMALL.has(word));
  const phrases = new Map(helps.map((help) => [help, help.phrases.map((phrase) => tokens(phrase).map(meant)).filter((phrase) => phrase.length)]));
  const everyday = notUrgent.map((phrase) => tokens(phrase).join(" "));
  const known = new Set([...alike.flat(), ...helps.flatMap((help) => help.phrases.flatMap(tokens))]);

  /* The words of our phrases that another may be a slip for. */
  const slipped = once((word) => known.has(word) || real.has(word) ? [] : [...known].filter((other) => near(word, other)));
  const meanings = (word) => [meant(word), ...slipped(word).map(meant)];

  /* "dnot", "cnat" and "wonna" are slips for short forms. */
  const shortened = once((word) => {
    if (typed.has(word) || known.has(word) || real.has(word)) return word;
    const short = [...typed.keys()].filter((other) => other.length > 3 && near(word, other));
    return short.find((other) => other[0] === word[0]) || short[0] || word;
  });

  /* Whether the words of a phrase stand in a text, near each other. */
  function holds(text, phrase, anyOrder) {
    return phrase.every((word) => text.some((choices) => choices.includes(word))) && text.some((choices, start) => {
      if (!anyOrder && !choices.includes(phrase[0])) return false;
      const window = text.slice(start, start + phrase.length + BETWEEN);
      let from = 0;
      return phrase.every((word) => {
        const at = window.findIndex((choices, index) => index >= from && choices.includes(word));
        if (at < 0) return false;
        if (anyOrder) window[at] = [];
        else from = at + 1;
        return true;
      });
    });
  }

  /* The words of a text, each with what it may mean; those of everyday phrases mean nothing. */
  function read(words) {
    const found = tokens(words.join(" "));
    let left = ` ${found.join(" ")} `;
    for (const phrase of everyday) left = left.replaceAll(` ${phrase} `, ` ${"- ".repeat(phrase.split(" ").length)}`);
    left = left.trim().split(" ");
    return found.map((word, at) => left[at] === "-" ? [] : meanings(word));
  }

  /* The helps that a text asks for, in the order of the file. What may be a slip for a short form is read both ways. */
  return (text) => {
    const readings = [plain(text), plain(text).map(shortened)].map(read);
    return helps.filter((help) => phrases.get(help).some((phrase) => readings.some((words) => holds(words, phrase, help.anyOrder))));
  };
}
