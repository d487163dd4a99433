"""The English catalogue: the compiled file is the one of the source, and nothing doubtful reaches a reader."""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from portal.catalogue import compiled, parse

SOURCE = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
SAMPLE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: somewhere.py
msgid "kutip \\"dua\\" dan "
"baris\\n"
msgstr "quote “two” and line\\n"

msgid "%(n)s hari"
msgid_plural "%(n)s hari"
msgstr[0] "%(n)s day"
msgstr[1] "%(n)s days"

msgctxt "kata kerja"
msgid "Tinjau"
msgstr "Review"

#, fuzzy
msgid "ragu"
msgstr "doubt"

msgid "belum"
msgstr ""

#~ msgid "lama"
#~ msgstr "old"
"""


def test_a_catalogue_is_read_by_pythons_own_gettext() -> None:
    texts = gettext.GNUTranslations(io.BytesIO(compiled(SAMPLE)))
    assert texts.gettext('kutip "dua" dan baris\n') == "quote “two” and line\n"
    assert [texts.ngettext("%(n)s hari", "%(n)s hari", n) for n in (1, 2)] == ["%(n)s day", "%(n)s days"]
    assert texts.pgettext("kata kerja", "Tinjau") == "Review"


def test_doubtful_missing_and_old_texts_stay_out() -> None:
    texts = gettext.GNUTranslations(io.BytesIO(compiled(SAMPLE)))
    assert [texts.gettext(text) for text in ("ragu", "belum", "lama")] == ["ragu", "belum", "lama"]


def test_the_compiled_catalogue_is_the_one_of_the_source() -> None:
    assert SOURCE.with_suffix(".mo").read_bytes() == compiled(SOURCE.read_text()), "run: python manage.py messages"


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        message.id
        for message in parse(SOURCE.read_text())
        if message.id and message.complete
        for text in message.texts.values()
        if sorted(_placeholders(message.id)) != sorted(_placeholders(text))
    ]
    assert wrong == []


def _placeholders(text: str) -> list[str]:
    return [part.split(")", 1)[0] for part in text.split("%(")[1:]]


BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(.*?)\{% (?:plural|endblocktranslate) %\}", re.DOTALL)


def _marked() -> Iterator[tuple[str, Path]]:
    """Yield every text that code or templates mark for translation."""
    names = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
    for path in (each for app in ("portal", "declarations", "approvals") for each in Path(app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args
            if called and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
                yield str(node.args[0].value), path  # type: ignore[attr-defined]
    for path in Path("templates").rglob("*.*"):
        text = path.read_text()
        yield from ((found.replace("%", "%%"), path) for found in re.findall(r'\{% translate "([^"]+)"', text))
        yield from ((found, path) for found in re.findall(r'_\("([^"]+)"\)', text))
        for block in re.findall(
            r"\{% blocktranslate[^%]*%\}(.*?)\{% (?:plural|endblocktranslate) %\}", text, re.DOTALL
        ):
            yield re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block.replace("%", "%%")), path


def test_every_text_has_its_english() -> None:
    english = {message.id for message in parse(SOURCE.read_text()) if message.id and message.complete}
    marked = list(_marked())
    assert len(marked) > 3000
    missing = {f"{path}: {text}" for text, path in marked if text and text not in english}
    assert missing == set(), "run: python manage.py messages, and translate what it names"


def test_texts_are_marked_by_names_that_the_extraction_knows() -> None:
    """An alias of one's own hides a text from the catalogue, and nobody notices that its English is missing."""
    alias = re.compile(r"import n?gettext\w* as (?!_$)\w+", re.M)
    code = [each for app in ("portal", "declarations", "approvals") for each in Path(app).rglob("*.py")]
    assert [str(each) for each in code if alias.search(each.read_text())] == []
    assert alias.search("from django.utils.translation import gettext_lazy as _lazy")
