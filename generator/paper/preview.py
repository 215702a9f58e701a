"""A finished sheet -> a picture of its first side, for its page on the site. The only room that knows PDFium."""

from __future__ import annotations

import io

WIDE = 560  # pixels: sharp at the 280 that a page shows
SHADES = 16  # few colours, few bytes


def preview(pdf: bytes) -> bytes:
    """The first side as a PNG: the same bytes for the same sheet."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        side = document[0]
        picture = side.render(scale=WIDE / side.get_width()).to_pil().quantize(SHADES)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
