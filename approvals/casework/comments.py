"""Remarks of officers at single answers: internal ones, and ones that a request to mend takes along."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from approvals.casework.models import AnswerComment
from approvals.models import Via
from approvals.policies import check_reviewer
from approvals.workflow import lock
from declarations.models import Declaration
from declarations.presentation import Row, label_of, sections
from declarations.questions import BY_CODE, PAGES, PARTS
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

LENGTH = 300
NOTE_LENGTH = 500
_PART = {
    question.code: page if page in PARTS else "komersial"
    for page, questions in PAGES.items()
    for question in questions
    if page != "pernyataan"
}
_PART["B2"] = "kanal"


def remarkable(code: str) -> bool:
    """Tell whether an answer may be remarked on: every one that can be asked to be mended."""
    return code in _PART


def row_of(declaration: Declaration, code: str, item: str) -> Row | None:
    """Return the answer of the newest version that a remark is about, None when there is none."""
    snapshot = declaration.snapshot
    if snapshot is None or not remarkable(code):
        return None
    rows = [row for section in sections(snapshot.content, None, audience="reviewer") for row in section.rows]
    return next((row for row in rows if row.code == code and str(row.item or "") == item), None)


@transaction.atomic
def write(declaration: Declaration, row: Row, text: str, *, visible: bool, by: Employee) -> AnswerComment:
    """Keep a remark; the author and the moment stand with it."""
    declaration = lock(declaration)
    check_reviewer(declaration, by)
    if not text:
        raise Refused(_("Tulis komentar Anda"), status=422)
    if len(text) > LENGTH:
        raise Refused(_("Komentar paling banyak %d karakter") % LENGTH, status=422)
    comment, created = AnswerComment.objects.get_or_create(
        declaration=declaration,
        version=declaration.version,
        code=row.code,
        channel=row.channel,
        text=text,
        visible=visible,
        author=by,
    )
    if created:  # the same button pressed twice writes once
        record("comment_written", declaration, by=by, via=Via.DASHBOARD, comment=comment.pk, code=row.code)
    return comment


def by_answer(declaration: Declaration) -> dict[tuple[str, str], list[AnswerComment]]:
    """Return all remarks of a case by question code and channel."""
    found: dict[tuple[str, str], list[AnswerComment]] = defaultdict(list)
    prefetch_related_objects([declaration], Prefetch("comments", AnswerComment.objects.select_related("author")))
    for comment in declaration.comments.all():
        found[comment.code, comment.channel].append(comment)
    return found


def carried(declaration: Declaration) -> dict[str, Any]:
    """Return the first values of the form for 'Minta perbaikan' from the visible remarks on the newest version."""
    notes: dict[str, list[str]] = defaultdict(list)
    for comment in declaration.comments.all():  # the page has read them
        if comment.version != declaration.version or not comment.visible:
            continue
        about = " – ".join(filter(None, (label_of(comment.code) if comment.code in BY_CODE else "", comment.channel)))
        notes[_PART[comment.code]].append(f"{about}: {comment.text}" if about else comment.text)
    if not notes:
        return {}
    return {"bagian": list(notes), **{f"catatan_{part}": "\n".join(lines) for part, lines in notes.items()}}


def waiting(declaration: Declaration) -> int:
    """Return how many remarks for the declarant only a request to mend would take along."""
    return declaration.comments.filter(version=declaration.version, visible=True).count()
