/* How two words are compared, whoever typed them. `typed` and `real` are those of search/words.js. */
"use strict"; // for all parts of the search, of which this is the first
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
      let answer = done.get(asked);
      if (answer === undefined) done.set(asked, answer = work(asked));
      return answer;
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

  /* Letters left out, put in, changed, or swapped with their neighbour: exact up to `most`, and more than `most` beyond it. */
  function distance(one, other, most) {
    let same = 0;
    while (same < one.length && one[same] === other[same]) same++;
    one = one.slice(same);
    other = other.slice(same);
    if (!one || !other || !most) return Math.max(one.length, other.length);
    const [left, right] = [one.slice(1), other.slice(1)];
    const swapped = one[0] === right[0] && other[0] === left[0];
    return 1 + Math.min(
      distance(left, right, most - 1), distance(left, other, most - 1), distance(one, right, most - 1),
      swapped ? distance(left.slice(1), right.slice(1), most - 1) : most,
    );
  }

  /* How many typing errors may lie between two words, the longer of so many letters (generator/speller.py has the same rule). */
  function slips(length) { return length < 4 ? 0 : length < 9 ? 1 : 2; }

  /* Which letters a word has, a bit for each. */
  const letters = once((word) => [...word].reduce((bits, letter) => bits | 1 << (letter.charCodeAt(0) % 32), 0));

  /* How many slips make one word of the other; 0 if it is none. A right word of English is no slip. */
  function near(word, other) {
    const most = slips(Math.max(word.length, other.length));
    if (!most || real.has(word) || Math.abs(word.length - other.length) > most) return 0;
    let unlike = 0;
    for (let bits = letters(word) ^ letters(other); bits; bits &= bits - 1) unlike++;
    if (unlike > 2 * most) return 0; // a slip changes two letters at most: most pairs need no closer look
    const apart = distance(word, other, most);
    return apart > most ? 0 : apart;
  }

  /* A pause in long work, if it has been going on for a while: keys that were typed meanwhile, and their urgent help, come in between. */
  const PIECE = 5; // milliseconds
  let until = 0;
  async function breathe() {
    if (performance.now() < until) return;
    await new Promise((done) => setTimeout(done));
    until = performance.now() + PIECE;
  }

  return { plain, written, stem, near, once, breathe, real, typed };
}
