/* How two words are compared, whoever typed them. `typed` and `real` are those of search/words.js. */
"use strict";
function pmpWords({ typed, real }) {
  typed = new Map(Object.entries(typed));
  real = new Set(real.split(" "));

  /* The plain words of a text: no capitals, accents or apostrophes. */
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’‘`´]/g, "").match(/[a-z0-9]+/g) || [];
  }

  /* "dont" is "do not". */
  function written(words) {
    return words.flatMap((word) => typed.has(word) ? plain(typed.get(word)) : word);
  }

  /* A function that works each of its answers out once. */
  function once(work) {
    const done = new Map();
    return (asked) => {
      if (!done.has(asked)) done.set(asked, work(asked));
      return done.get(asked);
    };
  }

  /* A light stem: the endings of everyday English, and s for z. */
  const stem = once((word) => {
    if (word.length < 4) return word;
    word = word.replace(/(i|y)z(e|i|a)/, "$1s$2").replace(/ies$/, "y").replace(/(s|x|z|ch|sh)es$/, "$1").replace(/([^sui])s$/, "$1");
    if (word.length > 5) word = word.replace(/(ness|ly)$/, "").replace(/([aeiouy].*)ing$/, "$1");
    if (word.length > 4) word = word.replace(/([aeiouy].*[^e])ed$/, "$1");
    return word.replace(/([bdgmnprt])\1$/, "$1").replace(/([^aeiou])e$/, "$1").replace(/i$/, "y");
  });

  /* Letters left out, put in, changed, or swapped with their neighbour; more than `most` is as good as different. Only where the words differ is looked at. */
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let start = 0;
    while (start < one.length && one[start] === other[start]) start++;
    let end = 0;
    while (end < Math.min(one.length, other.length) - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
    one = one.slice(start, one.length - end);
    other = other.slice(start, other.length - end);
    if (most === 1 && Math.max(one.length, other.length) > 2) return 2;
    let before = [];
    let last = [...Array(other.length + 1).keys()];
    for (let row = 1; row <= one.length; row++) {
      const now = [row];
      for (let column = 1; column <= other.length; column++) {
        const changed = one[row - 1] === other[column - 1] ? 0 : 1;
        now[column] = Math.min(last[column] + 1, now[column - 1] + 1, last[column - 1] + changed);
        if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) now[column] = Math.min(now[column], before[column - 2] + 1);
      }
      before = last;
      last = now;
    }
    return last[other.length];
  }

  /* How many typing errors may lie between two words, the longer of so many letters (generator/speller.py has the same rule). */
  function slips(length) { return length < 4 ? 0 : length < 9 ? 1 : 2; }

  /* How many slips make one word of the other; 0 if it is none. A right word of English is no slip. */
  function near(word, other) {
    const most = slips(Math.max(word.length, other.length));
    if (!most || real.has(word)) return 0;
    const apart = distance(word, other, most);
    return apart > most ? 0 : apart;
  }

  return { plain, written, stem, near, once, real, typed };
}
