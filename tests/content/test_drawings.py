"""Pictures: legible in light, dark and grey, whole, named for those who cannot see them, and one file for web and paper."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from generator.content.model import Audience, Diagram
from tests.conftest import REPO, real

pytestmark = pytest.mark.xdist_group("browser")

DIAGRAMS: dict[str, Diagram] = dict(real().library.diagrams)


def luminance(pixel: tuple[int, ...]) -> float:
    parts = [channel / 255 for channel in pixel[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(picture: Image.Image) -> float:
    """Between the darkest and the lightest point."""
    shades = [luminance(pixel) for _, pixel in picture.convert("RGB").getcolors(picture.width * picture.height) or () if isinstance(pixel, tuple)]
    return (max(shades) + 0.05) / (min(shades) + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_whole_and_its_words_stand_out(browser: Browser, scheme: Literal["light", "dark"]) -> None:
    """On the page, and copied in grey."""
    styles = (REPO / "templates/theme/assets/styles/site.css").as_uri()
    context = browser.new_context(viewport={"width": 328, "height": 400}, device_scale_factor=3, color_scheme=scheme)
    page = context.new_page()
    file = REPO / "docs/assets" / f".test-{scheme}.html"  # beside the fonts, which a page of nowhere may not load
    try:
        for name, diagram in DIAGRAMS.items():
            drawn = f'<link rel="stylesheet" href="{styles}"><body><figure class="diagram" style="margin:0">{diagram.svg}</figure>'
            file.write_text(f"<!doctype html><html>{drawn}</html>", encoding="utf-8")
            page.goto(file.as_uri())
            page.wait_for_function("document.fonts.status === 'loaded'")
            is_whole(page, name)
    finally:
        file.unlink()
        context.close()


def is_whole(page: Page, name: str) -> None:
    labels = DIAGRAMS[name].labels
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg text')].map(text => { const b = text.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })"
    )
    frame = page.evaluate("(() => { const b = document.querySelector('svg').getBoundingClientRect(); return [b.width, b.height]; })()")
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    assert len(boxes) == len(labels) >= 3, name
    for label, (x, y, width, height) in zip(labels, boxes, strict=True):
        assert x >= 2 and y >= 0 and x + width <= frame[0] - 2 and y + height <= frame[1], f"{name}: {label!r} is cut off"  # noqa: PT018
        word = shot.crop((round(x * 3), round(y * 3), round((x + width) * 3), round((y + height) * 3)))
        assert min(contrast(word), contrast(word.convert("L"))) >= 4.5, (name, label)
    for index, (x, y, width, height) in enumerate(boxes):
        for other, (left, top, wide, high) in enumerate(boxes[:index]):
            apart = x + width <= left or left + wide <= x or y + height * 0.8 <= top or top + high * 0.8 <= y
            assert apart, f"{name}: {labels[index]!r} lies on {labels[other]!r}"


def test_every_picture_is_named_and_described() -> None:
    assert len(DIAGRAMS) >= 8
    for diagram in DIAGRAMS.values():
        assert 2 <= len(diagram.title.split()) <= 10
        assert len(diagram.description.split()) >= 12
        assert diagram.title not in diagram.description
        words = f"{diagram.title} {diagram.description}".lower()
        assert sum(word in words for label in diagram.labels for word in re.findall(r"[a-z]{4,}", label.lower())) >= 3, "it tells what the labels say"


def test_web_and_paper_use_the_same_file(real_site: Path) -> None:
    site = real().site
    assert site
    pages = "\n".join(page.markdown for page in site.pages)
    sheets = "\n".join(sheet.html for sheet in site.prints)
    on_paper = set()
    for name, diagram in DIAGRAMS.items():
        drawn = re.findall(r' d="([^"]+)"', (REPO / "docs/assets/diagrams" / f"{name}.svg").read_text(encoding="utf-8"))
        assert drawn
        assert diagram.svg in pages, f"no page shows {name}"
        assert all(path in diagram.svg for path in drawn)
        if f'src="asset:diagrams/{name}.svg" alt="{diagram.title}' in sheets:
            on_paper.add(name)
    skills = "".join(message.explanations[Audience.PATIENTS].markdown for message in real().library.messages if message.is_practice)
    only_on_the_web = {*re.findall(r"\(diagram:([a-z-]+)\)", skills), "sleep-and-pain"}
    assert on_paper == DIAGRAMS.keys() - only_on_the_web, "each is on a sheet too, but for the background of skills, and of sleep, which is brief on paper"
    built_page = (real_site / "patients/pain-mechanisms/index.html").read_text(encoding="utf-8")
    assert 'role="img" aria-label="' in built_page
    assert built_page.count("<svg") >= 3, "the mark and two pictures came whole through the engine"
