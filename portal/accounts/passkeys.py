"""Passkeys beside the authenticator app: made and checked by fido2, kept in the rows of allauth's second factor."""

import json
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts import limits
from portal.accounts.notices import notify
from portal.accounts.second_factor import REST, TRIES, enrolled, passed, required
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee

STATE = "passkey_state"
MOST = 10
LONGEST = 60_000


def _server() -> Fido2Server:
    """Return the checker for our own address: a passkey made for it answers to no other origin."""
    address = urlsplit(settings.PORTAL_URL)
    here = f"{address.scheme}://{address.netloc}"
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Deklarasi Konten ASN", id=address.hostname),
        verify_origin=lambda origin: origin == here,
    )


def of(person: Employee) -> list[Authenticator]:
    """Return the passkeys of the person, oldest first."""
    return list(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def _key(row: Authenticator) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.data["credential"]))


def _ask(request: HttpRequest, options: Any, state: Any) -> str:
    """Keep what the answer must fit, and return the question as the browser's script reads it."""
    request.session[STATE] = state
    return json.dumps(dict(options))


def offer(request: HttpRequest, person: Employee) -> str:
    """Return the question that makes a new passkey; the browser hears a name and a number, never a NIP."""
    about = PublicKeyCredentialUserEntity(
        id=str(person.pk).encode(), name=str(person.name), display_name=str(person.name)
    )
    return _ask(
        request,
        *_server().register_begin(
            user=about,
            credentials=[_key(row) for row in of(person)],
            resident_key_requirement=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )


def ask(request: HttpRequest, person: Employee) -> str:
    """Return the question that one of the person's passkeys answers; empty when there is none."""
    keys = [_key(row) for row in of(person)]
    if not keys:
        return ""
    required_ = UserVerificationRequirement.REQUIRED
    return _ask(request, *_server().authenticate_begin(credentials=keys, user_verification=required_))


def _read(request: HttpRequest, typed: str) -> tuple[Any, dict[str, Any]] | None:
    """Return the question asked in this session, which is asked once only, and what the browser answered."""
    state = request.session.pop(STATE, None)
    if state is None or len(typed) > LONGEST:
        return None
    try:
        answer = json.loads(typed)
    except ValueError:
        return None
    return (state, answer) if isinstance(answer, dict) else None


@transaction.atomic
def add(request: HttpRequest, person: Employee, typed: str, name: str) -> bool:
    """Store the new passkey when the answer fits the question; the person is told by mail."""
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    given = _read(request, typed)
    if given is None:
        return False
    rows = of(person)
    if len(rows) >= MOST:
        raise Refused(_("Paling banyak %(n)d kunci sandi. Hapus yang tidak dipakai lagi.") % {"n": MOST}, status=422)
    try:
        found = _server().register_complete(*given)
    except (ValueError, TypeError, KeyError):
        return False
    assert found.credential_data is not None
    label = " ".join(name.split())[:60] or _("Kunci sandi %(n)d") % {"n": len(rows) + 1}
    kept = {"name": label, "credential": websafe_encode(found.credential_data), "count": found.counter}
    Authenticator.objects.create(user_id=person.pk, type=Authenticator.Type.WEBAUTHN, data=kept)
    passed(request)
    record("passkey_added", person, by=person, via="portal")
    notify(person.mailbox, "passkey_on", language=person.language, name=label)
    return True


def check(request: HttpRequest, person: Employee, typed: str) -> bool:
    """Tell whether a passkey of this person answered what this session asked; a copied key is refused."""
    limits.hit("second", f"person:{person.pk}", limit=TRIES, window=REST, from_last=True)
    given = _read(request, typed)
    with transaction.atomic():
        right = given is not None and _answered(person, *given)
    if right:
        limits.clear("second", f"person:{person.pk}")
    return right


def _answered(person: Employee, state: Any, answer: dict[str, Any]) -> bool:
    rows = Authenticator.objects.select_for_update().filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN)
    keys = {_key(row).credential_id: row for row in rows}
    try:
        used = _server().authenticate_complete(state, [_key(row) for row in keys.values()], answer)
        count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except (ValueError, TypeError, KeyError):
        return False
    row = keys[used.credential_id]
    if count and count <= row.data["count"]:  # two devices hold one key that counts: one of them is a copy
        record("passkey_copied", person, by=person, via="portal")
        return False
    row.data["count"] = count
    row.record_usage()
    row.save(update_fields=["data"])
    return True


@transaction.atomic
def remove(person: Employee, number: int) -> bool:
    """Forget one passkey; whoever must have a second factor keeps at least one."""
    Employee.objects.select_for_update(of=("self",)).get(pk=person.pk)
    row = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN, pk=number).first()
    if row is None:
        return False
    row.delete()
    if required(person) and not enrolled(person):
        raise Refused(_("Tugas Anda wajib memakai faktor kedua. Tambahkan yang lain sebelum menghapus yang terakhir."))
    record("passkey_removed", person, by=person, via="portal")
    notify(person.mailbox, "passkey_off", language=person.language, name=row.data["name"])
    return True
