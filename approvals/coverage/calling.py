"""Mail everybody who is silent, once a campaign: ordered by a person, worked off by the clock in small parts."""

from datetime import date
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.coverage.counting import silent
from approvals.coverage.models import Call, Called, Campaign
from portal import clock
from portal.audit.log import record
from portal.dates import long_date
from portal.errors import Refused
from portal.mail.compose import OutboxMessage, compose
from portal.mail.reader import for_reader
from portal.people.models import Employee, Opd
from portal.wake import wake

_PART, _PARTS = 200, 10
MOST_COUNTED = 20_000


@transaction.atomic
def plan(name: str, starts: date, ends: date, *, by: Employee) -> Campaign:
    """Set the campaign of a year; raise IntegrityError when the year has one."""
    made = Campaign.objects.create(year=starts.year, name=name, starts=starts, ends=ends)
    record("campaign_set", made, by=by, starts=starts.isoformat(), ends=ends.isoformat())
    return made


def running(on: date) -> Campaign | None:
    """Return the campaign under way on this day."""
    return Campaign.objects.filter(starts__lte=on, ends__gte=on).order_by("-year").first()


def _owed(campaign: Campaign, office: Opd | None) -> QuerySet[Employee]:
    """Return who is silent, of this office or of all, and was not mailed in this campaign."""
    called = Called.objects.filter(campaign=campaign, person=OuterRef("pk"))
    people = silent().filter(~Exists(called))
    return people.filter(unit__office=office) if office else people


def count(campaign: Campaign, office: Opd | None) -> int:
    """Return how many would be mailed now: silent, not mailed yet, with an address; at most MOST_COUNTED and one."""
    unreachable = (Q(contact_email=None) | Q(contact_email="")) & Q(email_gov="", email="")
    people = _owed(campaign, office).exclude(unreachable)
    return people.order_by().values("pk")[: MOST_COUNTED + 1].count()


@transaction.atomic
def order(campaign: Campaign, office: Opd | None, *, by: Employee) -> Call:
    """Write the order down; ordering what is under way already returns that."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not campaign.runs(clock.today()):
        raise Refused(_("Kampanye ini tidak sedang berjalan, jadi tidak ada email yang dikirim."))
    under_way = Call.objects.filter(campaign=campaign, office=office, done_at=None).first()
    if under_way is not None:
        return under_way
    expected = count(campaign, office)
    if not expected:
        raise Refused(_("Semua yang belum menjawab sudah dikirimi email dalam kampanye ini, atau belum punya alamat."))
    call = Call.objects.create(
        campaign=campaign, office=office, asked_by=by, asked_at=clock.now(), expected=min(expected, MOST_COUNTED)
    )
    where = office.pk if office else None
    record("campaign_call", campaign, by=by, call=call.pk, office=where, expected=expected)
    transaction.on_commit(partial(wake, "approvals.tasks.mail_silent", call.pk), robust=True)
    return call


def work_off() -> int:
    """Go on with the orders that are open, oldest first; called by the clock. Returns how many mails were written."""
    written = 0
    for _part in range(_PARTS):
        done = _next_part()
        if done is None:
            break
        written += done
    return written


@transaction.atomic
def _next_part() -> int | None:
    """Mail the next people of the oldest open order; None when nothing is open or another worker has it."""
    call = (
        Call.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(done_at=None)
        .select_related("campaign", "office")
        .order_by("pk")
        .first()
    )
    if call is None:
        return None
    open_still = call.campaign.runs(clock.today())
    people = list(_owed(call.campaign, call.office).filter(pk__gt=call.last).order_by("pk")[:_PART])
    if not people or not open_still:
        call.done_at = clock.now()
        call.save(update_fields=["done_at"])
        return 0
    mailed = [person for person in people if person.mailbox]
    # somebody without an address is not marked: he is mailed when he has one and the next order comes
    Called.objects.bulk_create(
        [Called(campaign=call.campaign, person=person, call=call) for person in mailed], ignore_conflicts=True
    )
    for person in mailed:
        message(call.campaign, person).send()
    call.last = people[-1].pk
    call.mailed += len(mailed)
    call.without_address += len(people) - len(mailed)
    call.save(update_fields=["last", "mailed", "without_address"])
    return len(mailed)


@for_reader(lambda campaign, person: person)
def message(campaign: Campaign, person: Employee) -> OutboxMessage:
    """To somebody who has not answered: the two ways to answer, and until when."""
    context = {
        "person": person,
        "year": campaign.year,
        "until": long_date(campaign.ends),
        "button": _("Jawab sekarang"),
    }
    return compose(
        "campaign_call",
        person.mailbox,
        context,
        key=f"call.{campaign.pk}.{person.pk}",
        purpose="campaign_call",
        secret={"link": settings.PORTAL_URL + reverse("nil_statement")},
        not_before=clock.next_mail_hour(clock.now()),
        bulk=True,
    )
