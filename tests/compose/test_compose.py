"""Pages and sheets are composed of messages: the right wording, the right numbers, the state of the review."""

from __future__ import annotations

import datetime
import json
import xml.etree.ElementTree
from collections.abc import Mapping
from typing import Any

import pytest
from mkdocs.utils.meta import get_data

from generator.compose.search import urgent_phrases
from generator.compose.site import Site
from generator.content.model import Audience
from tests.conftest import TODAY, Project, built, rewrite

BANNER = "Sample content. Not clinically approved. Not for patient use."


def compose(project: Project, changes: Mapping[str, Any] | None = None, today: datetime.date = TODAY) -> Site:
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
    assert '- **For patients**{ aria-current="true" }\n- [For professionals](../referrers/pain.md)' in patients
    assert "- [For patients](../patients/pain.md)\n- **For professionals**" in referrers


def test_professionals_read_a_title_of_their_own_wherever_they_meet_a_message(project: Project) -> None:
    theirs = "Believing and explaining long-term pain"
    site = compose(project, {"docs/messages/pain/real-pain.md": [["title: Pain is real", f"title: Pain is real\ntitle_for_referrers: {theirs}"]]})
    assert f"## {theirs} {{ #real-pain }}" in page(site, "referrers/pain.md")
    assert f"- [{theirs}](../referrers/pain.md#real-pain)" in page(site, "referrers/index.md")
    for text in (page(site, "referrers/pain.md"), page(site, "handouts/doctors.md"), sheet(site, "handouts/doctors.pdf")):
        assert theirs in text
        assert "Pain is real" not in text
    data = {uri: json.loads(site.files[uri].partition("] = ")[2].removesuffix(";\n")) for uri in ("search/patients.js", "search/referrers.js")}
    found = next(entry for entry in data["search/referrers.js"] if entry["kind"] == "message" and entry["title"] == theirs)
    assert "Pain is real" in found["say"], "and find it by the other title too"
    assert theirs in next(entry for entry in data["search/referrers.js"] if entry["title"] == "For doctors")["heads"]
    for made in site.pages:
        if made.audience is not Audience.REFERRERS:
            assert theirs not in made.markdown
    assert "Pain is real" in page(site, "patients/pain.md")
    assert theirs not in json.dumps(data["search/patients.js"])


def test_a_title_for_professionals_on_a_page_for_patients_is_refused(project: Project) -> None:
    root = project(
        {
            "docs/messages/pain/real-pain.md": [["title: Pain is real", "title: Pain is real\ntitle_for_referrers: Believing and explaining long-term pain"]],
            "templates/pages/topic-patients.md.j2": [["{{ entry.title }}", "{{ entry.message.title_for_referrers or entry.title }}"]],
        }
    )
    assert {(problem.place.path, problem.rule) for problem in built(root).problems} == {("docs/messages/pain/real-pain.md", "audience")}


def test_the_site_has_every_page_of_the_contract(project: Project) -> None:
    site = compose(project)
    assert {found.uri for found in site.pages} == {
        "index.md", "patients/index.md", "referrers/index.md", "patients/pain.md", "referrers/pain.md", "patients/safety.md", "referrers/safety.md",
        "handouts/index.md", "handouts/real.md", "handouts/touch.md", "handouts/doctors.md", "sources.md", "search.md", "glossary.md",
        "changes.md", "offline.md", "overdue.md", "sheet.md", "referrers/build-a-sheet.md", "about.md", "referrers/register.md", "handouts/packs/both.md",
    }  # fmt: skip
    assert {found.uri for found in site.prints} == {
        "handouts/real.pdf",
        "handouts/real-large-print.pdf",
        "handouts/touch.pdf",
        "handouts/doctors.pdf",
        "handouts/packs/both.pdf",
    }
    assert {name for name in site.files if not name.startswith("assets/")} == {
        "sheet/pieces.js", "search/words.js", "search/patients.js", "search/referrers.js", "register.json", "changes.xml", "robots.txt",
    }  # fmt: skip


def test_links_lead_where_the_reader_is(project: Project) -> None:
    site = compose(project)
    assert '<a href="#alarm">the alarm</a>' in page(site, "patients/pain.md")
    assert '<a href="../../patients/pain/#alarm">the alarm</a>' in page(site, "handouts/real.md")
    assert "See the alarm" in sheet(site, "handouts/real.pdf"), "without a site address, only the words stay on paper"


def test_a_clinic_of_its_own_gets_sheets_with_its_own_contact(project: Project) -> None:
    clinic = "name: Hill Clinic\nphone: '0131 496 0999'\ncountry: Wales\nurgent_help: {emergency: '999', advice: '111', mental_health: '111, press 2', listening: 'Samaritans, 116 123'}\n"
    root = project({"docs/clinics/hill.yml": clinic})
    site = built(root, clinics=("hill",)).site
    assert site
    html = sheet(site, "handouts/clinics/hill/touch.pdf")
    assert "Hill Clinic" in html
    assert "0131 496 0999" in html
    assert "111, press 2" in html
    assert "Small Clinic" not in html
    assert "Hill Clinic" not in sheet(site, "handouts/touch.pdf")


def test_what_a_clinic_does_not_say_leaves_no_gap(project: Project) -> None:
    bare = "name: Small Clinic\ncountry: England\nurgent_help: {emergency: '999', advice: '111', mental_health: '111', listening: 'Samaritans, 116 123'}\n"
    local = [["local: [team]", "local: [team, programme, referral, medicines, contact, urgent-help]"]]
    site = compose(project, {"docs/clinics/sample.yml": bare, "docs/messages/pain/alarm.md": local})
    for text in (page(site, "patients/pain.md"), page(site, "referrers/pain.md"), sheet(site, "handouts/touch.pdf")):
        assert "None" not in text
        assert "{{" not in text
        assert "Ask the programme who is in its team" in text
        assert "Phone" not in text


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [("0113 496 0001", "01134960001"), ("(0113) 496 0001", "01134960001"), ("+44 (0)113 496 0001", "+441134960001"), ("+44 113 496 0001", "+441134960001")],
)
def test_a_phone_rings_every_number_at_a_touch(project: Project, phone: str, dialled: str) -> None:
    changes = {"docs/clinics/sample.yml": [["0113 496 0001", phone]], "docs/messages/pain/alarm.md": [["local: [team]", "local: [contact]"]]}
    text = page(compose(project, changes), "patients/pain.md")
    for number, shown in ((dialled, phone), ("999", "999"), ("111", "111"), ("116123", "116 123")):
        assert f'<a href="tel:{number}">{shown}</a>' in text
    assert text.count("tel:") == text.count('<a href="tel:')


def test_who_cannot_go_on_finds_the_numbers_before_the_words(project: Project) -> None:
    text = page(compose(project, {}), "patients/safety.md")
    message = text[text.index("{ #crisis-help }") :]
    assert message.index('href="tel:116123"') < message.index("You deserve help")


def test_the_banner_goes_with_an_approval_and_comes_back_with_a_later_review(project: Project) -> None:
    approved = [["country: England", "country: England\napproved_by: Dr A\napproved_on: 2026-11-29"]]
    site = compose(project, {"docs/clinics/sample.yml": approved})
    assert all(BANNER not in found.markdown for found in site.pages)
    assert all(BANNER not in found.html for found in site.prints)
    assert "Approved by Dr A, 29 November 2026" in sheet(site, "handouts/touch.pdf")


@pytest.mark.parametrize(("uri", "shown"), [("handouts/touch.pdf", True), ("handouts/doctors.pdf", False)])
def test_a_message_reviewed_after_the_approval_brings_the_banner_back_on_what_carries_it(project: Project, uri: str, shown: bool) -> None:
    approved = [["country: England", "country: England\napproved_by: Dr A\napproved_on: 2026-11-29"]]
    later = [["reviewed: 2026-02-10", "reviewed: 2026-11-30"]]
    site = compose(project, {"docs/clinics/sample.yml": approved, "docs/messages/pain/alarm.md": later}, TODAY + datetime.timedelta(days=2))
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
    as_text = "A {{ 7*7 }} jar {% raw %} is here {: onclick=x }".replace("{", "&#123;").replace("}", "&#125;")
    assert as_text in page(site, "patients/pain.md")
    assert "A &#42;starred&#42; &#91;odd&#93; alarm &#38; &#123;&#123; 1 &#125;&#125;" in page(site, "patients/pain.md")
    assert as_text in sheet(site, "handouts/touch.pdf")
    assert "A *starred* [odd] alarm &amp; {{ 1 }}" in sheet(site, "handouts/touch.pdf")


def test_sources_are_numbered_in_the_order_of_their_use(project: Project) -> None:
    more = "red-2019:\n  status: checked\n  type: report\n  short: Red 2019\n  author: [Red C]\n  title: Keys\n  finding: Keys get lost.\n\ngreen-2020:"
    site = compose(project, {"docs/sources.yml": [["green-2020:", more]], "docs/messages/pain/late.md": [["[green-2020]", "[red-2019, green-2020]"]]})
    html = sheet(site, "handouts/doctors.pdf")
    assert html.index("[1] Green 2020") < html.index("[2] Red 2019")
    assert "[2, 1]" in html


def test_a_short_page_for_patients_does_not_fold(project: Project) -> None:
    assert "Read more" not in page(compose(project), "patients/pain.md")


def test_a_page_of_many_words_folds_as_little_as_it_can(project: Project) -> None:
    """The words of a message fold first; one small thing to try stays in sight while there is room."""
    long = " ".join(["The body has an alarm."] * 130)
    folded = page(compose(project, {"docs/messages/pain/alarm.md": [["A marmalade jar can set it off.", long]]}), "patients/pain.md")
    assert folded.count("<summary>Read more") == 3
    assert folded.index("Tell a friend.") < folded.index("<summary>Read more") < folded.index("The body has an alarm.") < folded.rindex("</details>")


def test_a_page_that_is_still_too_long_folds_what_to_try_as_well(project: Project) -> None:
    crowded = [["A marmalade jar can set it off.", f"A marmalade jar can set it off.\n\n## Try this\n\n{' '.join(['Phone a friend.'] * 210)}"]]
    packed = page(compose(project, {"docs/messages/pain/alarm.md": crowded}), "patients/pain.md")
    assert packed.index("<summary>Read more") < packed.index("Phone a friend. Phone a friend.") < packed.rindex("</details>")


def test_the_path_leads_from_topic_to_topic_and_never_to_urgent_help(project: Project) -> None:
    """Urgent help is no step on a path: it is one step away from everywhere."""
    other = {
        "docs/messages/late/index.md": "---\ntitle: Later\norder: 9\nmessages: [idea]\n---\n\n## For patients\n\nA lead.\n\n## For referrers\n\nA lead.\n",
        "docs/messages/late/idea.md": "---\ntitle: An idea\nsources: [green-2020]\nreviewed: 2026-02-10\nreviewer: A\nonly: patients\n---\n\n## In short\n\nIn short.\n\n## For patients\n\nAn idea.\n",
    }
    site = compose(project, other)
    assert '[<span class="way">Next</span> Later](../patients/late.md){ .next }' in page(site, "patients/pain.md")
    assert '[<span class="way">Before this</span> Pain](../patients/pain.md){ .previous }' in page(site, "patients/late.md")
    assert "[Later](patients/late.md){ .topic }" in page(site, "index.md")
    assert "What next" not in page(site, "patients/safety.md")
    assert not any("patients/safety.md){ ." in found.markdown for found in site.pages)
    assert all(found.uri != "referrers/late.md" for found in site.pages)


def test_reviews_are_told_newest_first_as_a_page_and_as_a_feed(project: Project) -> None:
    newer = {"docs/messages/pain/alarm.md": [["reviewed: 2026-02-10", "reviewed: 2026-10-01"]]}
    root = project(newer)
    site, later = built(root).site, built(root, TODAY + datetime.timedelta(days=9)).site
    assert site
    assert later
    told = page(site, "changes.md")
    assert told.index("## 1 October 2026") < told.index("An alarm") < told.index("## 10 February 2026") < told.index("real")
    feed = xml.etree.ElementTree.fromstring(site.files["changes.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == 7
    assert entries[0].findtext(f"{atom}title") == "An alarm"
    assert entries[0].findtext(f"{atom}updated") == "2026-10-01T00:00:00Z"
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)
    assert site.files["changes.xml"] == later.files["changes.xml"], "the day of the build is no change"


def test_each_cell_of_a_table_is_named_by_the_head_of_its_column(project: Project) -> None:
    """On a phone cells stand one below the other; content stays content."""
    table = '| Who | *What* & "how" |\n|---|---|\n| A {: x } | 12 |\n| B | 1,066 |'
    changes = {"docs/messages/pain/late.md": [["## For referrers\n", f"## For referrers\n\n{table}\n\nAfter it.\n"]]}
    told = page(compose(project, changes), "referrers/pain.md")
    assert '<th scope="col"><em>What</em> &amp; “how”</th>' in told
    for name, value in (("A &#123;: x &#125;", "12"), ("B", "1,066")):
        assert f'<td>{name}</td>\n<td data-label="What &amp; “how”">{value}</td>' in told


def test_a_title_of_several_lines_stands_on_one(project: Project) -> None:
    told = page(compose(project, {"docs/messages/pain/alarm.md": [["title: An alarm", 'title: "An alarm\\n| a | b |\\n|---|---|"']]}), "patients/pain.md")
    assert "## An alarm &#124; a &#124; b &#124; &#124;---&#124;---&#124; { #alarm }" in told


def test_a_sample_is_not_for_search_engines(project: Project) -> None:
    approved = [["country: England", "country: England\napproved_by: Dr A\napproved_on: 2026-11-29"]]
    root = project()
    sample = built(root).site
    assert sample
    assert all("robots: noindex" in found.markdown for found in sample.pages)
    assert "Disallow: /*.pdf$" in sample.files["robots.txt"]
    rewrite(root / "docs/clinics/sample.yml", approved)
    site = built(root).site
    assert site
    assert [found.uri for found in site.pages if "robots: noindex" in found.markdown] == ["offline.md", "overdue.md", "sheet.md"], "no pages to arrive at"
    assert "Disallow" not in site.files["robots.txt"]


def test_the_front_door_of_patients_lists_every_worry_and_leads_to_its_answer(project: Project) -> None:
    door = page(compose(project), "patients/index.md")
    assert "[Is it all in my head?](../patients/pain.md#real-pain)" in door
    assert "[Why does a light touch hurt?](../patients/pain.md#alarm)" in door


def test_the_clinics_own_helplines_and_emergency_number_are_urgent_to_type(project: Project) -> None:
    """Whatever the country; a number that a clinic has for advice too says nothing, and is left out."""
    library = built(project(), sheets=False).library
    clinics = {clinic.key: clinic for clinic in library.clinics}
    assert library.urgent
    crisis = library.urgent.helps[0]
    typed = {key: set(urgent_phrases(crisis, [clinic])) - set(crisis.phrases) for key, clinic in clinics.items()}
    assert typed["abroad"] == {"call 112", "call 999", "pieta", "1800 247 247", "1800247247"}
    assert typed["sample"] == {"call 999", "samaritans", "116 123", "116123"}, "111 is for advice here"
    assert typed["approved"] == {"call 999", "111", "samaritans", "116 123", "116123"}


def test_what_stands_at_the_head_of_a_page_is_read_back_as_it_was(project: Project) -> None:
    """An engine whose YAML finds a fault there takes the page without all of it, `noindex` included."""
    title = "An alarm 🔔: \"quoted\" & 'so' \\ {{ 1 }} <!-- é \u00ad"
    site = compose(
        project,
        {"docs/messages/pain/index.md": [["title: Pain", f"title: {json.dumps(title, ensure_ascii=False)}"]], "docs/about.md": [["title: About", "title: 🙂"]]},
    )
    for uri, expected in (("patients/pain.md", title), ("about.md", "🙂")):
        _, head = get_data(page(site, uri))  # as the engine does
        assert head["title"] == expected
        assert head["robots"] == "noindex"


def test_a_message_for_professionals_only_goes_by_its_topic_where_everybody_reads(project: Project) -> None:
    title = "A name that only professionals may read"
    site = compose(project, {"docs/messages/pain/late.md": [["title: Not yet", f"title: {title}"]]})
    for uri in ("sources.md", "changes.md"):
        assert "[For professionals: Pain](referrers/pain.md)" in page(site, uri)
    assert "<title>For professionals: Pain</title>" in site.files["changes.xml"]
    shown = {uri for uri, text in [*((found.uri, found.markdown) for found in site.pages), *site.files.items()] if title in text}
    assert shown == {"referrers/index.md", "referrers/pain.md", "referrers/register.md", "handouts/doctors.md", "search/referrers.js"}


def test_a_topic_for_professionals_only_has_one_page_one_lead_and_no_way_for_patients(project: Project) -> None:
    message = (
        "---\ntitle: In short\nonly: referrers\nsources: [green-2020]\nreviewed: 2026-02-10\nreviewer: A. Tester\n---\n\n## For referrers\n\nExamine first.\n"
    )
    lead = "---\ntitle: Hard moments\norder: 1\n---\n\n## For referrers\n\nWords for them.\n"
    site = compose(project, {"docs/messages/hard/one.md": message, "docs/messages/hard/index.md": lead})
    assert "patients/hard.md" not in {found.uri for found in site.pages}
    assert "patients/hard" not in json.dumps(site.nav)
    own = page(site, "referrers/hard.md")
    assert "Words for them." in own
    assert 'class="voices"' not in own, "there is no other wording to go to"
    assert "[Hard moments](../referrers/hard.md)" in page(site, "referrers/index.md")
    known = [
        *(text for uri, text in site.files.items() if uri not in site.referrer_files),
        *(found.markdown for found in site.pages if found.audience == "patients"),
    ]
    assert not [text for text in known if "patients/hard" in text or "Words for them" in text]


def test_a_title_for_professionals_on_a_page_for_everybody_is_a_problem(project: Project) -> None:
    changes = {
        "docs/messages/pain/late.md": [["title: Not yet", "title: A name that only professionals may read"]],
        "templates/pages/sources.md.j2": [["{{ urgent_help }}", "{{ library.message('pain/late').title }}\n\n{{ urgent_help }}"]],
    }
    assert [(str(problem.place), problem.rule) for problem in built(project(changes)).problems] == [("docs/messages/pain/late.md:1", "audience")]
