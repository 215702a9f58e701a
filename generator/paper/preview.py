"""A finished sheet -> a picture of its first side, for its page on the site. The only room that knows PDFium."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

WIDE = 560  # pixels: sharp at the 280 that a page shows
SHADES = {"ink": 8, "accent": 5}  # from white to these colours of the style; of its others, only they themselves
FEW = 16  # colours, few bytes


def load() -> None:
    """Import what takes long, before there is anything to draw."""
    import pypdfium2  # noqa: F401


def draw(pdf: bytes, stylesheet: str) -> bytes:
    """The first side as a PNG in the colours of its style (`--name: #rrggbb`): the same bytes for the same sheet."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        side = document[0]
        picture = side.render(scale=WIDE / side.get_width()).to_pil().quantize(palette=_palette(stylesheet), dither=0)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


@cache
def _palette(stylesheet: str) -> Any:
    """Finding colours anew for each sheet would cost ten times as much as all the rest."""
    from PIL import Image

    named = {"ink": "000000", **dict(re.findall(r"--([\w-]+):\s*#([0-9a-fA-F]{6})\b", stylesheet))}
    colours = [bytes([255] * 3)]
    for name, colour in named.items():
        steps = SHADES.get(name, 1)
        colours += [bytes(round(255 - (255 - part) * step / steps) for part in bytes.fromhex(colour)) for step in range(1, steps + 1)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(b"".join(colours[:FEW]))
    return palette
