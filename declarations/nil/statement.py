"""Say that one has no channel, take it back, and end it when a channel is declared."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from declarations.models import Channel, DeclarationChannel
from declarations.nil.models import Ended, NilStatement
from declarations.status import LIVE
from portal import clock
from portal.audit.log import record
from portal.dates import moment
from portal.errors import Refused
from portal.mail.compose import OutboxMessage, compose
from portal.mail.reader import for_reader
from portal.people.models import Employee, EmploymentType


def standing(person: Employee) -> NilStatement | None:
    """Return the person's statement of this year, None when there is none or it has ended."""
    return NilStatement.objects.filter(person=person, year=clock.today().year, ended_at=None).first()


def live_channels(person: Employee) -> list[DeclarationChannel]:
    """Return the channels that speak against it: those in a declaration that is a draft, under way or in force."""
    return list(
        DeclarationChannel.objects.filter(
            declaration__declarant=person, declaration__status__in=sorted(LIVE), excluded=False
        )
        .select_related("channel", "declaration")
        .order_by("pk")
    )


def known_channels(person: Employee) -> list[Channel]:
    """Return channels the person once entered and that no declaration holds now; worth a question, no obstacle."""
    return list(Channel.objects.filter(owner=person, closed_at=None).order_by("pk"))


def check_obliged(person: Employee) -> None:
    """Only somebody of whom a declaration is asked can say that there is nothing to declare."""
    if person.nip is None or person.employment_type == EmploymentType.OFFICIAL:
        raise Refused(_("Pernyataan nihil hanya untuk ASN yang tercatat dengan NIP."), status=403)


@transaction.atomic
def make(person: Employee) -> NilStatement:
    """Record it and mail a receipt; said twice it is recorded once."""
    check_obliged(person)
    # the lock lets a declaration that is being sent and this statement follow each other
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if live_channels(person):
        raise Refused(_("Anda mempunyai kanal dalam deklarasi, jadi tidak dapat menyatakan nihil."))
    year = clock.today().year
    row = NilStatement.objects.filter(person=person, year=year).first()
    if row is not None and row.ended_at is None:
        return row
    if row is None:
        row = NilStatement.objects.create(person=person, year=year, made_at=clock.now())
    else:
        row.times, row.made_at, row.ended_at, row.ended_because = row.times + 1, clock.now(), None, ""
        row.save()
    record("nil_stated", row, by=person, year=year)
    receipt(row).send()
    return row


@transaction.atomic
def withdraw(person: Employee) -> bool:
    """Take this year's statement back; tells whether there was one."""
    return _end(person, Ended.WITHDRAWN)


@transaction.atomic
def end_by_declaring(person: Employee) -> bool:
    """End this year's statement because a channel is being declared; called where a declaration is sent."""
    return _end(person, Ended.DECLARED)


def _end(person: Employee, because: Ended) -> bool:
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    row = standing(person)
    if row is None:
        return False
    row.ended_at, row.ended_because = clock.now(), because
    row.save(update_fields=["ended_at", "ended_because"])
    record("nil_ended", row, by=person, because=because.value)
    return True


@for_reader(lambda row: row.person)
def receipt(row: NilStatement) -> OutboxMessage:
    """To the person: what was recorded, when, and how to change it."""
    person = row.person
    context = {
        "person": person,
        "year": row.year,
        "facts": [
            (_("Nama"), person.official_name),
            (_("Unit"), person.unit.name),
            (_("Tahun"), str(row.year)),
            (_("Dicatat"), moment(row.made_at)),
        ],
        "button": _("Lihat atau ubah pernyataan"),
    }
    return compose(
        "nil_receipt",
        person.mailbox,
        context,
        key=f"nil.{row.pk}.{row.times}",
        purpose="nil_receipt",
        secret={"link": settings.PORTAL_URL + reverse("nil_statement")},
    )
