"""The mails of the portal as an administrator sees them: what kind, to whom, how far; never what they say."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import addresses
from declarations.numbers import parse_number
from portal.audit.log import record
from portal.errors import Refused
from portal.http import row_key
from portal.mail import outbox, transport
from portal.mail.models import OutgoingEmail, State
from portal.people.models import Employee, HeadAssignment

MOST = 25
KINDS: dict[str, str | Promise] = {
    "head_request": gettext_lazy("Permintaan keputusan ke atasan"),
    "head_list": gettext_lazy("Daftar harian ke atasan"),
    "head_code": gettext_lazy("Kode ke atasan"),
    "head_receipt": gettext_lazy("Bukti keputusan ke atasan"),
    "case_notice": gettext_lazy("Pemberitahuan ke ASN"),
    "office_notice": gettext_lazy("Pemberitahuan ke pejabat"),
    "office_overdue": gettext_lazy("Pekerjaan lewat batas"),
    "channel_notice": gettext_lazy("Bukti kanal"),
    "nil_receipt": gettext_lazy("Bukti pernyataan tanpa kanal"),
    "campaign_call": gettext_lazy("Ajakan kampanye"),
    "account_code": gettext_lazy("Kode akun"),
    "account_notice": gettext_lazy("Pemberitahuan akun"),
    "correction_answer": gettext_lazy("Jawaban permintaan perbaikan data"),
    "address_changed": gettext_lazy("Alamat email berubah"),
    "acting_term": gettext_lazy("Masa tugas Plt."),
    "operator_report": gettext_lazy("Laporan harian pengelola"),
    "operator_alarm": gettext_lazy("Peringatan untuk pengelola"),
}
_CODES = frozenset({"account_code", "head_code"})  # worth nothing a quarter of an hour later
_NUMBER = re.compile(r"\b([45]\d\d)\b")


def listed(state: str, kind: str, case: str) -> QuerySet[OutgoingEmail]:
    """Return the mails of one view; failed ones that were sent anew are settled and stand under `sent` no longer."""
    mails = OutgoingEmail.objects.defer("text", "html", "secret", "headers")
    if state == State.FAILED:
        mails = mails.filter(state=State.FAILED, resends__isnull=True).order_by("-failed_at", "-pk")
    elif state == State.QUEUED:
        mails = mails.filter(state__in=(State.QUEUED, State.SENDING)).order_by("priority", "next_at", "pk")
    else:
        mails = mails.filter(state=State.SENT) if state == State.SENT else mails
        mails = mails.order_by("-pk")
    if kind:
        mails = mails.filter(purpose=kind)
    if case:
        mails = mails.filter(case=parse_number(case) or case.strip().upper()[:24])
    return mails


def why(mail: OutgoingEmail) -> str:
    """Return in plain words why a mail did not go out; the answer of the server may name people, so it is not shown."""
    if not mail.last_error:
        return ""
    if not mail.to:
        return _("Penerima tidak mempunyai alamat email.")
    if mail.last_error in (transport.NOT_THE_REAL_ONE, outbox.NOT_AGAIN):
        return _(mail.last_error)
    found = _NUMBER.search(mail.last_error)
    code = found[1] if found else ""
    if code in ("550", "551", "553", "501"):
        return _("Alamat tidak dikenal atau ditolak server penerima (%s).") % code
    if code in ("552", "452"):
        return _("Kotak surat penerima penuh (%s).") % code
    if code.startswith("5"):
        return _("Ditolak server penerima (%s).") % code
    if code.startswith("4"):
        return _("Server penerima meminta mencoba lagi (%s).") % code
    return _("Server surat tidak dapat dihubungi.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose address it is, and where it is mended."""

    person: Employee | None
    term: HeadAssignment | None = None

    @property
    def proven(self) -> bool:
        return bool(self.person and self.person.contact_email)

    @property
    def officer(self) -> bool:
        return self.person is not None and addresses.holds_role(self.person)


def recipient_of(mail: OutgoingEmail) -> Recipient:
    """Find the one person with this address; a head's is changed at his office, by two officers."""
    if not mail.to:
        return Recipient(None)
    same = Q(contact_email=mail.to) | Q(email=mail.to) | Q(email_gov=mail.to)
    people = list(Employee.objects.filter(same, is_active=True)[:2])
    if len(people) != 1:
        return Recipient(None)
    return Recipient(people[0], addresses.term_of(people[0]))


def resend(mail: OutgoingEmail, *, by: Employee, to: str = "") -> OutgoingEmail:
    """Send a failed mail anew; a code is never sent twice, and one that went out already is not either."""
    if mail.purpose in _CODES:
        raise Refused(_("Kode hanya berlaku 15 menit. Minta orangnya meminta kode baru."))
    if mail.state != State.FAILED:
        raise Refused(_("Hanya email yang gagal yang dikirim ulang."))
    if mail.resends.exists():
        raise Refused(_("Email ini sudah dikirim ulang."))
    if not (to or mail.to):
        raise Refused(_("Penerima tidak mempunyai alamat email. Lengkapi alamatnya dulu."))
    fresh = outbox.resend(mail, to=to)
    record("mail_resent", mail, by=by, via="dashboard", fresh=fresh.pk)
    return fresh


@transaction.atomic
def resend_each(keys: Iterable[str], *, by: Employee) -> list[tuple[int, str]]:
    """Send several failed mails anew, each by itself; returns key and '' or why not."""
    wanted = [key for each in dict.fromkeys(keys) if (key := row_key(each)) is not None][:MOST]
    results = []
    for mail in OutgoingEmail.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"):
        try:
            with transaction.atomic():
                resend(mail, by=by)
        except Refused as refused:
            results.append((mail.pk, refused.message))
        else:
            results.append((mail.pk, ""))
    return results


@transaction.atomic
def mend(mail: OutgoingEmail, address: str, *, by: Employee) -> OutgoingEmail:
    """Correct the roster's address of a declarant and send the mail there; the old address is told."""
    mail = OutgoingEmail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    address, found = addresses.checked(address), recipient_of(mail)
    if found.person is None:
        raise Refused(_("Alamat ini bukan milik satu pegawai. Perbaiki lewat impor pegawai."))
    if address.casefold() == mail.to.casefold():
        raise Refused(_("Alamat baru sama dengan alamat yang gagal."), status=422)
    addresses.replace(found.person, mail.to, address, by=by, about="mail", row=mail.pk)
    return resend(mail, by=by, to=address)
