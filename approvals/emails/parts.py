"""What the messages about a case have in common."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from declarations.models import Declaration
from portal import clock
from portal.dates import short_date, weekday_date
from portal.mail.compose import OutboxMessage, compose
from portal.mail.reader import for_reader
from portal.people.models import Employee


def _declarant(declaration: Declaration, *_args: Any, **_kwargs: Any) -> Employee:
    return declaration.declarant


CIRCULAR = "SE Bupati Pasaman Barat 800.1.6.2/1641/BKPSDM-2025"


to_declarant = for_reader(_declarant)


class Linked(NamedTuple):
    """A paragraph with its own way to a page that asks for a login."""

    text: str
    url: str


def absolute(name: str, *args: Any) -> str:
    return settings.PORTAL_URL + reverse(name, args=args)


def day_month(on: date | None) -> str:
    """Return '25 Nov': a subject has no room for the year."""
    return short_date(on).rsplit(" ", 1)[0] if on else ""


def due_day(on: date | None) -> str:
    """Return 'Senin, 14 Desember 2026 (sisa 5 hari kerja)'."""
    if on is None:
        return ""
    left = clock.working_days_left(on, clock.today())
    if left < 0 or on < clock.today():
        return _("%(day)s (lewat batas)") % {"day": weekday_date(on)}
    if left == 0:
        return _("%(day)s (hari ini)") % {"day": weekday_date(on)}
    text = ngettext("%(day)s (sisa %(n)d hari kerja)", "%(day)s (sisa %(n)d hari kerja)", left)
    return text % {"day": weekday_date(on), "n": left}


def short_name(declaration: Declaration) -> str:
    """Return 'Rina M.': enough for a subject on a lock screen, no more."""
    first, *rest = declaration.declarant.name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def notice(
    declaration: Declaration,
    subject: str,
    lead: str,
    paragraphs: Sequence[str | Linked],
    key: str,
    *,
    link: str = "",
    button: str = "",
) -> OutboxMessage:
    context = {
        "person": declaration.declarant,
        "lead": lead,
        "paragraphs": paragraphs,
        "button": button or _("Lihat status deklarasi"),
    }
    target = link or absolute("declarations:detail", declaration.number)
    return send_to(
        declaration.declarant.mailbox,
        "case_notice",
        context,
        subject=subject,
        declaration=declaration,
        key=f"{declaration.number}.{key}",
        secret={"link": target},
    )


def office_notice(
    declaration: Declaration, to: Employee, subject: str, lead: str, paragraphs: list[str], key: str
) -> OutboxMessage:
    """To somebody who decided in the case before: what became of it; nothing is asked of him."""
    context = {"person": to, "lead": lead, "paragraphs": paragraphs}
    return send_to(to.mailbox, "office_notice", context, subject=subject, declaration=declaration, key=key, secret={})


def send_to(
    to: str,
    name: str,
    context: dict[str, Any],
    *,
    subject: str,
    declaration: Declaration,
    key: str,
    secret: dict[str, str],
) -> OutboxMessage:
    return compose(
        name, to, {**context, "subject": subject}, key=key, case=declaration.number, purpose=name, secret=secret
    )
