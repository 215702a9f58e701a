"""A message with steps: its page, its sheet, and what is refused in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.compose.site import Page
from generator.paper.rendering import Rendering
from generator.text.wording import KindWords
from tests.conftest import REPO, Project, built, rewrite, texts

MESSAGE, SHEET = "docs/messages/pain/slow-breathing.md", "handouts/slow-breathing.md"
OPENING = "This is an example, not advice. Your own numbers will be different."


@pytest.fixture
def practice(project: Project) -> Path:
    """The small project with a practice in it, and its sheet."""
    return shutil.copytree(REPO / "tests" / "practice", project(), dirs_exist_ok=True)


def page(root: Path, uri: str) -> Page:
    outcome = built(root, sheets=False)
    assert outcome.site, outcome.problems
    return next(page for page in outcome.site.pages if page.uri == uri)


def problems(root: Path) -> list[str]:
    return sorted(f"{problem.place} {problem.rule}" for problem in built(root, sheets=False).problems)


def test_a_practice_is_sound(practice: Path) -> None:
    assert problems(practice) == []


def test_steps_and_when_to_stop_never_fold(practice: Path) -> None:
    for uri in ("patients/pain/slow-breathing.md", "handouts/slow-breathing.md"):
        text = page(practice, uri).markdown
        open_text = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
        assert '<ol class="steps">' in open_text, uri
        for words in (
            "Sit with your back held up.",
            "Breathe out slowly.",
            "When that is hard",
            "Listen to a sound",
            "Stop if you feel dizzy.",
            "Few people have tested it.",
        ):
            assert words in open_text, (uri, words)
        for words in (OPENING, "Jo counted", "A calm body may hurt less."):
            assert words in text, (uri, words)
            assert words not in open_text, (uri, words)
        assert 'aria-label="A person breathing out"' in open_text, "the picture stands beside its step"


def test_a_quiet_practice_is_done_with_the_reader(practice: Path) -> None:
    uri = "patients/pain/slow-breathing.md"
    assert 'class="with-me"' in page(practice, uri).markdown
    assert 'class="breath"' not in page(practice, uri).markdown
    rewrite(practice / MESSAGE, [["practice: still", "practice: still\ntool: breathing-picture"]])
    assert 'class="breath"' in page(practice, uri).markdown
    rewrite(practice / MESSAGE, [["practice: still\ntool: breathing-picture\n", "tool: find-my-amount\n"], ["about 3 minutes, or less", "a while"]])
    text = page(practice, uri).markdown
    assert 'class="with-me"' not in text
    assert 'class="amount"' in text
    assert '<a href="../../../handouts/slow-breathing/">' in text, "the sheet, for those who use paper"


def test_steps_do_not_fold_on_a_page_that_is_too_long(practice: Path) -> None:
    many = "".join(f"{number}. Breathe out softly, and let one part of the body after the other rest for a while.\n" for number in range(4, 50))
    rewrite(practice / MESSAGE, [["### When that is hard", f"{many}\n### When that is hard"]])
    assert problems(practice) == [f"{MESSAGE}:1 long-page", f"{SHEET}:1 long-page"]


def test_parts_of_one_way_are_numbered_right_through(practice: Path) -> None:
    way = ["2. Breathe out slowly.", "2. Breathe out slowly.\n\n### Afterwards\n\n3. Rest for a while."]
    rewrite(practice / MESSAGE, [way])
    html = page(practice, "patients/pain/slow-breathing.md").markdown
    assert re.findall(r'<ol class="steps"([^>]*)>', html) == ["", ' start="3"', ""]
    assert html.count('name="part"') == 2, "what is done with the reader has two ways, and the first has two parts"
    site = built(practice).site
    assert site
    assert "3. Rest for a while." in next(twin.text for twin in site.texts if twin.recipe.key == "slow-breathing")
    rewrite(practice / MESSAGE, [["3. Rest for", "4. Rest for"]])
    assert problems(practice) == [f"{MESSAGE}:31 steps"]


def test_a_sheet_says_why_below_its_main_message(practice: Path) -> None:
    site = built(practice).site
    assert site
    html = next(sheet.html for sheet in site.prints if sheet.uri == "handouts/slow-breathing.pdf")
    places = [html.index(words) for words in ("Slow breaths can calm", "Why, and how sure we are.", "Few people have tested it.", "Do it while you are calm.")]
    assert places == sorted(places)
    before = next(sheet.made.version for sheet in site.prints if sheet.uri == "handouts/slow-breathing.pdf")
    rewrite(practice / MESSAGE, [["Few people have", "Nobody has"]])
    changed = built(practice).site
    assert changed
    assert before != next(sheet.made.version for sheet in changed.prints if sheet.uri == "handouts/slow-breathing.pdf")


def test_the_topic_leads_to_its_practices_and_keeps_their_anchors(practice: Path) -> None:
    topic = page(practice, "patients/pain.md")
    assert topic.markdown.index("step by step") < topic.markdown.index("{ #slow-breathing }") < topic.markdown.index("#real-pain")
    assert topic.markdown.count("(../patients/pain/slow-breathing.md)") == 1
    assert "Breathe out slowly." not in topic.markdown


def test_the_search_and_professionals_are_led_to_the_page_of_a_practice(practice: Path) -> None:
    site = built(practice, sheets=False).site
    assert site
    assert '"url":"patients/pain/slow-breathing/"' in site.files["search/patients.js"]
    assert '"url":"referrers/pain/#slow-breathing"' in site.files["search/referrers.js"]
    referrers = next(page for page in site.pages if page.uri == "referrers/pain.md").markdown
    assert "(../patients/pain/slow-breathing.md)" in referrers
    assert "Sit with your back" not in referrers


def test_the_sheet_of_a_practice_has_steps_in_front_and_room_to_write_behind(practice: Path) -> None:
    for pages in (3, 2):
        rewrite(practice / SHEET, [["pages: 3", f"pages: {pages}"]])
        site = built(practice).site
        assert site
        wanted = [sheet for sheet in site.prints if sheet.recipe.key == "slow-breathing"]
        assert {sheet.format for sheet in wanted} == {"standard", "large-print", "easy-read"}
        sheets, found = Rendering(practice, wanted).wait()
        assert found == []
        sides = next([" ".join(side.split()) for side in texts(sheet.file)] for sheet in sheets if sheet.print.format == "standard")
        assert len(sides) == 2
        assert "Sit with your back held up." in sides[0]
        assert "Stop if you feel dizzy." in sides[0]
        assert "What did I notice?" in " ".join(sides)
        assert "Call 999" in sides[1]
        assert any(OPENING in side for side in sides) == (pages == 3)


def test_plain_text_has_the_steps_before_what_is_written(practice: Path) -> None:
    site = built(practice).site
    assert site
    text = next(twin.text for twin in site.texts if twin.recipe.key == "slow-breathing")
    places = [
        text.index(words) for words in ("1. Sit with", "2. Breathe out", "Stop if you feel dizzy.", OPENING, "A calm body", "What did I notice?", "URGENT")
    ]
    assert places == sorted(places)


def test_large_print_leaves_more_room_to_write() -> None:
    """Lines grow with the letters; the boxes of a table are set in both."""
    style = (REPO / "templates" / "handouts" / "print.css").read_text(encoding="utf-8")
    heights = dict(re.findall(r"^(.*\.grid(?::has\(th:nth-child\(9\)\))? td) \{[^}]*height: ([\d.]+)mm", style, re.MULTILINE))
    for boxes in (".grid td", ".grid:has(th:nth-child(9)) td"):
        assert float(heights[f".large-print {boxes}"]) > float(heights[boxes])
    assert re.search(r"\.rule \{ height: [\d.]+em", style)
    assert not re.search(r"\.large-print[^{]*\.rule", style)


BROKEN = {
    "a step that is none": ([["2. Breathe out slowly.", "Breathe out slowly."]], ["27 steps"]),
    "a picture that nobody drew": ([["1. breathe:", "1. lungs:"]], ["25 steps"]),
    "a heading without steps": ([["1. Listen to a sound instead.\n2. It takes about 3 minutes, or less.\n", ""]], ["25 steps"]),
    "a step with more than words": ([["1. Listen to a sound instead.", "1. ![it](diagram:x)"]], ["31 link", "31 steps"]),
    "no opening line": ([[OPENING, "Jo is one of many."]], ["36 example"]),
    "an example that speaks to the reader": ([["The next day she forgot.", "You can do that too."]], ["38 wording"]),
    "an example that gives an order": ([["The next day she forgot.", "Breathe more each day."]], ["38 wording"]),
    "an example with a percentage": ([["for ten minutes", "20% more"]], ["38 wording"]),
    "an example with a medicine": ([["The next day she forgot.", "Then she took her tablets."]], ["38 wording"]),
    "a length that is not of this practice": ([["about 3 minutes, or less", "about 20 minutes, or less"]], ["32 wording"]),
    "a length without its way out": ([["about 3 minutes, or less", "about 3 minutes"]], ["32 wording"]),
    "a length where nobody sits still": ([["practice: still\n", ""]], ["31 wording"]),
    "a kind of practice that there is not": ([["practice: still", "practice: quick"]], ["6 wrong-value"]),
    "a tool that there is not": ([["practice: still", "practice: still\ntool: find-my-mount"]], ["7 wrong-value"]),
    "a movement without what it needs": (
        [["practice: still", "practice: moves"], ["about 3 minutes, or less", "a while"]],
        ["6 moves", "6 moves", "docs/messages:1 role"],
    ),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_practice_names_its_problems(practice: Path, case: tuple[list[list[str]], Sequence[str]]) -> None:
    rewrite(practice / MESSAGE, case[0])
    found = [problem for problem in problems(practice) if not problem.startswith("handouts/")]
    assert found == sorted(line if ":" in line else f"{MESSAGE}:{line}" for line in case[1])


def test_a_movement_with_all_that_it_needs_is_sound(practice: Path) -> None:
    lines = "- Begin once a health professional has checked your pain. See [soreness](message:pain/alarm).\n- If small efforts make you ill for days, ask your doctor or physio before you add more.\n"
    rewrite(practice / MESSAGE, [["practice: still", "practice: moves"], ["about 3 minutes, or less", "a while"], ["- Stop if you feel dizzy.\n", lines]])
    rewrite(practice / "docs/messages/pain/alarm.md", [["title: An alarm", "title: An alarm\nrole: soreness"]])
    assert problems(practice) == []
    rewrite(practice / MESSAGE, [["message:pain/alarm", "message:pain/real-pain"]])
    assert problems(practice) == [f"{MESSAGE}:6 moves"]


def test_a_sheet_of_a_skill_needs_one_practice_and_something_to_write_on(practice: Path) -> None:
    sound = (practice / SHEET).read_text(encoding="utf-8")
    rewrite(practice / SHEET, [["[pain/slow-breathing]", "[pain/alarm]"]])
    assert problems(practice) == [f"{SHEET}:5 skill"]
    (practice / SHEET).write_text(re.sub(r"prompts:\n(  - .*\n)+", "", sound), encoding="utf-8")
    assert problems(practice) == [f"{SHEET}:4 skill"]
    (practice / SHEET).write_text(sound.replace("layout: skill", "layout: worksheet"), encoding="utf-8")
    assert problems(practice) == [f"{SHEET}:8 skill"]
    (practice / SHEET).write_text(sound.replace("After the first cup of tea.", "After your first cup of tea."), encoding="utf-8")
    assert problems(practice) == [f"{SHEET}:8 wording"]


WORDS = KindWords()


@pytest.mark.parametrize(
    "sentence",
    [
        "Walk for three minutes.",
        "Rest for ten seconds.",
        "Sleep for eight hours.",
        "Walk two miles.",
        "Walk 10 metres.",
        "Do it three times a day.",
        "Do two sets.",
        "Climb one flight of stairs.",
        "Do half as much.",
        "Add 10% a week.",
        "Add ten per cent.",
        "Add a fifth more.",
        "Walk for half an hour.",
        "Hold and count to 8.",
        "Take 2 to 3 deep breaths.",
        "Try a 20-minute walk.",
        "It takes about 3 minutes, or less.",
    ],
)
def test_no_number_tells_a_reader_how_much(sentence: str) -> None:
    assert [phrase.harm for phrase, _ in WORDS.refused(sentence)] == ["sets an exact amount"]


@pytest.mark.parametrize(
    ("sentence", "still"),
    [
        ("It takes about 3 minutes, or less.", True),
        ("Take two or three slow breaths.", True),
        ("Count slowly to 3 as you breathe in, or less.", False),
        ("You are back to your usual within a day or two.", False),
        ("Keep the diary for a week or two.", False),
        ("You are awake for what feels like 20 to 30 minutes.", False),
        ("Pain comes and goes many times, one step at a time.", False),
        ("Courses start four times a year.", False),
    ],
)
def test_a_number_may_stand_in_its_places(sentence: str, still: bool) -> None:
    assert list(WORDS.refused(sentence, still=still)) == []


def test_an_example_may_quote_and_count() -> None:
    for sentence in (
        "Ali stood for 4, 6 and 5 minutes.",
        'She wrote: "I notice that you can see the sea."',
        'Rosa said: "Thanks for asking. I cannot drive you. Ask Sam." Sam was cross.',
        "Rest helped her for an hour.",
        OPENING.split(". ", maxsplit=1)[0],
    ):
        assert list(WORDS.refused_in_example(sentence)) == []
