"""What a real person's voice must keep beside its consent, which `content/quotations.py` asks for."""

from __future__ import annotations

from collections.abc import Iterator

from generator.content.assets import AUDIO, PHOTOS
from generator.content.model import Library
from generator.content.problems import Problem, did_you_mean


def voices_have_their_files(library: Library) -> Iterator[Problem]:
    """The photo and the recording of a voice stand in docs/assets."""
    files = [uri.removeprefix("assets/") for uri in library.assets]
    for voice in (message.voice for message in library.messages if message.voice):
        for name, file, kinds in (("photo", voice.photo, PHOTOS), ("audio", voice.audio, AUDIO)):
            if file and not file.endswith(kinds):
                yield Problem(voice.words.place, f'"{file}" is no {name}', f"Save it as one of these: {', '.join(kinds)}.", "voice")
            elif file and file not in files:
                yield Problem(voice.words.place, f'there is no file "{file}" in docs/assets', did_you_mean(file, files, f"Put the {name} there."), "voice")
