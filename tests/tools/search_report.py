"""`make search-report`: how well the search finds, beside the theme's own search on the same pages, in one run.

Queries are those of tests/tools/queries.tsv (which the words were widened with in mind) and tests/tools/queries_heldout.tsv (which nothing is tuned on).
A hit is the link to the right message for the right audience. Material ranks whole pages, so for the theme its topic's page counts, and any sheet that carries it.
The theme is spared our search page, whose list of questions its index would find for everything.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table

from generator.content.model import Audience, Library
from generator.text import markup
from tests.conftest import REPO, TODAY, chromium, copy_of_the_repo, real, rewrite, served

SEED = 20261122
SLOW = 6  # times slower: an old phone
SETS = {"development": "queries.tsv", "held out": "queries_heldout.tsv"}
SCRIPTS = ("assets/vendor/minisearch.js", "assets/scripts/search.js")


@dataclass(frozen=True)
class Query:
    """What somebody typed, and where the answer stands."""

    words: str
    audience: str
    topic: str
    message: str

    @property
    def address(self) -> str:
        return f"{self.audience}/{self.topic}/#{self.message}"

    @property
    def page(self) -> str:
        """The page of its own that the right answer has, where it is a skill."""
        return f"{self.audience}/{self.topic}/{self.message}/"

    @property
    def door(self) -> str:
        """Its steps for right now, where it has some."""
        return f"{self.audience}/right-now/#{self.message}"


@dataclass(frozen=True)
class Answer:
    """What the search page showed: the links in order, its status, the boxes of urgent help, and whether it corrected a word."""

    links: tuple[str, ...]
    status: str
    urgent: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True)
class Figures:
    """Quality over some queries; success and zero results in per cent."""

    count: int
    first: float
    three: float
    rank: float  # mean reciprocal rank
    nothing: float


def queries(name: str) -> list[Query]:
    """The queries of a file in tests/."""
    with (REPO / "tests" / "tools" / name).open(encoding="utf-8") as file:
        return [Query(row["query"], row["audience"], row["topic"], row["message"]) for row in csv.DictReader(file, delimiter="\t")]


def with_slips(asked: Iterable[Query]) -> list[Query]:
    """Each query with one random typing error in one word of five letters or more; those without such a word are left out."""
    chance = random.Random(SEED)
    found = []
    for query in asked:
        words = query.words.split()
        long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if long:
            place = chance.choice(long)
            words[place] = slip(words[place], chance)
            found.append(Query(" ".join(words), query.audience, query.topic, query.message))
    return found


def slip(word: str, chance: random.Random) -> str:
    """A word with one letter left out, doubled, swapped with the next, or changed; never the word itself."""
    while True:
        at = chance.randrange(len(word) - 1)
        kind = chance.choice(("delete", "double", "swap", "replace"))
        made = {
            "delete": word[:at] + word[at + 1 :],
            "double": word[: at + 1] + word[at:],
            "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            "replace": word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],
        }[kind]
        if made != word:
            return made


def ask(page: Page, words: str, audience: str) -> Answer:
    """Search on the page as it stands in the browser; it is opened already."""
    return ask_all(page, [(words, audience)])[0]


def ask_all(page: Page, asked: Sequence[tuple[str, str]]) -> list[Answer]:
    """Searches one after the other, each with its audience: the words are put into the field, and the choice of the audience starts the search."""
    shown = page.evaluate(
        """async (asked) => {
          const get = (id) => document.getElementById(id);
          const answers = [];
          history.replaceState = () => {}; // meanwhile: a browser takes longer over its address than over a search
          for (const [words, audience] of asked) {
            const choice = document.querySelector(`input[name=for][value=${audience}]`);
            get("search-status").textContent = "";
            get("search-words").value = words;
            choice.checked = true;
            choice.dispatchEvent(new Event("change", { bubbles: true }));
            while (!get("search-status").textContent) await new Promise((done) => setTimeout(done));
            answers.push({
              links: [...document.querySelectorAll("#results a")].map((link) => link.getAttribute("href")),
              status: get("search-status").textContent,
              urgent: get("urgent").hidden ? [] : [...get("urgent").children].filter((part) => !part.hidden).map((part) => part.dataset.help),
              corrected: !get("instead").hidden,
            });
          }
          delete history.replaceState;
          return answers;
        }""",
        [list(one) for one in asked],
    )
    return [
        Answer(tuple(link.removeprefix("../").replace("index.html", "") for link in one["links"]), one["status"], tuple(one["urgent"]), one["corrected"])
        for one in shown
    ]


def figures(ranks: Sequence[tuple[int, bool]]) -> Figures:
    """`ranks`: the place of each right answer (0 for none), and whether there was any answer."""
    count = len(ranks)
    assert count
    return Figures(
        count,
        100 * sum(rank == 1 for rank, _ in ranks) / count,
        100 * sum(1 <= rank <= 3 for rank, _ in ranks) / count,
        sum(1 / rank for rank, _ in ranks if rank) / count,
        100 * sum(not some for _, some in ranks) / count,
    )


def place(address: str, links: Sequence[str]) -> int:
    """Where an address stands in a list, from 1; 0 if it does not."""
    return links.index(address) + 1 if address in links else 0


def measure(page: Page, asked: Sequence[Query]) -> list[tuple[Query, Answer, int]]:
    """What our page answers to each query, and the place of the right answer."""
    answers = ask_all(page, [(query.words, query.audience) for query in asked])
    return [
        (query, answer, place(query.address, answer.links) or place(query.page, answer.links) or place(query.door, answer.links))
        for query, answer in zip(asked, answers, strict=True)
    ]


def measure_theme(page: Page, asked: Sequence[Query], library: Library) -> list[tuple[int, bool]]:
    """What Material's own search worker answers, page by page, as its search box would show them: the place of the first page that is right."""
    found = []
    for query in asked:
        sheets = [f"handouts/{handout.key}/" for handout in library.handouts for item in handout.messages
                  if handout.audience == query.audience and item.message.key == f"{query.topic}/{query.message}"]  # fmt: skip
        pages = [address.split("#")[0] for address in page.evaluate("(words) => window.askTheme(words)", query.words)]
        ranks = [rank for right in (f"{query.audience}/{query.topic}/", *sheets) if (rank := place(right, pages))]
        found.append((min(ranks, default=0), bool(pages)))
    return found


def theme_site(project: Path, folder: Path) -> Path:
    """The same pages, built by Material as it comes with its search plugin on."""
    run("pmp", "export", "--today", str(TODAY), str(folder), cwd=project)
    rewrite(folder / "mkdocs.yml", [["  custom_dir: theme\n", ""], ["plugins: []", "plugins: [search]"]])
    rewrite(folder / "docs" / "search.md", [['title: "Search"', 'title: "Search"\nsearch:\n  exclude: true']])
    run("mkdocs", "build", cwd=folder)
    return folder / "site"


def run(*command: str, cwd: Path) -> None:
    program = Path(sys.executable).with_name(command[0])
    subprocess.run([str(program), *command[1:]], cwd=cwd, check=True, capture_output=True)


def open_theme(page: Page, address: str, site: Path) -> None:
    """A page of the theme's site, with `askTheme(words)`: the addresses of the pages that its worker finds, in its order."""
    worker = next(site.glob("assets/javascripts/workers/search.*.min.js")).relative_to(site).as_posix()
    page.goto(address)
    page.evaluate(
        """async ([address, worker]) => {
          const search = new Worker(address + worker);
          const data = await (await fetch(address + "search/search_index.json")).json();
          const answered = (kind) => new Promise((done) => {
            search.onmessage = (event) => { if (event.data.type === kind) done(event.data.data); };
          });
          const ready = answered(1);
          search.postMessage({ type: 0, data: { ...data, options: { suggest: false } } });
          await ready;
          window.askTheme = async (words) => {
            const found = answered(3);
            search.postMessage({ type: 2, data: words });
            return (await found).items.map((group) => group[0].location);
          };
        }""",
        [address, worker],
    )


def times(page: Page, asked: Sequence[Query]) -> list[float]:
    """Milliseconds from a key to its answers and suggestions, with the processor slowed down, after the data was loaded. Each text is typed letter by letter."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    taken: list[float] = page.evaluate(
        """async (queries) => {
          const field = document.getElementById("search-words");
          const status = document.getElementById("search-status");
          const taken = [];
          for (const words of queries) {
            for (let length = 1; length <= words.length; length++) {
              status.textContent = "waiting";
              const started = performance.now();
              field.value = words.slice(0, length);
              field.dispatchEvent(new Event("input", { bubbles: true }));
              while (status.textContent) await null; // it is emptied with the answers, and told once the reader pauses
              taken.push(performance.now() - started);
              await new Promise((done) => setTimeout(done, 20));
            }
          }
          return taken;
        }""",
        [query.words for query in asked if query.audience == Audience.PATIENTS],
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return taken


def first_use(page: Page) -> tuple[float, float]:
    """Milliseconds until a first word is answered on a slow processor, and the longest task meanwhile: loading the data, making the index, showing answers."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    taken, longest = page.evaluate(
        """async () => {
          const long = [0]; // the browser notes tasks of 50 ms and more
          new PerformanceObserver((list) => long.push(...list.getEntries().map((task) => task.duration))).observe({ type: "longtask" });
          const started = performance.now();
          const field = document.getElementById("search-words");
          field.value = "sleep";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          while (!document.querySelector("#results a")) await new Promise((done) => setTimeout(done));
          const taken = performance.now() - started;
          await new Promise((done) => setTimeout(done, 500));
          return [taken, Math.max(...long)];
        }"""
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return taken, longest


def compressed(file: Path) -> int:
    """Bytes of a file as a server sends it."""
    return len(gzip.compress(file.read_bytes(), 9))


def data_of(site: Path, name: str) -> object:
    """What a data file of the search holds."""
    text = (site / "search" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(re.split(r"\]\s*=\s*", text, maxsplit=1)[1].rstrip(";\n"))


def unknown_words(site: Path, asked: Iterable[Query]) -> dict[str, list[str]]:
    """The words of queries that nothing knows, and the queries: what educators may want to add to docs/synonyms.yml."""
    known = {audience: set(markup.words(json.dumps([data_of(site, audience), data_of(site, "words")], ensure_ascii=False))) for audience in Audience}
    found: dict[str, list[str]] = {}
    for query in asked:
        for word in markup.words(query.words):
            if len(word) > 3 and word not in known[Audience(query.audience)]:
                found.setdefault(word, []).append(query.words)
    return found


def main() -> None:
    """Print the report."""
    console = Console(width=150, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        project.mkdir()
        copy_of_the_repo(project)
        run("pmp", "build", "--no-handouts", "--today", str(TODAY), cwd=project)
        theme = theme_site(project, Path(folder, "theme"))
        site = project / "site"
        with chromium() as browser, served(site) as address, served(theme) as theme_address:
            page = browser.new_page()
            page.goto(f"{address}search/")
            first, longest = first_use(page)
            other = browser.new_page()
            open_theme(other, theme_address, theme)
            _report(console, page, other, site)
            slow = sorted(times(page, [*queries(SETS["development"]), *with_slips(queries(SETS["development"]))]))
        console.print()
        console.print(f"Time from a key to its answers at {SLOW} times slowed CPU: median {statistics.median(slow):.1f} ms, 95th percentile "
                      f"{slow[int(len(slow) * 0.95)]:.1f} ms, longest {slow[-1]:.1f} ms ({len(slow)} keys). First use, data and index: {first:.0f} ms, longest task "
                      + (f"{longest:.0f} ms." if longest else "below 50 ms."))  # fmt: skip
        sizes = {file: compressed(site / file) for file in (*SCRIPTS, "search/words.js", "search/patients.js", "search/referrers.js")}
        console.print("Gzip bytes: " + ", ".join(f"{file} {size}" for file, size in sizes.items()))
        console.print(f"Scripts of the search page {sum(sizes[file] for file in SCRIPTS)}; data for "
                      + ", ".join(f"{audience} {sizes['search/words.js'] + sizes[f'search/{audience}.js']}" for audience in Audience) + ".")  # fmt: skip


def _report(console: Console, page: Page, theme: Page, site: Path) -> None:
    library = real().library
    table = Table("queries", "audience", "n", "success@1 %", "success@3 %", "MRR", "nothing %", "theme @1", "theme @3", "theme MRR", "theme nothing %")
    misses: list[tuple[str, Query, Answer, int]] = []
    alarms: list[tuple[Query, Answer]] = []
    for name, file in SETS.items():
        for kind, asked in ((name, queries(file)), (f"{name}, one slip each", with_slips(queries(file)))):
            ours = measure(page, asked)
            theirs = measure_theme(theme, asked, library)
            for audience in ("both", *Audience):
                chosen = [index for index, query in enumerate(asked) if audience in {"both", query.audience}]
                mine = figures([(ours[index][2], bool(ours[index][1].links)) for index in chosen])
                other = figures([theirs[index] for index in chosen])
                table.add_row(kind, audience, str(mine.count), *_cells(mine), *_cells(other), end_section=audience == Audience.REFERRERS)
            misses += [(kind, query, answer, rank) for query, answer, rank in ours if rank not in {1, 2, 3}]
            alarms += [(query, answer) for query, answer, _ in ours if answer.urgent and query.topic != "safety"]
    console.print(table)
    console.print("\nMisses: the right message is not among the first three")
    for kind, query, answer, rank in misses:
        said = re.search(r"results for “(.*?)”", answer.status)
        took = f", taken as “{said[1]}”" if said else ""
        console.print(
            f"  [{kind}] “{query.words}”{took}: {query.address} is {f'number {rank}' if rank else 'not there'}; first came {', '.join(answer.links[:3]) or 'nothing'}",
            markup=False,
        )
    console.print("\nUrgent help was shown for these, which are not about safety" + ("" if alarms else ": none"))
    for query, answer in alarms:
        console.print(f"  “{query.words}”: {', '.join(answer.urgent)}")
    console.print("\nWords that nothing knows (add them to docs/synonyms.yml or to people_also_say, if they matter)")
    for word, places in sorted(unknown_words(site, [query for file in SETS.values() for query in queries(file)]).items()):
        console.print(f"  {word}: {'; '.join(places)}")


def _cells(found: Figures) -> tuple[str, str, str, str]:
    return f"{found.first:.0f}", f"{found.three:.0f}", f"{found.rank:.2f}", f"{found.nothing:.1f}"


if __name__ == "__main__":
    main()
