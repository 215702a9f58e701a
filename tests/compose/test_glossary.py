"""The first use of a term is marked and explained where it stands, without a script."""

from __future__ import annotations

import pytest

from generator.compose.glossary import Glosses
from generator.compose.site import Site
from generator.content.load import load
from generator.text import markup
from tests.conftest import Project, built


def composed(project: Project, changes: dict[str, object] | None = None) -> Site:
    outcome = built(project(changes))
    assert outcome.site, outcome.problems
    return outcome.site


def markdown(site: Site, uri: str) -> str:
    return next(page.markdown for page in site.pages if page.uri == uri)


def glosses(project: Project) -> Glosses:
    library, _, _ = load(project())
    return Glosses(library.glossary, lambda term: f"({term.key})")


def explained(page: Glosses, text: str) -> str:
    """A text as it comes out, with `<a>` for a link to the term of that name."""
    html = markup.to_html(text, lambda target: target, lambda name, _: f"({name})", explain=page)
    return html.replace("<p>", "").replace("</p>", "").strip()


@pytest.fixture(autouse=True)
def links_of_ours_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests look at the text before links are resolved."""
    monkeypatch.setattr(markup, "SCHEMES", {*markup.SCHEMES, "glossary", "message"})


ALARM, JAM = (f'<a href="glossary:{key}">{{}}</a>'.format for key in ("alarm", "jam"))


def test_the_first_use_is_marked_and_explained_after_its_paragraph(project: Project) -> None:
    text = "An alarm rings.\nIt is an alarm.\n\nAlarms ring."
    assert explained(glosses(project), text) == f"An {ALARM('alarm')} rings.\nIt is an alarm.\n\n(alarm)\n\nAlarms ring."


def test_other_spellings_count_and_capitals_stand_for_themselves(project: Project) -> None:
    page = glosses(project)
    assert explained(page, "A traffic jam, alarming.") == "A traffic jam, alarming."
    assert explained(page.inside("one"), "A JAM.") == f"A {JAM('JAM')}.\n\n(jam)"
    assert explained(page, "Alarms and marmalade.") == f"{ALARM('Alarms')} and {JAM('marmalade')}.\n\n(alarm)\n(jam)"


def test_of_two_terms_in_one_place_the_longer_is_marked(project: Project) -> None:
    library, _, _ = load(project({"docs/glossary.yml": [["[marmalade]", "[alarm jar]"]]}))
    page = Glosses(library.glossary, lambda term: f"({term.key})")
    assert explained(page, "An alarm jar is no alarm.") == f"An {JAM('alarm jar')} is no {ALARM('alarm')}.\n\n(jam)\n(alarm)"


def test_links_addresses_code_headings_and_tables_are_left_alone(project: Project) -> None:
    text = "### Alarm\n\n[the alarm](message:pain/alarm) <https://example.org/alarm> `alarm`\n\n| alarm |\n| --- |\n| alarm |"
    html = explained(glosses(project), text)
    assert "glossary:" not in html
    assert "(alarm)" not in html
    assert html.count("alarm") == 7


def test_a_link_to_the_glossary_is_a_use(project: Project) -> None:
    assert explained(glosses(project), "A [bell](glossary:alarm) and an alarm.") == f"A {ALARM('bell')} and an alarm.\n\n(alarm)"


def test_a_list_is_not_torn_apart(project: Project) -> None:
    html = explained(glosses(project), "Of jam and more:\n\n- an alarm\n\n- a marmalade\n\nThe end.")
    assert html.index("<ul>") < html.index("</ul>") < html.index("(alarm)") < html.index("(jam)") < html.index("The end.")


def test_what_a_fold_explains_is_explained_again_outside(project: Project) -> None:
    page = glosses(project)
    assert "(alarm)" in explained(page.inside("one"), "An alarm.")
    assert "(alarm)" not in explained(page.inside("one"), "An alarm.")
    assert "(alarm)" in explained(page.inside("two"), "An alarm.")
    assert "(alarm)" in explained(page, "An alarm.")
    assert "(alarm)" not in explained(page.inside("three"), "An alarm.")


def test_pages_for_patients_explain_and_lead_to_the_glossary(project: Project) -> None:
    site = composed(project)
    page = markdown(site, "patients/pain.md")
    assert 'The <a href="../../glossary/#alarm">alarm</a> is set too high.' in page
    assert page.count("<strong>Alarm:</strong> A bell that rings when something may be wrong.") == 1
    assert '<a href="../../glossary/#jam">marmalade</a>' in page
    assert "glossary" not in markdown(site, "referrers/pain.md")


def test_the_glossary_lists_every_term_and_says_when_it_was_reviewed(project: Project) -> None:
    page = markdown(composed(project), "glossary.md")
    assert "## Alarm { #alarm }" in page
    assert "Also: alarms" in page
    assert "[More: An alarm](patients/pain.md#alarm)" in page
    assert "Reviewed 10 February 2026." in page


def test_an_overdue_message_marks_the_glossary_too(project: Project) -> None:
    late = [["reviewed: 2026-02-10", "reviewed: 2026-02-10\nreview_by: 2026-10-01"]]
    assert "was due for review" in markdown(composed(project, {"docs/messages/pain/alarm.md": late}), "glossary.md")


def test_terms_can_be_found_by_both_audiences(project: Project) -> None:
    site = composed(project)
    for audience in ("patients", "referrers"):
        assert '"kind":"term","url":"glossary/#alarm"' in site.files[f"search/{audience}.js"]


def test_a_project_may_do_without_a_glossary(project: Project) -> None:
    site = composed(project, {"docs/glossary.yml": None})
    assert "glossary.md" not in {page.uri for page in site.pages}
    assert "glossary" not in str(site.nav)
