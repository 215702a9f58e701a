/* Which urgent help a text asks for: comes before any search, and does not rest on it. Lists are those of docs/urgent.yml. */
const pmpUrgent = (function () {
  "use strict";

  const { plain, written, stem, near, real, typed } = pmpWords;
  const { helps, alike, notUrgent } = pmpSearch.words;
  const SMALL = new Set("a an the i am is are was be been has have had of in my to so just really very and".split(" "));
  const BETWEEN = 2; // words that may stand between those of a phrase

  const sameAs = new Map(alike.flatMap(function (words) { return words.map(function (word) { return [stem(word), stem(words[0])]; }); }));
  const meant = function (word) { return sameAs.get(stem(word)) || stem(word); };
  const tokens = function (text) { return written(plain(text)).filter(function (word) { return !SMALL.has(word); }); };
  const phrases = new Map(helps.map(function (help) { return [help, help.phrases.map(function (phrase) { return tokens(phrase).map(meant); })]; }));
  const everyday = notUrgent.map(function (phrase) { return tokens(phrase).map(meant).join(" "); });
  const known = new Set([...alike.flat(), ...helps.flatMap(function (help) { return help.phrases.flatMap(tokens); })]);
  const stems = new Set([...known].map(stem));

  /* What a word may have been meant as. */
  function meanings(word) {
    if (stems.has(stem(word)) || real.has(word)) return [meant(word)];
    return [meant(word), ...[...known].filter(function (other) { return near(word, other); }).map(meant)];
  }

  /* "dnot", "cnat" and "wana" are slips for short forms. */
  function mended(word) {
    if (typed.has(word) || real.has(word) || known.has(word) || stems.has(stem(word))) return word;
    return [...typed.keys()].find(function (short) { return short.length > 3 && near(word, short); }) || word;
  }

  /* Whether the words of a phrase stand in a text, near each other. */
  function holds(text, phrase, anyOrder) {
    return text.some(function (_, start) {
      const window = text.slice(start, start + phrase.length + BETWEEN);
      let from = 0;
      return phrase.every(function (word) {
        const at = window.findIndex(function (choices, index) { return index >= from && choices.includes(word); });
        if (at < 0) return false;
        if (anyOrder) window[at] = [];
        else from = at + 1;
        return true;
      });
    });
  }

  /* The helps that a text asks for, in the order of the file. */
  return function (text) {
    let words = tokens(plain(text).map(mended).join(" "));
    let exact = ` ${words.map(meant).join(" ")} `;
    for (const phrase of everyday) exact = exact.replaceAll(` ${phrase} `, ` ${"- ".repeat(phrase.split(" ").length)}`);
    exact = exact.trim().split(" ");
    words = words.map(function (word, index) { return exact[index] === "-" ? [] : meanings(word); });
    return helps.filter(function (help) { return phrases.get(help).some(function (phrase) { return holds(words, phrase, help.anyOrder); }); });
  };
})();
