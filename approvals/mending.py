"""A returned case: what was asked, which points are answered or edited, and whether the head is asked again."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.models import Outcome, PointAnswer, Stage, Step
from approvals.preview import likely_findings
from approvals.submission import endorsed_snapshot, falling_answers
from declarations.drafts import content_of
from declarations.models import Declaration, Severity, Snapshot
from declarations.presentation import differences
from declarations.questions import PAGES, PARTS
from declarations.status import Status
from portal import clock
from portal.errors import Refused

_PART_OF_PAGE = {"komersial_umum": "komersial", "pernyataan": ""}
PART_OF = {q.code: _PART_OF_PAGE.get(page, page) for page, questions in PAGES.items() for q in questions}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was asked for."""

    number: int
    part: str
    label: str
    note: str
    url: str
    answer: str
    edited: bool

    @property
    def done(self) -> bool:
        return self.edited or bool(self.answer)


def last_return(declaration: Declaration) -> Step | None:
    """Return the decision that sent the case back last."""
    found = declaration.steps.filter(outcome=Outcome.RETURNED, cancelled_at=None).select_related("snapshot")
    return found.order_by("-decided_at", "-pk").first()


def points(declaration: Declaration) -> list[Point]:
    """Return what was asked when the case came back last, each with where it stands now."""
    step = last_return(declaration)
    if step is None:
        return []
    answers = dict(PointAnswer.objects.filter(step=step).values_list("part", "text"))
    edited = _edited_parts(declaration, step.snapshot) if declaration.status == Status.RETURNED else frozenset()
    return [
        Point(
            number=number,
            part=mark["part"],
            label=mark.get("label") or str(PARTS.get(mark["part"], mark["part"])),
            note=mark.get("note", ""),
            url=_place(declaration, mark["part"]) if mark["part"] in PARTS else "",
            answer=answers.get(mark["part"], ""),
            edited=mark["part"] in edited,
        )
        for number, mark in enumerate(step.marks, start=1)
    ]


def _place(declaration: Declaration, part: str) -> str:
    """Return the page of a part; parts with one page per channel lead to their list on the check page."""
    pages = {"kanal": "channels", "batas": "limits", "waktu": "time", "kepentingan": "interest"}
    if part in pages:
        return reverse(f"declarations:{pages[part]}", args=[declaration.number])
    anchors = {"konten": "#konten", "komersial": "#kepentingan"}
    return reverse("declarations:check", args=[declaration.number]) + anchors.get(part, "")


def _edited_parts(declaration: Declaration, before: Snapshot) -> frozenset[str]:
    content, sensitive = content_of(declaration, on=clock.today())
    changed = {PART_OF.get(change.code, "kanal") for change in differences(before.content, content)}
    sealed = getattr(before, "sealed", None)
    old: dict[str, Any] = sealed.answers if sealed else {}
    changed |= {PART_OF[code] for code in {*old, *sensitive} if old.get(code) != sensitive.get(code)}
    return frozenset(changed)


def unanswered(declaration: Declaration) -> list[Point]:
    """Return the points that were neither edited nor answered."""
    return [point for point in points(declaration) if not point.done]


def check_mended(declaration: Declaration) -> None:
    """A returned case goes back only when every point was edited or answered."""
    left = unanswered(declaration) if declaration.status == Status.RETURNED else []
    if left:
        raise Refused(_("Jawab poin %d sebelum mengirim ulang") % left[0].number, status=422)


def falls(declaration: Declaration) -> list[str]:
    """Return the answers whose change sends a case returned by BKPSDM or the Inspektorat to the head once more."""
    step = last_return(declaration)
    if step is None or step.stage == Stage.HEAD:
        return []
    endorsed = endorsed_snapshot(declaration)
    if endorsed is None:
        return []
    content, sensitive = content_of(declaration, on=clock.today())
    labels = falling_answers(endorsed, content, sensitive)
    known = set(endorsed.findings.filter(severity=Severity.BLOCK).values_list("code", flat=True))
    likely = [each for each in likely_findings(declaration) if each["severity"] == Severity.BLOCK]
    return labels + [each["topic"] for each in likely if each["code"] not in known]
