"""Finished sheets -> a pack: behind its contents, numbered right through, with one tag tree, one outline and one form. It knows pikepdf, as `finish` does.

A sheet stays as it is on paper. What the contents have said already and many sheets repeat (whose they are, how to reach them), screen readers pass over.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from generator.paper import finish

CONTENT = re.compile(rb"^/\S+\s<</MCID (\d+)>>\sBDC$(.*?)^EMC$", re.MULTILINE | re.DOTALL)
GLYPHS = re.compile(rb"<([0-9A-Fa-f]+)>")  # the letters of all our fonts keep their numbers, whatever else is left out of a font

Said = tuple[bytes, ...]
Sheets = Sequence[tuple[str, bytes]]  # the key of each sheet, and its PDF


def turned(pdf: bytes) -> list[bool]:
    """The sides of a PDF: whether each lies across."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [page.MediaBox[2] > page.MediaBox[3] for page in document.pages]


def join(front: bytes, sheets: Sheets) -> bytes:
    """The pack: the same bytes for the same input.

    `front` is the finished PDF of its contents, whose links lead to `KEY` of each sheet, and behind them of one side for each side of the sheets, with
    nothing on it but its number.
    """
    with pikepdf.open(io.BytesIO(front)) as pack, ExitStack() as opened:
        parts = [(key, opened.enter_context(pikepdf.open(io.BytesIO(pdf)))) for key, pdf in sheets]
        contents = len(pack.pages) - sum(len(part.pages) for _, part in parts)
        numbers = [page.as_form_xobject() for page in list(pack.pages)[contents:]]
        del pack.pages[contents:]
        tags = _Tags(pack)
        running = _running(pack, [part for _, part in parts])
        outline: list[Any] = list(_items(pack))
        fields: list[Any] = []
        places: dict[str, Any] = {}
        for key, part in parts:
            for paragraph, said in _paragraphs(part):
                if said in running:
                    _pass_over(part, paragraph)
            _lead_by_place(part)
            first = len(pack.pages)
            for page in part.pages:
                pack.pages.append(pikepdf.Page(pack.copy_foreign(page.obj)))  # what is copied after it, and names a page, then means this copy
            tags.take(key, pack.copy_foreign(part.Root.StructTreeRoot), list(pack.pages)[first:])
            outline += _items(pack, part)
            fields += _fields(pack, part)
            places[key] = Array([pack.pages[first].obj, Name.XYZ, 0, pack.pages[first].MediaBox[3], 0])
        tags.write()
        _write_outline(pack, outline)
        if fields:
            pack.Root.AcroForm = fields[0]
            pack.Root.AcroForm.Fields = Array([field for form in fields for field in form.Fields])
        pack.Root.Names.Dests.Names = Array([item for key in sorted(places) for item in (String(key), places[key])])
        _number(pack, contents, numbers)
        out = io.BytesIO()
        pack.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


class _Tags:
    """The tag tree of a pack. Of that of its front, what stands on a page that is left."""

    def __init__(self, pack: pikepdf.Pdf) -> None:
        self._tree = pack.Root.StructTreeRoot
        self._document = self._tree.K[0]
        pages = {page.objgen for page in pack.pages}
        self._document.K = Array([kid for kid in self._document.K if kid.Pg.objgen in pages])
        owned = set(map(int, _numbers_of(pack.pages)))
        self._owners = {number: owner for number, owner in finish.owners(pack).items() if number in owned}

    def take(self, key: str, tree: Any, pages: Sequence[pikepdf.Page]) -> None:
        """Add the tag tree of a sheet, whose pages these are now. Numbers and names in it were those of one sheet alone."""
        start = max(self._owners) + 1
        for page in pages:
            page.StructParents = int(page.StructParents) + start
            for annotation in page.get("/Annots", ()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + start
        numbers = list(tree.ParentTree.Nums)
        self._owners |= {int(number) + start: owner for number, owner in zip(numbers[::2], numbers[1::2], strict=True)}
        kids = list(tree.K[0].K)
        for kid in kids:
            kid.P = self._document
        self._document.K.extend(kids)
        for cell in _elements(kids):
            if "/ID" in cell:
                cell.ID = String(f"{key}-{cell.ID}")
            if "/A" in cell and "/Headers" in cell.A:
                cell.A.Headers = Array([String(f"{key}-{name}") for name in cell.A.Headers])

    def write(self) -> None:
        self._tree.ParentTree.Nums = Array([item for number in sorted(self._owners) for item in (number, self._owners[number])])


def _numbers_of(pages: Any) -> Iterator[int]:
    """By which numbers the tag tree knows some pages and what lies on them."""
    for page in pages:
        yield page.StructParents
        yield from (annotation.StructParent for annotation in page.get("/Annots", ()) if "/StructParent" in annotation)


def _elements(kids: Any) -> Iterator[Any]:
    """Every element of the tag tree below some of its parts, in reading order."""
    for kid in kids if isinstance(kids, Array | list) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid.get("/K", []))


def _running(pack: pikepdf.Pdf, parts: Sequence[pikepdf.Pdf]) -> set[Said]:
    """What a paragraph of the contents says, and so many others do that it is no text but a running one: on three sides, or on all of a few."""
    sides = len(pack.pages) + sum(len(part.pages) for part in parts)
    repeated = Counter(said for document in (pack, *parts) for said in dict.fromkeys(said for _, said in _paragraphs(document)))
    return {said for _, said in _paragraphs(pack) if repeated[said] >= (3 if sides >= 6 else sides)}


def _paragraphs(document: pikepdf.Pdf) -> list[tuple[Any, Said]]:
    """The paragraphs of a document, and what each says: its letters, and the words for its pictures."""
    shown = {
        (page.objgen, int(number)): tuple(GLYPHS.findall(content)) for page in document.pages for number, content in CONTENT.findall(page.Contents.read_bytes())
    }
    return [
        (
            paragraph,
            (
                *(glyphs for number in _content(paragraph) for glyphs in shown[paragraph.Pg.objgen, number]),
                *(bytes(figure.Alt) for figure in _elements(paragraph) if "/Alt" in figure),
            ),
        )
        for paragraph in _elements(document.Root.StructTreeRoot.K)
        if paragraph.S == Name.P
    ]


def _pass_over(document: pikepdf.Pdf, paragraph: Any) -> None:
    """Make a paragraph an artefact, without its links, and take it out of the tag tree."""
    page = next(page for page in document.pages if page.objgen == paragraph.Pg.objgen)
    finish.hide(document, page, set(_content(paragraph)))
    links = {kid.Obj.objgen for inside in _elements(paragraph) for kid in inside.K if isinstance(kid, Dictionary) and "/Obj" in kid}
    page.Annots = Array([annotation for annotation in page.get("/Annots", ()) if annotation.objgen not in links])
    paragraph.P.K = Array([kid for kid in paragraph.P.K if kid.objgen != paragraph.objgen])


def _content(element: Any) -> list[int]:
    """The numbers of the marked content of an element."""
    return [int(kid) for inside in _elements(element) for kid in inside.get("/K", []) if not isinstance(kid, Dictionary)]


def _lead_by_place(part: pikepdf.Pdf) -> None:
    """Links inside of a sheet lead to a place by its name, which another sheet may use too: let them lead there without."""
    names: list[Any] = list(part.Root.Names.Dests.Names) if "/Dests" in part.Root.get("/Names", Dictionary()) else []
    places = dict(zip(map(str, names[::2]), names[1::2], strict=True))
    for page in part.pages:
        for annotation in page.get("/Annots", ()):
            if isinstance(annotation.get("/Dest"), String):
                annotation.Dest = places[str(annotation.Dest)]


def _items(pack: pikepdf.Pdf, part: pikepdf.Pdf | None = None) -> Iterator[Any]:
    """The outline of a sheet, or of the contents: its items of the first level."""
    outlines = (part or pack).Root.get("/Outlines")
    item = outlines and (pack.copy_foreign(outlines) if part else outlines).get("/First")
    while item is not None:
        yield item
        item = item.get("/Next")


def _write_outline(pack: pikepdf.Pdf, items: list[Any]) -> None:
    root = pack.make_indirect(Dictionary(Type=Name.Outlines, Count=sum(1 + max(0, int(item.get("/Count", 0))) for item in items)))
    for item, before, after in zip(items, [None, *items], [*items[1:], None], strict=False):
        item.Parent = root
        for name, neighbour in ((Name.Prev, before), (Name.Next, after)):
            if neighbour is not None:
                item[name] = neighbour
            elif name in item:
                del item[name]
    root.First, root.Last = items[0], items[-1]
    pack.Root.Outlines = root


def _fields(pack: pikepdf.Pdf, part: pikepdf.Pdf) -> Iterator[Any]:
    """The form of a sheet, where it has fields."""
    form = part.Root.get("/AcroForm")
    if form is not None and form.Fields:
        yield pack.copy_foreign(part.make_indirect(form))


def _number(pack: pikepdf.Pdf, contents: int, numbers: Sequence[Any]) -> None:
    """Lay its number over each side of the sheets."""
    for at, (page, number) in enumerate(zip(list(pack.pages)[contents:], numbers, strict=True)):
        name = Name(f"/Number{at}")  # all sides of a sheet share their resources
        page.add_resource(number, Name.XObject, name)
        page.contents_add(b"q", prepend=True)  # WeasyPrint turns a side upside down, and never back
        page.contents_add(f"Q q {name} Do Q".encode())
