"""To the owner of a channel: it is proven, could not be seen yet, or is to be shown anew."""

from django.utils.translation import gettext as _

from approvals.emails.parts import absolute
from declarations.proofs.models import Proof
from portal import clock
from portal.dates import long_date
from portal.mail.compose import OutboxMessage, compose
from portal.mail.reader import for_reader
from portal.people.models import Employee


def _owner(proof: Proof) -> Employee:
    return proof.channel.owner


def _notice(proof: Proof, subject: str, lead: str, paragraphs: list[str], key: str) -> OutboxMessage:
    channel = proof.channel
    context = {
        "person": channel.owner,
        "channel": str(channel),
        "subject": subject % {"channel": str(channel)},
        "lead": lead,
        "paragraphs": paragraphs,
        "button": _("Lihat kanal"),
    }
    link = absolute("approvals:proof", channel.pk)
    return compose(
        "channel_notice",
        channel.owner.mailbox,
        context,
        key=f"proof.{proof.pk}.{key}",
        purpose="channel_notice",
        secret={"link": link},
    )


@for_reader(_owner)
def channel_proven(proof: Proof) -> OutboxMessage:
    """The channel is proven: how, until when, and that the code may go."""
    assert proof.valid_until is not None
    paragraphs = [
        _("Cara: %s.") % proof.get_method_display(),
        _("Kode boleh dihapus dari kanal. Bukti ini berlaku sampai %s.") % long_date(proof.valid_until),
    ]
    lead = _("Kepemilikan kanal Anda sudah terbukti.")
    return _notice(proof, _("Kanal terbukti: %(channel)s"), lead, paragraphs, "proven")


@for_reader(_owner)
def channel_returned(proof: Proof) -> OutboxMessage:
    """An officer could not see it: why, and what to do."""
    paragraphs = [
        _("Keterangan petugas: “%s”") % proof.reason,
        _("Deklarasi Anda tetap berjalan. Periksa kembali kode di kanal, lalu minta pemeriksaan lagi."),
    ]
    subject = _("Bukti kanal perlu diulang: %(channel)s")
    assert proof.checked_at is not None
    key = f"returned.{proof.checked_at:%Y%m%d%H%M%S%f}"
    return _notice(proof, subject, _("Kode di kanal Anda belum dapat dilihat petugas."), paragraphs, key)


@for_reader(_owner)
def channel_again(proof: Proof) -> OutboxMessage:
    """What was proven is due again; told in the hours of mail, because the clock caused it."""
    paragraphs = [proof.reason, _("Buat kode baru, tempel di kanal, lalu minta pemeriksaan. Perlu sekitar 2 menit.")]
    subject = _("Mohon buktikan lagi kanal %(channel)s")
    message = _notice(proof, subject, _("Kepemilikan kanal Anda perlu dibuktikan ulang."), paragraphs, "again")
    message.not_before = clock.next_mail_hour(clock.now())
    return message
