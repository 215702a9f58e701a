"""Odd content on top of the small project: a very long title, a topic with one message and one with twelve, a clinic that says as little as it may."""

LONG_TITLE = "A very long title about pain that does not end where a title should and holds Pneumonoultramicroscopicsilicovolcanoconiosisverylongindeed as well"
MESSAGE = """---
title: Idea {number}
question: Is this question number {number}?
sources: [green-2020]
reviewed: 2026-02-10
reviewer: A reader
---

## In short

Idea {number}, in short.

## For patients

Idea {number}, for you.

## For referrers

Idea {number}, said in the other way.
"""

TOPIC = """---
title: {title}
order: {order}
messages: [{names}]
---

## For patients

A lead.

## For referrers

Another lead.
"""
TWELVE = [f"idea-{number}" for number in range(1, 13)]

ODD = {
    **{f"docs/messages/twelve/{name}.md": MESSAGE.format(number=name.removeprefix("idea-")) for name in TWELVE},
    "docs/messages/twelve/index.md": TOPIC.format(title="Twelve ideas", order=7, names=", ".join(TWELVE)),
    "docs/messages/one/lone.md": MESSAGE.format(number=13).replace("sources:", "local: [team, programme, referral, medicines, contact]\nsources:"),
    "docs/messages/one/index.md": TOPIC.format(title=LONG_TITLE, order=8, names="lone"),
    "docs/clinics/sample.yml": "name: Small Clinic\ncountry: England\nurgent_help: {emergency: '999', advice: '111', mental_health: '111', listening: Samaritans 116 123}\n",
}
