"""The rows of one page of the queue, read and written as HTML.

A page has up to fifty of them and officers open it all day. As objects and template nodes they took most of its time;
as tuples from a statement that is compiled once, and one format string, they take a fifth. What is the same for many
rows (deadline, channels, marks) is written once by a process and kept by all it depends on.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from approvals import chips
from approvals.casework import news
from approvals.dashboard import nobody_asked
from declarations.models import Declaration, chain_of, label_of
from declarations.status import Status
from portal import clock
from portal.people.models import with_titles
from portal.templatetags.ui import finding_tag, status_tag


class Line(NamedTuple):
    """What a row shows of a case."""

    pk: int
    number: str
    status: str
    with_conditions: bool
    due_on: date | None
    since: datetime
    decided_at: datetime | None
    version: int
    worst: str
    findings: int
    platforms: list[str]
    kinds: list[str]
    commercial: str
    opd__code: str | None
    opd__name: str | None
    declarant__title_prefix: str
    declarant__name: str
    declarant__title_suffix: str
    reviewer__title_prefix: str | None
    reviewer__name: str | None
    reviewer__title_suffix: str | None
    no_approver: bool
    answered: bool
    added: bool
    proof_waits: bool

    @property
    def audit_chain(self) -> str:
        return chain_of(self.pk)


_KEYS = "keys of the page"


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the SQL that reads lines; of its parameters only `_KEYS` differs from page to page."""
    page = Declaration.objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [_KEYS]))
    vacant = Q(status=Status.AWAITING_HEAD) & Q(nobody_asked())  # only such rows are looked up
    return news.with_news(page.annotate(no_approver=vacant)).values_list(*Line._fields).query.sql_with_params()


def lines(keys: Iterable[int]) -> list[Line]:
    """Return the lines of these cases in this order.

    The page is cut before anything is joined to it: whatever the database expects, it never joins the whole list.
    """
    page = list(keys)
    sql, params = _statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [page if each is _KEYS else each for each in params])
        found = {line.pk: line for line in map(Line._make, cursor.fetchall())}
    return [found[key] for key in page if key in found]


_NUMBER = "NOMOR"  # stands for a case's number in the address that all rows share
_ROW = """
<tr role="row" data-nomor="{number}" data-status="{status}">
<td role="cell" class="due">{due}</td>
<td role="cell" class="who"><b><a id="baris-{number}" href="{address}">{name}</a></b><small>{opd}<span class="ref">{number}</span></small>{more}</td>
{channels}
<td role="cell" class="in">{tag}</td>
{finding}
{reviewer}
</tr>"""  # noqa: E501 - as it stands on the page
_PICK = """<td role="cell" class="pick"><input class="form-check-input" type="checkbox" name="pilih" value="{number}" id="pilih_{place}"><label for="pilih_{place}"><span class="visually-hidden">{pick} {number}</span></label><input type="hidden" name="halaman" value="{number}"></td>
"""  # noqa: E501
_PICKED_ROW = _ROW.replace("<td", _PICK + "<td", 1)
_REVIEWER = (
    """<td role="cell" data-label="{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></td>"""  # noqa: E501
)


class Page(NamedTuple):
    """What all rows of a page share."""

    row: str
    pick: str
    address: str
    today: date
    opened: dict[str, str]
    language: str
    left: dict[date, int]  # working days until a deadline; few rows have one of their own


def of_page(listed: Sequence[Line], *, query: str, opened: dict[str, str], may_take: bool) -> SafeString:
    """Return the rows of a page, each a link to its case that keeps the list's query.

    `opened` says, by audit chain, who else has a case open.
    """
    address = reverse("approvals:case", args=[_NUMBER]) + (f"?{query}" if query else "")
    row = _PICKED_ROW if may_take else _ROW
    page = Page(row, _("Pilih"), address, clock.today(), opened, get_language() or "", {})
    return mark_safe("".join(_row(line, place, page) for place, line in enumerate(listed, start=1)))


def _row(line: Line, place: int, page: Page) -> SafeString:
    return format_html(
        page.row,
        number=line.number,
        status=line.status,
        place=place,
        pick=page.pick,
        due=_due_of(line, page),
        address=page.address.replace(_NUMBER, line.number, 1),
        name=with_titles(line.declarant__title_prefix, line.declarant__name, line.declarant__title_suffix),
        opd=f"{line.opd__code or line.opd__name} · " if line.opd__name else "",
        more=_more(line, page.opened.get(line.audit_chain, "")),
        channels=_channels(page.language, tuple(line.platforms), tuple(line.kinds), line.commercial),
        tag=_tag(page.language, line.status, line.with_conditions, line.no_approver),
        finding=_finding(page.language, line.worst, line.findings),
        reviewer=_reviewer(
            page.language, line.reviewer__title_prefix, line.reviewer__name, line.reviewer__title_suffix
        ),
    )


@lru_cache(maxsize=256)
def _tag(language: str, status: str, with_conditions: bool, nobody: bool) -> SafeString:
    label = _("Belum ada pejabat") if nobody else label_of(status, with_conditions=with_conditions)
    return status_tag(status=status, label=label, conditions=status == Status.APPROVED and with_conditions)


def _more(line: Line, opened: str) -> SafeString | str:
    told = news.words(line)
    if not told and not opened:
        return ""
    new = format_html_join("", "<small><b>{}</b></small>", ((word,) for word in told))
    return new + (format_html('<small class="muted">{}</small>', opened) if opened else SafeString())


def _due_of(line: Line, page: Page) -> SafeString:
    """Return the deadline, since when the clock stands still, or when the case was decided."""
    if line.status in (Status.RETURNED, Status.SUSPENDED):
        return _due(page.language, line.status, None, clock.local_day(line.since))
    due, today = line.due_on, page.today
    if due is None:
        return _due(page.language, "", None, clock.local_day(line.decided_at) if line.decided_at else None)
    left = page.left.get(due)
    if left is None:
        # one that was due on a day before today is late even with only days off since
        left = page.left[due] = clock.working_days_left(due, today) or (-1 if due < today else 0)
    return _due(page.language, "", left, due)


@lru_cache(maxsize=1024)
def _due(language: str, paused: str, left: int | None, day: date | None) -> SafeString:
    return render_to_string("approvals/_due.html", {"paused": paused, "left": left, "day": day})


@lru_cache(maxsize=1024)
def _channels(language: str, platforms: tuple[str, ...], kinds: tuple[str, ...], commercial: str) -> SafeString:
    said = chips.content_words(platforms, kinds, commercial)
    benefit = format_html("<small>{} {}</small>", _("Keuntungan:"), said["benefit"]) if said["benefit"] else ""
    return format_html('<td role="cell" class="chan">{}{}</td>', said["what"], benefit)


@lru_cache(maxsize=256)
def _finding(language: str, worst: str, count: int) -> SafeString:
    if worst:
        return format_html('<td role="cell" class="in">{}</td>', finding_tag(worst, count))
    return format_html('<td role="cell" class="none"><span class="empty">{}</span></td>', _("Tidak ada"))


@lru_cache(maxsize=256)
def _reviewer(language: str, prefix: str | None, name: str | None, suffix: str | None) -> SafeString:
    initials = chips.initials(name or "")
    if not name or not initials:
        return format_html('<td role="cell" data-label="{}" class="none">—</td>', _("Peninjau"))
    return format_html(_REVIEWER, _("Peninjau"), initials, with_titles(prefix or "", name, suffix or ""))
