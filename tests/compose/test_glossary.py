"""The first use of a term is marked and explained where it stands, without a script."""

from __future__ import annotations

from generator.compose.glossary import Glosses
from generator.compose.site import Site
from generator.content.load import load
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


def test_the_first_use_is_marked_and_explained_after_its_paragraph(project: Project) -> None:
    text = "An alarm rings.\nIt is an alarm.\n\nAlarms ring."
    assert glosses(project).explain(text) == "An [alarm](glossary:alarm) rings.\nIt is an alarm.\n\n(alarm)\n\nAlarms ring."


def test_other_spellings_count_and_capitals_stand_for_themselves(project: Project) -> None:
    page = glosses(project)
    assert page.explain("A traffic jam, alarming.") == "A traffic jam, alarming."
    assert page.inside("one").explain("A JAM.") == "A [JAM](glossary:jam).\n\n(jam)"
    assert page.explain("Alarms and marmalade.") == "[Alarms](glossary:alarm) and [marmalade](glossary:jam).\n\n(alarm)\n\n(jam)"


def test_of_two_terms_in_one_place_the_longer_is_marked(project: Project) -> None:
    library, _, _ = load(project({"docs/glossary.yml": [["[marmalade]", "[alarm jar]"]]}))
    page = Glosses(library.glossary, lambda term: f"({term.key})")
    assert page.explain("An alarm jar is no alarm.") == "An [alarm jar](glossary:jam) is no [alarm](glossary:alarm).\n\n(jam)\n\n(alarm)"


def test_links_headings_and_tables_are_left_alone(project: Project) -> None:
    text = "### Alarm\n\n[the alarm](message:pain/alarm)\n\n| alarm |\n| --- |\n| alarm |"
    assert glosses(project).explain(text) == text


def test_a_link_to_the_glossary_is_a_use(project: Project) -> None:
    assert glosses(project).explain("A [bell](glossary:alarm) and an alarm.") == "A [bell](glossary:alarm) and an alarm.\n\n(alarm)"


def test_a_list_is_not_torn_apart(project: Project) -> None:
    text = "- an alarm\n\n- a bell\n\nThe end."
    assert glosses(project).explain(text) == "- an [alarm](glossary:alarm)\n\n- a bell\n\n(alarm)\n\nThe end."


def test_what_a_fold_explains_is_explained_again_outside(project: Project) -> None:
    page = glosses(project)
    assert "(alarm)" in page.inside("one").explain("An alarm.")
    assert "(alarm)" not in page.inside("one").explain("An alarm.")
    assert "(alarm)" in page.inside("two").explain("An alarm.")
    assert "(alarm)" in page.explain("An alarm.")
    assert "(alarm)" not in page.inside("three").explain("An alarm.")


def test_pages_for_patients_explain_and_lead_to_the_glossary(project: Project) -> None:
    site = composed(project)
    page = markdown(site, "patients/pain.md")
    assert "The [alarm](../glossary.md#alarm) is set too high." in page
    assert page.count("**Alarm:** A bell that rings when something may be wrong.") == 1
    assert "[marmalade](../glossary.md#jam)" in page
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
