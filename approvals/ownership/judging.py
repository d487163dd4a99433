"""What becomes of a proof: found by machine, confirmed or sent back by an officer, due again."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import emails
from approvals.ownership.asking import locked, owe_look, settle_look
from approvals.policies import ADMINISTRATOR, REVIEWER, groups_of
from approvals.verdicts import REASON_MIN
from declarations.feeds.models import FeedCheck
from declarations.feeds.reading import Reading
from declarations.models import Channel
from declarations.proofs.models import Method, Proof, ProofState
from declarations.proofs.standing import standing
from portal import clock
from portal.audit.log import record
from portal.errors import Refused
from portal.people.models import Employee
from portal.people.teams import same_team

MOST_LOOKS = 3
MONTHS = 12


def check_officer(channel: Channel, person: Employee) -> None:
    """A reviewer or administrator confirms, never for himself and never for somebody of his own unit."""
    if not groups_of(person) & {REVIEWER, ADMINISTRATOR}:
        raise Refused(_("Halaman ini hanya untuk petugas peninjau."), status=403)
    if channel.owner_id == person.pk:
        raise Refused(_("Anda tidak dapat memeriksa kanal Anda sendiri."), status=403)
    if same_team(channel.owner, person, clock.today()):
        raise Refused(_("Anda tidak dapat memeriksa kanal dari unit Anda sendiri."), status=403)


@transaction.atomic
def confirm(channel: Channel, *, by: Employee | None, method: Method) -> Proof:
    """The channel is the declarant's, as far as it can be seen; `by` is None for the machine."""
    proof = _open(channel, by)
    proof.state, proof.method, proof.reason = ProofState.PROVEN, method, ""
    proof.checked_at, proof.checked_by, proof.valid_until = clock.now(), by, _year_on(clock.today())
    proof.handle = (FeedCheck.objects.filter(channel=channel).values_list("handle", flat=True).first() or "").lower()
    proof.handle = proof.handle or channel.handle
    proof.save()
    settle_look(proof, by)
    record("channel_proven", proof, by=by, channel=channel.pk, method=str(method))
    emails.channel_proven(proof).send()
    return proof


@transaction.atomic
def send_back(channel: Channel, *, by: Employee, reason: str) -> Proof:
    """It could not be seen: the declarant reads why, and may ask again while the code runs."""
    proof = _open(channel, by)
    if len(reason.strip()) < REASON_MIN:
        raise Refused(_("Jelaskan alasan, sedikitnya %d karakter") % REASON_MIN, status=422)
    proof.state, proof.reason = ProofState.RETURNED, reason.strip()
    proof.checked_at, proof.checked_by = clock.now(), by
    proof.save()
    settle_look(proof, by)
    record("proof_returned", proof, by=by, channel=channel.pk)
    emails.channel_returned(proof).send()
    return proof


def _open(channel: Channel, by: Employee | None) -> Proof:
    channel = locked(channel)
    if by is not None:
        check_officer(channel, by)
    proof = standing(channel.pk).proof
    if proof is None or not proof.under_way:
        raise Refused(_("Tidak ada pemeriksaan yang menunggu untuk kanal ini."), title=_("Sudah diperiksa"))
    proof.channel = channel
    return proof


@transaction.atomic
def not_seen(channel: Channel, *, readable: bool) -> bool:
    """The machine found no code: after three looks, or when it could not look at all, an officer does.

    Returns whether it is worth looking again soon.
    """
    channel = locked(channel)
    proof = standing(channel.pk).proof
    if proof is None or not proof.under_way:
        return False
    proof.channel = channel
    proof.looks += 1
    proof.state = ProofState.WAITING if readable else ProofState.UNREADABLE
    proof.save(update_fields=["looks", "state"])
    if not readable or proof.looks >= MOST_LOOKS:
        owe_look(proof)
    return readable and proof.looks < MOST_LOOKS


@transaction.atomic
def lapse(proof: Proof, reason: str) -> bool:
    """What was proven is to be shown anew: after a year, or because the channel's name now leads elsewhere."""
    channel = locked(proof.channel)
    proof = Proof.objects.select_for_update(of=("self",)).select_related("channel__owner").get(pk=proof.pk)
    if proof.state != ProofState.PROVEN:
        return False
    proof.state, proof.reason = ProofState.LAPSED, reason
    proof.save(update_fields=["state", "reason"])
    record("proof_lapsed", proof, by=None, channel=channel.pk)
    emails.channel_again(proof).send()
    return True


def why_again(proof: Proof, reading: Reading) -> str:
    """Return why a proven channel is to be proven anew: its name belongs to another channel, or has changed."""
    if reading.moved:
        return _("Nama akun @%s kini menunjuk ke kanal lain.") % proof.handle
    if proof.handle and reading.handle and reading.handle != proof.handle:
        return _("Nama akun berubah dari @%(old)s menjadi @%(new)s.") % {"old": proof.handle, "new": reading.handle}
    return ""


def lapse_old() -> int:
    """Ask again for what was proven a year ago, while the channel is still the person's."""
    old = Proof.objects.filter(state=ProofState.PROVEN, valid_until__lt=clock.today(), channel__closed_at=None)
    reason = _("Satu tahun sudah berlalu sejak kanal ini terakhir dibuktikan.")
    return sum(lapse(proof, reason) for proof in old.select_related("channel").order_by("valid_until", "pk")[:200])


def _year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
