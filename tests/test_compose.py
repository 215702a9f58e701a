"""Pages and sheets are composed of messages: the right wording, the right numbers, the state of the review."""

from __future__ import annotations

import datetime

import pytest

from generator.model import Site
from tests.conftest import TODAY, Project, built

BANNER = "Sample content. Not clinically approved. Not for patient use."


def compose(project: Project, changes: dict[str, object] | None = None, today: datetime.date = TODAY) -> Site:
    outcome = built(project(changes), today)
    assert outcome.site, outcome.problems
    return outcome.site


def page(site: Site, uri: str) -> str:
    return next(page.markdown for page in site.pages if page.uri == uri)


def sheet(site: Site, uri: str) -> str:
    return next(sheet.html for sheet in site.prints if sheet.uri == uri)


def test_each_audience_gets_its_own_wording(project: Project) -> None:
    site = compose(project)
    patients, referrers = page(site, "patients/pain.md"), page(site, "referrers/pain.md")
    assert "It is not in your head" in patients
    assert "Tell a friend" in patients
    assert "I believe you" not in patients
    assert "Not yet" not in patients
    assert "Central mechanisms" in referrers
    assert "I believe you" in referrers
    assert "Not yet" in referrers
    assert "Tell a friend" not in referrers
    assert 'counterpart: "referrers/pain.md"' in patients


def test_the_site_has_every_page_of_the_contract(project: Project) -> None:
    site = compose(project)
    assert {found.uri for found in site.pages} == {
        "index.md", "patients/index.md", "referrers/index.md", "patients/pain.md", "referrers/pain.md", "patients/safety.md", "referrers/safety.md",
        "handouts/index.md", "handouts/real.md", "handouts/touch.md", "handouts/doctors.md", "sources.md", "search.md", "glossary.md",
    }  # fmt: skip
    assert {found.uri for found in site.prints} == {"handouts/real.pdf", "handouts/real-large-print.pdf", "handouts/touch.pdf", "handouts/doctors.pdf"}
    assert {name for name in site.files if name.startswith("search/")} == {"search/words.js", "search/patients.js", "search/referrers.js"}


def test_links_lead_where_the_reader_is(project: Project) -> None:
    site = compose(project)
    assert "(../patients/pain.md#alarm)" in page(site, "patients/pain.md")
    assert "See the alarm" in sheet(site, "handouts/real.pdf"), "without a site address, only the words stay on paper"


def test_a_clinic_of_its_own_gets_sheets_with_its_own_contact(project: Project) -> None:
    clinic = "name: Hill Clinic\nphone: '01632 960999'\ncountry: Wales\nurgent_help: {emergency: '999', advice: '111', mental_health: '111, press 2', listening: Samaritans}\n"
    root = project({"docs/clinics/hill.yml": clinic})
    site = built(root, clinics=("hill",)).site
    assert site
    html = sheet(site, "handouts/clinics/hill/touch.pdf")
    assert "Hill Clinic" in html
    assert "01632 960999" in html
    assert "111, press 2" in html
    assert "Small Clinic" not in html
    assert "Hill Clinic" not in sheet(site, "handouts/touch.pdf")


def test_what_a_clinic_does_not_say_leaves_no_gap(project: Project) -> None:
    bare = "name: Small Clinic\ncountry: England\nurgent_help: {emergency: '999', advice: '111', mental_health: '111', listening: Samaritans}\n"
    local = [["local: [team]", "local: [team, programme, referral, medicines, contact, urgent-help]"]]
    site = compose(project, {"docs/clinics/sample.yml": bare, "docs/messages/pain/alarm.md": local})
    for text in (page(site, "patients/pain.md"), page(site, "referrers/pain.md"), sheet(site, "handouts/touch.pdf")):
        assert "None" not in text
        assert "{{" not in text
        assert "Ask the programme who is in its team" in text
        assert "Phone" not in text


def test_the_banner_goes_with_an_approval_and_comes_back_with_a_later_review(project: Project) -> None:
    approved = [["country: England", "country: England\napproved_by: Dr A\napproved_on: 2026-03-01"]]
    site = compose(project, {"docs/clinics/sample.yml": approved})
    assert all(BANNER not in found.markdown for found in site.pages)
    assert all(BANNER not in found.html for found in site.prints)
    assert "Approved by Dr A, 1 March 2026" in sheet(site, "handouts/touch.pdf")


@pytest.mark.parametrize(("uri", "shown"), [("handouts/touch.pdf", True), ("handouts/doctors.pdf", False)])
def test_a_message_reviewed_after_the_approval_brings_the_banner_back_on_what_carries_it(project: Project, uri: str, shown: bool) -> None:
    approved = [["country: England", "country: England\napproved_by: Dr A\napproved_on: 2026-03-01"]]
    later = [["reviewed: 2026-02-10", "reviewed: 2026-03-02"]]
    site = compose(project, {"docs/clinics/sample.yml": approved, "docs/messages/pain/alarm.md": later})
    assert (BANNER in sheet(site, uri)) == shown
    assert BANNER in page(site, "patients/pain.md")
    assert BANNER not in page(site, "patients/safety.md")


def test_an_overdue_review_marks_all_that_carries_the_message_and_stops_only_a_strict_build(project: Project) -> None:
    root = project()
    late = datetime.date(2028, 2, 11)  # two years and a day after the alarm was reviewed; real-pain is late as well
    site = built(root, late).site
    assert site
    assert "was due for review on 10 February 2028" in page(site, "patients/pain.md")
    assert "due for review on 10 February 2028" in sheet(site, "handouts/touch.pdf")
    assert built(root, late, strict=True).site is None
    on_time = built(root, datetime.date(2028, 1, 10), strict=True).site
    assert on_time
    assert "due for review" not in page(on_time, "patients/pain.md")


def test_content_is_data(project: Project) -> None:
    """What looks like a template or an attribute stays what the author typed."""
    odd = "A {{ 7*7 }} jar {% raw %} is here {: onclick=x }"
    site = compose(
        project, {"docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", odd], ["title: An alarm", 'title: "A *starred* [odd] alarm & {{ 1 }}"']]}
    )
    assert r"A \{\{ 7*7 \}\} jar \{% raw %\} is here \{: onclick=x \}" in page(site, "patients/pain.md")
    assert "A &#42;starred&#42; &#91;odd&#93; alarm &#38; &#123;&#123; 1 &#125;&#125;" in page(site, "patients/pain.md")
    assert "A {{ 7*7 }} jar {% raw %} is here {: onclick=x }" in sheet(site, "handouts/touch.pdf")
    assert "A *starred* [odd] alarm &amp; {{ 1 }}" in sheet(site, "handouts/touch.pdf")


def test_sources_are_numbered_in_the_order_of_their_use(project: Project) -> None:
    more = "red-2019:\n  status: checked\n  type: report\n  short: Red 2019\n  author: [Red C]\n  title: Keys\n  finding: Keys get lost.\n\ngreen-2020:"
    site = compose(project, {"docs/sources.yml": [["green-2020:", more]], "docs/messages/pain/late.md": [["[green-2020]", "[red-2019, green-2020]"]]})
    html = sheet(site, "handouts/doctors.pdf")
    assert html.index("Doors and hinges") < html.index("Keys")
    assert "[2, 1]" in html


def test_a_short_page_for_patients_does_not_fold(project: Project) -> None:
    assert "Read more" not in page(compose(project), "patients/pain.md")


def test_a_page_of_over_600_words_folds(project: Project) -> None:
    long = " ".join(["The body has an alarm."] * 130)
    folded = page(compose(project, {"docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", long]]}), "patients/pain.md")
    assert folded.count("<summary>Read more") == 2
    assert folded.index("<summary>Read more") < folded.index("Tell a friend.") < folded.index("</details>")


def test_the_front_door_of_patients_lists_every_worry_and_leads_to_its_answer(project: Project) -> None:
    door = page(compose(project), "patients/index.md")
    assert "[Is it all in my head?](../patients/pain.md#real-pain)" in door
    assert "[Why does a light touch hurt?](../patients/pain.md#alarm)" in door
