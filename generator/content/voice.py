"""What a programme says of itself: its name, its kind words, and the words of its templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from generator.content import layers
from generator.content.documents import read_yaml
from generator.content.files import authored, is_there, read_text
from generator.content.model import (
    Links,
    Phrase,
    Programme,
    Wording,
    Words,
)
from generator.content.problems import Place, Problem, Report, did_you_mean
from generator.content.validation import validate
from generator.text import language


def load_programme(root: Path, links: Links, report: Report) -> Programme | None:
    """`docs/programme.yml`. No project does without it: its words stand in sentences of the templates."""
    file = root / "docs" / "programme.yml"
    if not is_there(file):
        what, cure = "the project does not say what its programme is", "Write docs/programme.yml, with condition, for_whom, team, doors and lang."
        report(Problem(Place("docs/programme.yml", 1), what, cure, "missing-file"))
        return None
    document = read_yaml(file, root, report)
    return validate(Programme, document, links, report, key="programme", place=Place(document.path, 1)) if document else None


def load_wording(root: Path, links: Links, report: Report) -> Wording:
    """`docs/wording.yml`. A project may do without it; where it cannot be read, the rules hold as they do everywhere."""
    file = root / "docs" / "wording.yml"
    document = read_yaml(file, root, report) if is_there(file) else None
    place = Place("docs/wording.yml", 1)
    found = validate(Wording, document, links, report, key="wording", place=place) if document else None
    return found or Wording(key="wording", place=place)


def load_runs(root: Path, links: Links, report: Report) -> dict[str, frozenset[str]]:
    """Hashes of every run of 8 words of a work, by its key in docs/sources.yml (`docs/runs/<key>.txt`). The text of a work is not ours to keep."""
    found = {}
    for file in authored(root / "docs" / "runs", root, (".txt",), report):
        place = Place(file.relative_to(root).as_posix(), 1)
        if file.stem in links.sources:
            found[file.stem] = frozenset((read_text(file, root, report) or "").split())
        elif f"sources/{file.stem}" not in links.broken and "sources" not in links.broken:
            cure = did_you_mean(file.stem, links.sources, "Name the file after a work that stands in docs/sources.yml.")
            report(Problem(place, f'there is no source "{file.stem}"', cure, "unknown-source"))
    return found


def load_words(root: Path, programme: Programme, links: Links, report: Report) -> Words | None:
    """The words of the programme's language. A file may build on another (`extends`), and then holds only what differs."""
    if not language.is_language(programme.lang):
        report(Problem(programme.at("lang"), f'"{programme.lang}" is not a language that is known here', "Write a tag such as en-GB.", "language"))
        return None
    files = _words_files(root, programme.lang)
    if not files:
        known = sorted({Path(name).stem for name in layers.files(root, "words", "*.yml")})
        cure = f"The languages are: {', '.join(known)}. Another needs templates/words/{programme.lang}.yml; one that is near to it may be named there by `extends`."
        report(Problem(programme.at("lang"), f'there are no words in "{programme.lang}"', cure, "language"))
        return None
    return _read_words(root, files[0], links, report)


def _words_files(root: Path, tag: str) -> list[Path]:
    return [file for folder in layers.folders(root, "words") if is_there(file := folder / f"{tag}.yml")]


def _read_words(root: Path, file: Path, links: Links, report: Report, builders: tuple[Path, ...] = ()) -> Words | None:
    """The words of one file; `builders` are those that build on it."""
    document = read_yaml(file, root, report)
    if document is None:
        return None
    base = None
    if (other := document.fields.get("extends")) is not None:
        candidates = _words_files(root, other) if isinstance(other, str) and language.is_language(other) else []
        bases = [found for found in candidates if found not in {file, *builders}]  # a project's en-GB may build on the one that came with the program
        if not bases:
            place = Place(document.path, document.line_of(("extends",)))
            report(Problem(place, f'there are no words in "{other}" to build on', "Write en-GB.", "language"))
            return None
        base = _read_words(root, bases[0], links, report, (file, *builders))
        if base is None:
            return None
    own = {}
    forms = language.plurals(file.stem) if language.is_language(file.stem) else frozenset({"other"})
    groups = document.fields.get("words")
    for group, names in groups.items() if isinstance(groups, Mapping) else ():
        for name, text in names.items() if isinstance(names, Mapping) else ():
            place = Place(document.path, document.line_of(("words", group, name)))
            phrase = Phrase(text if isinstance(text, Mapping) else {"other": text}, place)
            if not phrase.forms.keys() <= forms or "other" not in phrase.forms or not all(isinstance(form, str) and form for form in phrase.forms.values()):
                cure = f"Write one text, or one for each of: {', '.join(sorted(forms))}. `other` is always needed."
                report(Problem(place, f"`{name}` is no text that can be printed", cure, "wrong-value"))
            elif base and f"{group}.{name}" not in base.phrases:
                report(
                    Problem(
                        place,
                        f"`{name}` is not a word of the templates",
                        did_you_mean(name, (known.split(".")[1] for known in base.phrases), "Remove it."),
                        "unknown-key",
                    )
                )
            else:
                own[f"{group}.{name}"] = phrase
    rest = replace(document, fields={key: value for key, value in document.fields.items() if key not in {"words", "extends"}})
    phrases = {**(base.phrases if base else {}), **own}
    return validate(Words, rest, links, report, key=file.stem, place=Place(document.path, 1), phrases=phrases, base=base)
