"""What the owner of a channel does: take a code, say that it is there, or show a picture of it."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from approvals import work
from approvals.models import WorkKind
from declarations.feeds import schedule
from declarations.models import Channel, Declaration, Platform
from declarations.proofs.codes import new_code
from declarations.proofs.models import Method, Proof, ProofState
from declarations.proofs.standing import standing
from portal import clock
from portal.accounts.limits import hit
from portal.audit.log import record
from portal.errors import Refused
from portal.files import store
from portal.people.models import Employee
from portal.wake import wake

VALID = timedelta(days=7)
CODES_A_DAY, CHECKS_AN_HOUR = 10, 10


def locked(channel: Channel) -> Channel:
    """Take the channel's row lock: two presses of a button come one after the other."""
    return Channel.objects.select_for_update(of=("self",)).select_related("owner").get(pk=channel.pk)


@transaction.atomic
def issue(channel: Channel, *, by: Employee) -> Proof:
    """Give a fresh code; the one before counts no longer. A code that still runs is given again."""
    channel = locked(channel)
    _check_owner(channel, by)
    now = clock.now()
    current = standing(channel.pk)
    if current.proven:
        raise Refused(_("Kanal ini sudah terbukti."))
    if current.proof and current.proof.under_way:
        raise Refused(_("Pemeriksaan kanal ini masih berjalan."))
    if current.proof and current.proof.state == ProofState.ISSUED and current.proof.usable(now):
        return current.proof
    hit("proof_code", str(by.pk), limit=CODES_A_DAY, window=timedelta(days=1))
    proof = Proof.objects.create(channel=channel, code=new_code(), issued_at=now, expires_at=now + VALID)
    record("proof_code_issued", proof, by=by, channel=channel.pk)
    return proof


@transaction.atomic
def ask(channel: Channel, *, by: Employee, pictures: Sequence["UploadedFile[bytes]"] = ()) -> Proof:
    """The code is there, please look: YouTube is read by machine, the rest and pictures wait for an officer."""
    channel = locked(channel)
    _check_owner(channel, by)
    proof = standing(channel.pk).proof
    if proof is not None and proof.under_way:
        return proof
    if proof is None or not proof.usable(clock.now()):
        raise Refused(_("Kode ini sudah tidak berlaku. Buat kode baru."))
    hit("proof_check", str(by.pk), limit=CHECKS_AN_HOUR, window=timedelta(hours=1))
    kept = store.accept(pictures, by=by, case=f"KANAL-{channel.pk}")
    proof.state, proof.asked_at, proof.looks, proof.reason = ProofState.WAITING, clock.now(), 0, ""
    proof.method = Method.PICTURE if pictures else ""
    proof.save(update_fields=["state", "asked_at", "looks", "reason", "method"])
    proof.files.set(kept)
    record("proof_asked", proof, by=by, channel=channel.pk, pictures=[file.sha256 for file in kept])
    if channel.platform == Platform.YOUTUBE and settings.CHANNEL_READING and not pictures:
        check = schedule.hurry(channel)
        transaction.on_commit(partial(wake, "approvals.tasks.read_channel", check.pk), robust=True)
    else:
        owe_look(proof)
    return proof


@translation.override("id")
def owe_look(proof: Proof) -> None:
    """Put the look at this channel before the officers."""
    channel = proof.channel
    text = _("Periksa bukti kanal %(channel)s milik %(who)s") % {"channel": channel, "who": channel.owner.official_name}
    work.owe(WorkKind.CHANNEL_PROOF, text[:300], declaration=newest_case(channel), about=about(channel))


def settle_look(proof: Proof, by: Employee | None) -> None:
    """The look was made, on whatever case it was put."""
    work.settle_about(WorkKind.CHANNEL_PROOF, about(proof.channel), by=by)


def about(channel: Channel) -> str:
    return f"kanal:{channel.pk}"


def newest_case(channel: Channel) -> Declaration | None:
    """Return the newest declaration sent with this channel."""
    sent = Declaration.objects.filter(items__channel=channel, submitted_at__isnull=False)
    return sent.order_by("-pk").first()


def _check_owner(channel: Channel, by: Employee) -> None:
    if channel.owner_id != by.pk or channel.closed_at is not None:
        raise Refused(_("Kanal ini bukan kanal Anda."), status=404)
