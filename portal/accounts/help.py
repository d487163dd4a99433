"""Requests for help with an address: officers compare, confirm or refuse; posts that decide need two of them."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.models import HelpRequest
from portal.accounts.notices import notify
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee, HeadAssignment, Opd
from portal.people.nip import normalise

State = HelpRequest.State
CANDIDATES = 20


def ask(name: str, opd: Opd, email: str) -> HelpRequest:
    """Store a request whose address was proven by a code; one open request per address."""
    waiting = HelpRequest.objects.filter(email=email, state=State.OPEN, person=None).first()
    return waiting or HelpRequest.objects.create(name=name, opd=opd, email=email, created_at=clock.now())


def ask_for_address(person: Employee, email: str) -> HelpRequest:
    """Store the proven new address of somebody who decides or works on cases: an officer has to confirm it."""
    HelpRequest.objects.filter(kind=HelpRequest.Kind.ADDRESS, person=person, state=State.OPEN).update(
        state=State.REFUSED, reason="diganti pemohon", decided_at=clock.now()
    )
    asked = HelpRequest.objects.create(
        kind=HelpRequest.Kind.ADDRESS,
        name=person.official_name,
        opd=person.office,
        email=email,
        person=person,
        created_at=clock.now(),
    )
    record("address_asked", person, by=person, request=asked.pk)
    return asked


def needs_two(person: Employee) -> bool:
    """Tell whether this person heads a unit or holds a role: one officer alone never owns the approvals."""
    today = clock.today()
    in_force = Q(starts__lte=today) & (Q(ends__isnull=True) | Q(ends__gte=today))
    return HeadAssignment.objects.filter(in_force, person=person).exists() or person.groups.exists()


def candidates(query: str) -> QuerySet[Employee]:
    """Return the people an officer may mean: by NIP, or by the beginning of the name."""
    people = Employee.objects.filter(is_active=True).select_related("unit__office")
    digits = normalise(query)
    if digits.isascii() and digits.isdigit():
        return people.filter(nip=digits)[:1]
    words = " ".join(query.split())
    return people.filter(name__istartswith=words)[:CANDIDATES] if len(words) >= 3 else people.none()


def likely(request: HelpRequest) -> QuerySet[Employee]:
    """Return people of the named office whose name begins alike."""
    first = request.name.split()[0] if request.name.split() else "-"
    people = Employee.objects.filter(is_active=True, unit__office=request.opd, name__istartswith=first)
    return people.select_related("unit__office")[:CANDIDATES]


def confirm(request: HelpRequest, person: Employee, officer: Employee) -> HelpRequest:
    """Give the person the proven address; for heads and officers only when a second officer agrees."""
    _check_free(request, officer)
    if person.pk == officer.pk:
        raise Refused(_("Anda tidak dapat memutus permintaan untuk diri sendiri. Mintalah petugas lain."), status=403)
    if request.state == State.SECOND and request.checked_by_id == officer.pk:
        raise Refused(_("Petugas kedua harus orang lain. Permintaan ini menunggu petugas lain."))
    if request.person_id and request.person_id != person.pk:
        raise Refused(_("Pegawai pada permintaan ini sudah ditetapkan. Tolak bila tidak cocok."))
    if Employee.objects.filter(contact_email=request.email).exclude(pk=person.pk).exists():
        raise Refused(_("Alamat ini sudah dipakai pegawai lain. Tolak permintaan ini dengan alasannya."))
    own = request.kind == HelpRequest.Kind.ADDRESS
    if not own and request.state == State.OPEN and needs_two(person):
        request.person, request.checked_by, request.state = person, officer, State.SECOND
        request.save(update_fields=["person", "checked_by", "state"])
        record("help_checked", person, by=officer, request=request.pk)
        return request
    return _finish(request, person, officer)


def _finish(request: HelpRequest, person: Employee, officer: Employee) -> HelpRequest:
    former = person.contact_email or ""
    person.contact_email = request.email
    person.save(update_fields=["contact_email"])
    request.person, request.decided_by, request.state = person, officer, State.CONFIRMED
    request.decided_at = clock.now()
    request.save(update_fields=["person", "decided_by", "state", "decided_at"])
    record("help_confirmed", person, by=officer, request=request.pk)
    if former and former != request.email:
        notify(former, "email")
    if person.has_usable_password():
        notify(request.email, "address")
    else:
        notify(request.email, "help_confirmed")
    return request


def refuse(request: HelpRequest, reason: str, officer: Employee) -> HelpRequest:
    """Refuse with a reason that the person reads."""
    _check_free(request, officer)
    request.decided_by, request.state, request.reason = officer, State.REFUSED, reason
    request.decided_at = clock.now()
    request.save(update_fields=["decided_by", "state", "reason", "decided_at"])
    record("help_refused", request, by=officer)
    notify(request.email, "help_refused", reason=reason)
    return request


def _check_free(request: HelpRequest, officer: Employee) -> None:
    if not request.is_open:
        who = request.decided_by.official_name if request.decided_by else _("pemohon")
        raise Refused(_("Permintaan ini sudah diputus oleh %(who)s.") % {"who": who})
    if request.person_id == officer.pk:
        raise Refused(_("Anda tidak dapat memutus permintaan untuk diri sendiri. Mintalah petugas lain."), status=403)
