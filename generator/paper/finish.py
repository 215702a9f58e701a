"""A rendered PDF -> one that meets PDF/UA-1 and prints as it should. With `joining`, the only room that knows pikepdf.

What WeasyPrint leaves out: the scope of header cells, the print flag of links, artefacts for the margins, fields that any viewer can fill in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

MARKED = re.compile(
    rb"^/\S+\s<</MCID (\d+)>>\sBDC$", re.MULTILINE
)  # where a piece of content with a number begins: on lines of its own; text is in hexadecimal
ARTEFACT = b"/Artifact <</Type /Pagination>> BDC"
SCHEMES = ("https:", "mailto:", "tel:")  # of links that lead out of a sheet


class UnfitError(Exception):
    """A PDF that cannot be handed out as it is, and why."""


class UntaggedTextError(UnfitError):
    """Text of a sheet that a screen reader would never read."""


class StrayLinkError(UnfitError):
    """A link of a sheet that leads where no reader can follow it, or should."""


def finish(pdf: bytes, margins: Sequence[Sequence[str]]) -> bytes:
    """The finished PDF: the same bytes for the same input. `margins` are the pieces of text that stand in the margins of each page.

    Raises UntaggedTextError if other text than theirs is in no tag, and StrayLinkError if a link leads elsewhere than to a place in the
    document, a page of the web, a mailbox or a telephone.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        _ready_fields(document)
        _scope_headers(document)
        _list_bodies(document)
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Link":
                _hold_link(thing)
                thing.F = int(thing.get("/F", 0)) | 4
        _margins_are_artefacts(document, margins)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
        return out.getvalue()


def _hold_link(link: Any) -> None:
    """A link out of the sheet has one of the SCHEMES: others open a program, run a script, show a file, or are ours and were left as they stood."""
    action = link.get("/A")
    if action is None or action.get("/S") == "/GoTo":
        return
    target = str(action.get("/URI", action.get("/S")))
    if not target.lower().startswith(SCHEMES):
        raise StrayLinkError(f"a link leads to {target}, and may only lead to {', '.join(SCHEMES)} or a place in the sheet")


def _scope_headers(document: Any) -> None:
    """A header cell at the head of a table is for its column, one at the beginning of a row for its row."""
    from pikepdf import Dictionary, Name

    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get("/S") == "/TH":
            thing.A.Scope = Name.Row if thing.P.P.S == "/TBody" else Name.Column


def _list_bodies(document: Any) -> None:
    """A list item is a mark and a body: WeasyPrint leaves out the body where the mark stands inside of the text, as it must to be read in order."""
    from pikepdf import Array, Dictionary, Name

    for item in [thing for thing in document.objects if isinstance(thing, Dictionary) and thing.get("/S") == "/LI"]:
        kids = list(item.K)
        marks = [kid for kid in kids if kid.S in (Name.Lbl, Name.LBody)]
        rest = [kid for kid in kids if kid.S not in (Name.Lbl, Name.LBody)]
        if rest:
            body = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, Pg=item.Pg, K=Array(rest)))
            for kid in rest:
                kid.P = body
            item.K = Array([*marks, body])


def _ready_fields(document: Any) -> None:
    """WeasyPrint's fields name a subset of our font, which lacks most letters; a viewer's own Helvetica has them all. Tab goes in reading order.

    A box to tick has no letters: its mark is drawn, and a viewer that draws its own knows how.

    The tag of a field says what the field is for, as its tooltip does.
    """
    from pikepdf import Dictionary, Name, String

    if "/AcroForm" not in document.Root or not document.Root.AcroForm.Fields:
        return
    form = document.Root.AcroForm
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    form.DR = Dictionary(Font=Dictionary(Helv=document.make_indirect(helvetica)))
    for field in (form, *form.Fields):
        if field.get("/FT") != "/Btn":
            field.DA = String("/Helv 12 Tf 0 g")
    for page in document.pages:
        page.Tabs = Name.S
    for thing in document.objects:
        if isinstance(thing, Dictionary) and thing.get("/S") == "/Form":
            thing.Alt = next(kid.Obj.TU for kid in thing.K if isinstance(kid, Dictionary) and "/Obj" in kid)


def _margins_are_artefacts(document: Any, margins: Sequence[Sequence[str]]) -> None:
    """Title and page number stand in the margin of every side, so readers skip them: they are marked as artefacts of pagination.

    Only what stands in no part of the tag tree is touched, and it must be as many pieces as the margins have: text that was lost from
    the tree by a fault would be hidden for ever.
    """
    told = set(_tagged_content(document.Root.StructTreeRoot.K, None))
    for page, texts in zip(document.pages, margins, strict=True):
        found = {number for number in map(int, MARKED.findall(page.Contents.read_bytes())) if (page.objgen, number) not in told}
        if len(found) != len(texts):
            raise UntaggedTextError(f"{len(found)} pieces of text are in no tag, and the margins have {len(texts)}")
        hide(document, page, found)


def hide(document: Any, page: Any, numbers: AbstractSet[int]) -> None:
    """Make pieces of the marked content of a page artefacts of pagination, which readers pass over."""
    content = MARKED.sub(lambda begin: ARTEFACT if int(begin[1]) in numbers else begin[0], page.Contents.read_bytes())
    page.Contents = document.make_stream(content)
    owned = owners(document)[int(page.StructParents)]
    for number in numbers:
        owned[number] = None


def owners(document: Any) -> dict[int, Any]:
    """By their numbers, the pages of a document and what lies on them: which parts of the tag tree own each."""
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))


def _tagged_content(kids: Any, page: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """The marked content that the tag tree holds below some of its parts: its page, and its number there."""
    from pikepdf import Array, Dictionary

    for kid in kids if isinstance(kids, Array) else [kids]:
        if not isinstance(kid, Dictionary):
            yield page.objgen, int(kid)
        elif "/MCID" in kid:
            yield kid.get("/Pg", page).objgen, int(kid.MCID)
        elif "/K" in kid:
            yield from _tagged_content(kid.K, kid.get("/Pg", page))
