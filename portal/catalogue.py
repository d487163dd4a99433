"""Reads a gettext .po file and writes the .mo that Django loads, without GNU gettext on the machine."""

import ast
import struct
from dataclasses import dataclass, field


@dataclass
class Message:
    """One entry of a catalogue; `texts` holds one translation per plural form."""

    id: str = ""
    plural: str = ""
    context: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        name = f"{self.context}\4{self.id}" if self.context else self.id
        return f"{name}\0{self.plural}" if self.plural else name

    @property
    def value(self) -> str:
        return "\0".join(self.texts[index] for index in sorted(self.texts))

    @property
    def complete(self) -> bool:
        """Tell whether every form is translated and nobody marked it as doubtful."""
        return not self.fuzzy and bool(self.texts) and all(self.texts.values())


def parse(source: str) -> list[Message]:
    """Return the entries of a .po file in order, the header (empty id) first; obsolete entries are left out."""
    messages: list[Message] = []
    current, name, index = Message(), "", 0
    for line in [*source.splitlines(), ""]:
        if not line.strip():
            if name:
                messages.append(current)
            current, name = Message(), ""
        elif line.startswith("#,"):
            current.fuzzy = "fuzzy" in line
        elif not line.startswith("#"):
            if not line.startswith('"'):
                word, _, line = line.partition(" ")
                name, _, number = word.partition("[")
                index = int(number.rstrip("]") or 0)
            _extend(current, name, index, ast.literal_eval(line.strip()))
    return messages


def _extend(message: Message, name: str, index: int, text: str) -> None:
    match name:
        case "msgid":
            message.id += text
        case "msgid_plural":
            message.plural += text
        case "msgctxt":
            message.context += text
        case "msgstr":
            message.texts[index] = message.texts.get(index, "") + text


def compiled(source: str) -> bytes:
    """Return the .mo file of a .po file; doubtful and missing translations stay out, so the Indonesian text shows."""
    kept = [message for message in parse(source) if message.complete or not message.id]
    pairs = sorted((message.key.encode(), message.value.encode()) for message in kept)
    count = len(pairs)
    start = 28 + 16 * count
    ids = b"".join(key + b"\0" for key, _ in pairs)
    table_of_ids, table_of_texts = b"", b""
    at_id, at_text = start, start + len(ids)
    for key, text in pairs:
        table_of_ids += struct.pack("<II", len(key), at_id)
        table_of_texts += struct.pack("<II", len(text), at_text)
        at_id += len(key) + 1
        at_text += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return header + table_of_ids + table_of_texts + ids + b"".join(text + b"\0" for _, text in pairs)
