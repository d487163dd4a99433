"""Correct a datum: asked by the person, answered by an officer within 3 x 24 hours, never closed by time."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import addresses, work
from approvals.models import Audience, WorkKind
from approvals.privacy.models import Correction, Datum
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.mail.compose import OutboxMessage, compose
from portal.mail.reader import for_reader
from portal.people.models import Employee

WITHIN = timedelta(hours=72)
LENGTH, LEAST, MOST_OPEN = 500, 10, 5


@transaction.atomic
def ask(person: Employee, datum: str, wish: str) -> Correction:
    """Keep the request and start its clock; the same request twice is one."""
    if datum not in Datum.values:
        raise Refused(_("Pilih data yang salah"), status=422)
    if len(wish) < LEAST:
        raise Refused(_("Tulis apa yang salah dan bagaimana yang benar, sedikitnya %d karakter") % LEAST, status=422)
    if len(wish) > LENGTH:
        raise Refused(_("Paling banyak %d karakter") % LENGTH, status=422)
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    open_ones = Correction.objects.filter(person=person, answered_at=None)
    if same := open_ones.filter(datum=datum, wish=wish).first():
        return same
    if open_ones.count() >= MOST_OPEN:
        raise Refused(_("Anda sudah mempunyai %d permintaan yang menunggu. Tunggu jawabannya dulu.") % MOST_OPEN)
    now = clock.now()
    asked = Correction.objects.create(person=person, datum=datum, wish=wish, asked_at=now, due_at=now + WITHIN)
    record("correction_asked", person, by=person, via="portal", correction=asked.pk, datum=datum)
    text = _("Jawab permintaan perbaikan data dalam 3 x 24 jam")
    work.owe(WorkKind.CORRECTION, text, about=_about(asked), audience=Audience.ADMINISTRATOR)
    return asked


def mends_address(asked: Correction) -> bool:
    """Tell whether answering yes puts a new address in: not a head's or officer's (D16), nor one its owner proved."""
    person = asked.person
    if asked.datum != Datum.EMAIL or person.contact_email:
        return False
    return not addresses.holds_role(person) and addresses.term_of(person) is None


def _about(asked: Correction) -> str:
    return f"koreksi:{asked.pk}"


def waiting() -> QuerySet[Correction]:
    """Return what is not answered, nearest end first."""
    return Correction.objects.filter(answered_at=None).select_related("person__unit").order_by("due_at", "pk")


@transaction.atomic
def answer(asked: Correction, *, done: bool, text: str, by: Employee, address: str = "") -> Correction:
    """Say what became of it, and put the new address in where that is what was asked and one officer may do it.

    The person is told by mail. Refusing needs a reason, and nobody answers himself.
    """
    asked = Correction.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if asked.answered_at is not None:
        raise Refused(_("Permintaan ini sudah dijawab."))
    if asked.person_id == by.pk:
        raise Refused(_("Permintaan Anda sendiri dijawab petugas lain."), status=403)
    if len(text) < LEAST:
        raise Refused(_("Tulis jawaban yang dibaca pegawai, sedikitnya %d karakter") % LEAST, status=422)
    if len(text) > LENGTH:
        raise Refused(_("Paling banyak %d karakter") % LENGTH, status=422)
    if done and mends_address(asked):
        old, new = asked.person.mailbox, addresses.checked(address)
        if new.casefold() == old.casefold():
            raise Refused(_("Alamat baru sama dengan yang tercatat."), status=422)
        addresses.replace(asked.person, old, new, by=by, about="correction", row=asked.pk)
        asked.person.refresh_from_db()
    asked.done, asked.answer, asked.answered_by, asked.answered_at = done, text, by, clock.now()
    asked.save()
    record("correction_answered", asked.person, by=by, via="dashboard", correction=asked.pk, done=done)
    work.settle_about(WorkKind.CORRECTION, _about(asked), by=by)
    if asked.person.mailbox:
        _told(asked).send()
    return asked


@for_reader(lambda asked: asked.person)
def _told(asked: Correction) -> OutboxMessage:
    context = {
        "person": asked.person,
        "asked": asked,
        "button": _("Lihat data saya"),
        "lead": _("Data Anda sudah diperbaiki.") if asked.done else _("Data Anda belum diubah."),
    }
    return compose(
        "correction_answer",
        asked.person.mailbox,
        context,
        key=f"correction.{asked.pk}",
        purpose="correction_answer",
        secret={"link": settings.PORTAL_URL + reverse("approvals:own_data")},
    )
