"""The offline worker in a real browser: what it keeps is what one build made, whatever the network, the server or the device do."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.conftest import TODAY, Quiet, rewrite, run, served, tree

pytestmark = pytest.mark.xdist_group("offline")

ODD_NAMES = ("ö #1?", "100%2F", "5%", "🙂 b", "a(b)'c~!*", "constructor")
LOG_IN = b"<!doctype html><title>Log in to our network</title>"
PORTAL = "handouts/real/"

Site = Callable[..., Path]
Answer = Callable[["Server"], None]


@pytest.fixture(scope="module")
def versions(small_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The small site, and a newer one: there one message is past its review, so that its pages and sheets are others, and pictures have odd names."""
    root = shutil.copytree(small_site, tmp_path_factory.mktemp("newer") / "project")
    rewrite(root / "docs/messages/pain/real-pain.md", [["reviewed: 2026-01-10", "reviewed: 2018-01-31\nreview_by: 2020-01-31"]])
    for name in ODD_NAMES:
        rewrite(root / f"docs/assets/images/{name}.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><title>{name}</title></svg>\n')
    outcome = run("pmp", "build", "--today", str(TODAY), cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return {"old": small_site / "site", "new": root / "site"}


@pytest.fixture
def site(versions: dict[str, Path], tmp_path: Path) -> Site:
    """`site("new")` puts that version on the server, in the place of the other."""

    def put(version: str, folder: str = "") -> Path:
        target = tmp_path / "www" / folder
        shutil.rmtree(target, ignore_errors=True)
        return shutil.copytree(versions[version], target)

    return put


class Server(Quiet):
    """Notes what it is asked for, and gives `answers` in the place of files."""

    answers: dict[str, Answer]
    asked: list[str]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server asks for
        path = unquote(urlsplit(self.path).path).lstrip("/")
        self.asked.append(path)
        self.answers.get(path, Quiet.do_GET)(self)


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(server: Server) -> None:
        server.send_response(status)
        for name, value in {"content_type": "text/html", "content_length": str(len(body)), **headers}.items():
            server.send_header(name.replace("_", "-"), value)
        server.end_headers()
        server.wfile.write(body)

    return answer


@dataclass
class Visit:
    """A reader whose browser has the worker at work. `cut` takes the network away."""

    page: Page
    address: str
    answers: dict[str, Answer]
    asked: list[str]
    cut: Callable[[], None]

    def get(self, path: str, **options: Any) -> dict[str, Any]:
        """What a request of a page is answered; a status of 0 is a failure."""
        answer: dict[str, Any] = self.page.evaluate(
            """([path, options]) => fetch(path, options).then(async (answer) => {
              const bytes = await answer.arrayBuffer();
              const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
              return { status: answer.status, url: answer.url, headers: Object.fromEntries(answer.headers),
                       sha256: [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(""), text: new TextDecoder().decode(bytes) };
            }, () => ({ status: 0 }))""",
            [self.address + path, options],
        )
        return answer

    def kept(self) -> dict[str, str]:
        """The hash of each thing that the one cache of this site holds, by its path."""
        found: dict[str, str] = self.page.evaluate(
            """async (root) => {
              const [name, ...others] = (await caches.keys()).filter((name) => name.startsWith(`pmp ${root} `));
              if (others.length) throw new Error(`more than one: ${[name, ...others]}`);
              const cache = await caches.open(name), found = {};
              for (const request of await cache.keys()) {
                const bytes = await (await cache.match(request)).arrayBuffer();
                const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
                found[decodeURIComponent(request.url.slice(root.length))] = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
              }
              return found;
            }""",
            self.address,
        )
        return found

    def wait_until_kept(self, wanted: dict[str, str]) -> None:
        """What is kept in the end: a worker keeps things after it has answered."""
        for _ in range(100):
            if self.kept() == wanted:
                return
            self.page.wait_for_timeout(100)
        assert self.kept() == wanted

    def renew(self, version: str) -> None:
        """The browser looks for a new worker, as it does now and then, and that one takes over."""
        self.page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.update()).then(() => undefined)")
        for _ in range(150):
            if self.page.evaluate("root => caches.keys().then((names) => names.filter((name) => name.startsWith(`pmp ${root} `)))", self.address) == [
                f"pmp {self.address} {version}"
            ]:
                return
            self.page.wait_for_timeout(100)
        pytest.fail("the new worker did not take over")

    def come_back(self) -> None:
        """Another visit, after the browser has put the worker to sleep."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("ServiceWorker.enable")
        session.send("ServiceWorker.stopAllWorkers")
        self.page.goto(self.address)


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """`visit()` opens the front page of what `site` put on the server; `answers` are given from the start."""
    with ExitStack() as closing:

        def start(answers: dict[str, Answer] | None = None, prepare: Callable[[Page, str], None] = lambda *_: None, folder: str = "") -> Visit:
            class Ours(Server):
                pass

            Ours.answers, Ours.asked = dict(answers or {}), []
            network = ExitStack()
            address = network.enter_context(served(tmp_path / "www", Ours)) + folder
            closing.callback(network.close)
            context = browser.new_context(service_workers="allow", bypass_csp=True, viewport={"width": 360, "height": 800})
            closing.callback(context.close)
            page = context.new_page()
            prepare(page, address)
            open_with_worker(page, address)
            return Visit(page, address, Ours.answers, Ours.asked, network.close)

        yield start


def open_with_worker(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=15_000)


def made(folder: Path, *opened: str) -> dict[str, str]:
    """The SHA-256 of all that a first visit keeps of a site, and of what was `opened`, by the paths of its addresses."""
    first = (".html", ".css", ".js", ".woff2", ".svg")
    files = {path: content for path, content in tree(folder).items() if (path.endswith(first) and path not in {"worker.js", "404.html"}) or path in opened}
    return {re.sub(r"(^|/)index\.html$", r"\1", path): hashlib.sha256(content).hexdigest() for path, content in files.items()}


def version_of(folder: Path) -> str:
    return re.search(r'VERSION ?= ?"(\w+)"', (folder / "worker.js").read_text(encoding="utf-8"))[1]  # type: ignore[index]


def heading(visited: Visit, words: str) -> None:
    expect(visited.page.get_by_role("heading", level=1)).to_have_text(words)


# What it is told


def test_the_worker_knows_the_hash_of_each_thing_and_when_each_sheet_and_its_twins_are_due(versions: dict[str, Path]) -> None:
    worker = (versions["old"] / "worker.js").read_text(encoding="utf-8")
    pages, sheets = (json.loads(re.search(rf"\bconst {name}=(.*?\}});", worker)[1].replace("\\u0027", "'")) for name in ("PAGES", "SHEETS"))  # type: ignore[index]
    assert {unquote(path): facts for path, facts in pages.items()} == {path: [digest[:16]] for path, digest in made(versions["old"]).items()}
    rows = json.loads((versions["old"] / "handouts" / "index.json").read_text(encoding="utf-8"))
    for row in rows:
        assert sheets[f"handouts/{row['file']}"] == [row["sha256"][:16], row["review_by"]]
    twins = {path: due for path, (_, *due) in sheets.items() if path.startswith("handouts/") and path.endswith(".txt")}
    assert twins == {"handouts/real.txt": ["2028-01-10"], "handouts/doctors-letter.txt": ["2028-01-10"]}
    assert len(sheets["handouts/real.png"]) == 1, "a picture stands on a page that says itself when it is due"


# What it keeps


def test_what_is_kept_is_what_the_build_made(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("new")
    opened = ("handouts/touch.pdf", "handouts/real.png")
    here = visit()
    for path in opened:
        assert here.get(path)["status"] == 200
    here.wait_until_kept(made(folder, *opened))
    here.cut()
    for path in opened:
        assert here.get(path)["sha256"] == hashlib.sha256((folder / path).read_bytes()).hexdigest()
    here.page.goto(f"{here.address}patients/pain/index.html")
    heading(here, "Pain")
    here.page.goto(f"{here.address}handouts/doctors/nothing-like-it/")
    heading(here, "You are offline")


def test_names_that_an_address_has_to_spell_otherwise_are_kept(visit: Callable[..., Visit], site: Site) -> None:
    site("new")
    here = visit()
    here.cut()
    for name in ODD_NAMES:
        for spelled in (quote(name, safe=""), quote(name, safe="/!~*'()"), "".join(f"%{byte:02x}" for byte in name.encode())):
            assert f"<title>{name}</title>" in here.get(f"assets/images/{spelled}.svg").get("text", ""), spelled
    assert here.get("assets/images/%")["status"] == 0
    assert here.get("constructor")["status"] == 0


def test_an_answer_that_the_build_did_not_make_is_shown_and_never_kept(visit: Callable[..., Visit], site: Site) -> None:
    """A network that wants a log-in first, an old copy on the way, a file that is not there yet: the worker does without, and asks again on the next visit."""
    folder = site("old")
    older = (folder / "patients/pain/index.html").read_bytes().replace(b"<title>", b"<title>Older: ")
    here = visit({PORTAL: says(200, LOG_IN), "patients/pain/": says(200, older), "search/words.js": says(404), "assets/images/mark.svg": says(500)})
    missing = {PORTAL, "patients/pain/", "search/words.js", "assets/images/mark.svg"}
    whole = made(folder)
    here.wait_until_kept({path: digest for path, digest in whole.items() if path not in missing})
    here.page.goto(here.address + PORTAL)
    expect(here.page).to_have_title("Log in to our network")
    here.page.goto(f"{here.address}patients/pain/")
    expect(here.page).to_have_title(re.compile("^Older: "))
    assert not missing & set(here.kept())
    here.answers.clear()
    here.come_back()
    here.wait_until_kept(whole)
    here.cut()
    here.page.goto(here.address + PORTAL)
    heading(here, "Pain is real")


def test_a_server_that_changes_what_it_serves_is_asked_once_a_visit(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("old")
    pages = [path for path in made(folder) if path.endswith("/")]
    here = visit({path: says(200, LOG_IN) for path in pages})
    here.asked.clear()
    here.come_back()
    for _ in range(100):
        if set(pages) & set(here.asked):
            break
        here.page.wait_for_timeout(100)
    here.page.wait_for_timeout(1000)  # for more, if it were to ask for more
    assert len([path for path in here.asked if path in pages]) == 1


def test_where_the_page_for_no_network_could_not_be_had_the_browser_says_so_itself(visit: Callable[..., Visit], site: Site) -> None:
    site("old")
    here = visit({"offline/": says(404)})
    here.cut()
    with pytest.raises(Error, match="ERR_FAILED"):
        here.page.goto(f"{here.address}handouts/doctors.pdf")


def test_a_page_that_came_by_a_redirect_still_opens(visit: Callable[..., Visit], site: Site) -> None:
    site("old")
    here = visit({"about/": says(302, location="/about/index.html")})
    here.cut()
    here.page.goto(f"{here.address}about/")
    heading(here, "About")


def test_a_server_whose_answers_vary_with_anything_is_no_obstacle(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("old")
    page = (folder / "about/index.html").read_bytes()
    here = visit({"about/": says(200, page, vary="*", accept_ranges="bytes")})
    here.wait_until_kept(made(folder))
    here.cut()
    headers = here.get("about/")["headers"]
    assert "accept-ranges" not in headers, "whoever reads a copy may not ask for parts of it"


def test_parts_and_other_methods_are_left_to_the_network(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("old")
    here = visit()
    assert here.get("about/", method="HEAD")["status"] == 200
    assert here.get("about/", method="POST")["status"] == 501, "the server's own words"
    here.answers["handouts/touch.pdf"] = says(206, b"%PDF", content_type="application/pdf", content_range="bytes 0-3/9999")
    assert here.get("handouts/touch.pdf", headers={"Range": "bytes=0-3"})["status"] == 206
    assert here.get("handouts/touch.pdf")["status"] == 206, "a part that nobody asked for"
    here.page.wait_for_timeout(500)
    assert here.kept() == made(folder)


def test_a_full_device_loses_no_answer(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("old")

    def fill_up(page: Page, address: str) -> None:
        page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": address.rstrip("/"), "quotaSize": 60_000})

    here = visit(prepare=fill_up)
    assert len(here.kept()) < len(made(folder)), "there is no room for all of it"
    assert here.get("handouts/touch.pdf")["sha256"] == hashlib.sha256((folder / "handouts/touch.pdf").read_bytes()).hexdigest()
    for path in ("", "about/", "patients/pain/", "handouts/real/"):
        answer = here.page.goto(here.address + path)
        assert answer
        assert answer.status == 200


# From one version to the next


def test_a_new_version_keeps_what_is_the_same_and_nothing_that_is_older(visit: Callable[..., Visit], site: Site) -> None:
    site("old")
    here = visit()
    for path in ("handouts/touch.pdf", "handouts/real.pdf", "handouts/real.txt"):
        assert here.get(path)["status"] == 200
    # as an earlier worker of this site left it: the older page in the place of the newer
    here.page.evaluate("root => caches.open(`pmp ${root} earlier`).then((cache) => cache.put(root + 'sources/', new Response('older')))", here.address)
    older = (site("old") / "patients/pain/index.html").read_bytes()
    folder = site("new")
    here.answers["patients/pain/"] = says(200, older)  # half-way from one version to the next
    here.asked.clear()
    here.renew(version_of(folder))
    half = made(folder, "handouts/touch.pdf")
    del half["patients/pain/"]
    here.wait_until_kept(half)
    assert "handouts/touch.pdf" not in here.asked, "it is the same in both"
    assert "about/" not in here.asked
    assert "handouts/real/" in here.asked
    here.answers.clear()
    here.come_back()
    here.wait_until_kept(made(folder, "handouts/touch.pdf"))


def test_a_page_of_another_version_is_shown_and_not_mixed_in(visit: Callable[..., Visit], site: Site) -> None:
    """The site moves on while a page is open, and the browser has not yet looked for the new worker."""
    folder = site("old")
    worker, whole = (folder / "worker.js").read_bytes(), made(folder)
    here = visit({"worker.js": says(200, worker, content_type="text/javascript")})
    here.wait_until_kept(whole)
    newer = site("new")
    for path in ("patients/pain/", "handouts/real.pdf"):
        file = newer / path / "index.html" if path.endswith("/") else newer / path
        assert here.get(path)["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest(), "the network comes first"
    here.page.wait_for_timeout(500)
    assert here.kept() == whole
    here.cut()
    assert here.get("patients/pain/")["sha256"] == whole["patients/pain/"]
    assert here.get("handouts/real.pdf")["status"] == 0


def test_what_others_keep_on_the_same_host_is_theirs(visit: Callable[..., Visit], site: Site) -> None:
    """Another application, and a second site of ours whose address begins with the address of the first."""
    site("old", "a")
    inner = site("old", "a/b")
    here = visit(folder="a/b/")
    here.page.evaluate("caches.open('of another application').then((cache) => cache.put('/x', new Response('theirs')))")
    there = here.address
    outer = here.address.removesuffix("b/")
    here.wait_until_kept(made(inner))
    open_with_worker(here.page, outer)
    here.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    shutil.move(inner, inner.parents[1] / "aside")
    folder = site("new", "a")
    shutil.move(inner.parents[1] / "aside", inner)
    here.address = outer
    here.renew(version_of(folder))
    assert here.page.evaluate("caches.has('of another application')")
    here.address = there
    assert here.kept() == made(inner)


# When the network is poor


def test_a_slow_network_and_a_server_in_trouble_give_way_to_what_is_kept(visit: Callable[..., Visit], site: Site) -> None:
    folder = site("old")
    here = visit()
    here.wait_until_kept(made(folder))
    late = threading.Event()

    def wait(server: Server) -> None:
        late.wait(60)
        Quiet.do_GET(server)

    here.answers |= {"about/": wait, "patients/": says(503), "handouts/touch.pdf": says(503)}
    here.page.goto(f"{here.address}about/", timeout=25_000)
    heading(here, "About")
    late.set()
    here.page.goto(f"{here.address}patients/")
    heading(here, "For people who live with long-term pain")
    assert here.get("handouts/touch.pdf")["status"] == 503, "where nothing is kept, the server's own words"


# Past their review


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("sheet", ["handouts/real.pdf", "handouts/real.txt", "handouts/doctors-letter.txt"])
def test_an_overdue_sheet_says_so_first_plain_text_too(visit: Callable[..., Visit], site: Site, sheet: str, offline: bool) -> None:
    folder = site("new")
    here = visit()
    assert here.get(f"{sheet}?anyway")["status"] == 200
    here.wait_until_kept(made(folder, sheet))
    if offline:
        here.cut()
    here.page.goto(here.address + sheet)
    heading(here, "This sheet is past its review date")
    expect(here.page.locator("#overdue-sheet")).to_contain_text("It was due for review on 31 January 2020.")
    anyway = here.page.get_by_role("link", name="Open it anyway")
    assert anyway.evaluate("link => link.href") == f"{here.address}{sheet}?anyway"
    assert here.get(f"{sheet}?anyway")["sha256"] == hashlib.sha256((folder / sheet).read_bytes()).hexdigest()
    assert here.get(f"{sheet}?another")["url"].startswith(f"{here.address}overdue/")
    if sheet.endswith(".txt"):
        anyway.click()
        expect(here.page.locator("pre")).to_contain_text("31 January 2020")


def test_the_page_before_a_sheet_says_nothing_that_it_cannot_know(visit: Callable[..., Visit], site: Site) -> None:
    site("old")
    here = visit()
    for asked in ("sheet=https://example.org/x.pdf&due=2020-01-31", "sheet=handouts/real.html&due=2020-01-31", "sheet=handouts/real.pdf&due=2020-99-99", ""):
        here.page.goto(f"{here.address}overdue/#{asked}")
        here.page.reload()
        expect(here.page.locator("#overdue-sheet")).to_be_hidden()
