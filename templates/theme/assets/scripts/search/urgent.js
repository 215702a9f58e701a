/* Which urgent help a text asks for, promised: comes before any search, and does not rest on it. The lists are those of docs/urgent.yml. */
async function pmpUrgent({ plain, written, stem, near, once, breathe, real, typed }, { helps, alike, notUrgent, small }) {
  const SMALL = new Set(small.split(" "));
  const BETWEEN = 2; // words that may stand between those of a phrase

  const sameAs = new Map(alike.flatMap((words) => words.map((word) => [stem(word), stem(words[0])])));
  const meant = (word) => sameAs.get(stem(word)) || stem(word);
  const tokens = (text) => written(plain(text)).filter((word) => !SMALL.has(word));
  const phrases = new Map(helps.map((help) => [help, []]));
  const known = new Set(alike.flat());
  for (const help of helps) {
    for (const phrase of help.phrases) {
      await breathe();
      const words = tokens(phrase);
      for (const word of words) known.add(word);
      if (words.length) phrases.get(help).push(words.map(meant));
    }
  }
  const everyday = notUrgent.map(tokens).map((words) => [` ${words.join(" ")} `, ` ${"- ".repeat(words.length)}`]);

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
  function holds({ text, said }, phrase, anyOrder) {
    return phrase.every((word) => said.has(word)) && text.some((choices, start) => {
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

  /* The words of a text, each with what it may mean, and all of these; those of everyday phrases mean nothing. */
  function read(words) {
    const found = tokens(words.join(" "));
    let left = ` ${found.join(" ")} `;
    for (const [phrase, nothing] of everyday) left = left.replaceAll(phrase, nothing);
    left = left.trim().split(" ");
    const text = found.map((word, at) => left[at] === "-" ? [] : meanings(word));
    return { text, said: new Set(text.flat()) };
  }

  /* The helps that a text asks for, in the order of the file. What may be a slip for a short form is read both ways. */
  return (text) => {
    const words = plain(text);
    const long = words.map(shortened);
    const readings = (long.join() === words.join() ? [words] : [words, long]).map(read);
    return helps.filter((help) => phrases.get(help).some((phrase) => readings.some((reading) => holds(reading, phrase, help.anyOrder))));
  };
}
