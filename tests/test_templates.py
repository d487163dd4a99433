"""The templates as a set: none is orphaned, components stand alone, every mail has its three files."""

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Template

ROOT: Path = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
# crispy-bootstrap5, allauth and Django ask for these by name
CALLED_BY_LIBRARIES = ("bootstrap5/", "account/", "allauth/")
CALLED_BY_DJANGO: set[str] = set()


def _sources() -> str:
    parts = [path.read_text() for path in TEMPLATES.rglob("*") if path.is_file()]
    for app in ("portal", "declarations", "approvals"):
        parts += [path.read_text() for path in (ROOT / app).rglob("*.py")]
    return "\n".join(parts)


def test_every_template_is_used() -> None:
    sources = _sources()
    names = [path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")]
    orphans = [
        name
        for name in names
        if not name.startswith((*CALLED_BY_LIBRARIES, "emails/"))
        and name not in CALLED_BY_DJANGO
        and f'"{name}"' not in sources
        and f"'{name}'" not in sources
    ]
    assert orphans == []


def test_components_see_only_what_they_are_given() -> None:
    loose = []
    for path in TEMPLATES.rglob("*.html"):
        for tag in re.findall(r'{%\s*include\s+"components/[^%]*%}', path.read_text()):
            if not re.search(r"\sonly\s*%}$", tag):
                loose.append(f"{path.relative_to(TEMPLATES)}: {tag}")
    assert loose == []


def test_every_mail_has_subject_text_and_html() -> None:
    mails = [path for path in (TEMPLATES / "emails").iterdir() if path.is_dir()]
    assert mails
    incomplete = {
        path.name: sorted(missing)
        for path in mails
        if (missing := {"subject.txt", "body.txt", "body.html"} - {file.name for file in path.iterdir()})
    }
    assert incomplete == {}


def test_no_page_carries_inline_style_or_script() -> None:
    guilty = [
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if path.relative_to(TEMPLATES).parts[0] != "emails"
        and re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", path.read_text())
    ]
    assert guilty == []


def test_every_form_with_fields_is_checked_by_the_server_only() -> None:
    guilty = []
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for tag, body in re.findall(r"(<form\b.*?>)\n(.*?)</form>", text, re.S):
            fields = re.search(r"crispy|form-control|form-select|form-check-input", body)
            if fields and "novalidate" not in tag:
                guilty.append(f"{path.relative_to(TEMPLATES)}: {tag}")
        if re.search(r"<(?:input|select|textarea)\b[^>]*\srequired\b", text):
            guilty.append(f"{path.relative_to(TEMPLATES)}: required")
    assert guilty == []


def test_a_number_in_a_form_is_written_as_it_is_stored() -> None:
    assert Template('value="{{ key }}"').render(Context({"key": 1234567})) == 'value="1234567"'
