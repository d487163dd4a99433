"""Open and close pieces of office work; opening what is open already changes nothing."""

from django.db.models import QuerySet

from approvals.models import Audience, WorkItem, WorkKind
from declarations.models import Declaration
from portal import clock
from portal.people.models import Employee, Opd


def owe(
    kind: WorkKind,
    text: str,
    *,
    declaration: Declaration | None = None,
    opd: Opd | None = None,
    about: str = "",
    audience: Audience = Audience.REVIEWER,
) -> WorkItem:
    """Open a piece of work for an office, or return the one that is open for the same thing."""
    item, _ = WorkItem.objects.get_or_create(
        kind=kind,
        declaration=declaration,
        opd=opd,
        about=about,
        done_at=None,
        defaults={"text": text, "audience": audience, "opened_at": clock.now()},
    )
    return item


def settle(
    *kinds: WorkKind,
    declaration: Declaration | None = None,
    opd: Opd | None = None,
    about: str | None = None,
    by: Employee | None = None,
) -> int:
    """Close the open work of these kinds about this case or unit; returns how many were closed."""
    found = WorkItem.objects.filter(kind__in=kinds, declaration=declaration, opd=opd, done_at=None)
    if about is not None:
        found = found.filter(about=about)
    return found.update(done_at=clock.now(), done_by=by)


def open_work(*audiences: Audience) -> QuerySet[WorkItem]:
    """Return what these offices owe, oldest first."""
    return WorkItem.objects.filter(audience__in=audiences, done_at=None).select_related("declaration", "opd")


def settle_about(kind: WorkKind, about: str, *, by: Employee | None = None) -> int:
    """Close the open work about one thing, whatever case it was opened with; returns how many were closed."""
    return WorkItem.objects.filter(kind=kind, about=about, done_at=None).update(done_at=clock.now(), done_by=by)
