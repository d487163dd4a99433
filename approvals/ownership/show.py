"""What pages tell about the proof of channels."""

from typing import Any

from django.utils.translation import gettext as _

from approvals import ownership
from approvals.policies import allowed
from declarations.models import Channel, Platform
from declarations.proofs.models import Proof, ProofState
from declarations.proofs.standing import standing
from portal import clock
from portal.people.models import Employee

_PAGE = 100


def own_context(channel: Channel) -> dict[str, Any]:
    """Return the context of the owner's page."""
    current = standing(channel.pk)
    proof = current.proof
    usable = proof is not None and proof.usable(clock.now())
    return {
        "channel": channel,
        "standing": current,
        "proof": proof,
        "code": proof.code if proof is not None and (usable or proof.under_way) else "",
        "may_ask": usable,
        "may_issue": not usable and not current.proven and not (proof is not None and proof.under_way),
        "steps": _steps(channel.platform),
        "by_machine": channel.platform == Platform.YOUTUBE and not (proof is not None and proof.method),
    }


def _steps(platform: str) -> list[str]:
    """Return where the code goes on this platform, in the words of its own menus."""
    if platform == Platform.YOUTUBE:
        return [
            _("Buka YouTube Studio, lalu pilih Penyesuaian dan Info dasar."),
            _("Tempel kode di baris pertama Deskripsi kanal. Boleh juga di deskripsi video terbaru."),
            _("Tekan Publikasikan, lalu kembali ke halaman ini."),
        ]
    if platform == Platform.TIKTOK:
        return [
            _("Buka profil TikTok Anda, lalu pilih Edit profil."),
            _("Tempel kode di Bio. Simpan dulu bio lama bila tidak muat."),
            _("Tekan Simpan, lalu kembali ke halaman ini."),
        ]
    return [
        _("Buka profil Instagram Anda, lalu pilih Edit profil."),
        _("Tempel kode di Bio. Bila akun privat, bukalah untuk umum sampai pemeriksaan selesai."),
        _("Tekan Selesai, lalu kembali ke halaman ini."),
    ]


def waiting(person: Employee) -> list[dict[str, Any]]:
    """Return the proofs that wait for an officer, oldest first; what this person may not judge says so."""
    rows = (
        Proof.objects.filter(state__in=[ProofState.WAITING, ProofState.UNREADABLE], channel__closed_at=None)
        .exclude(channel__owner=person)
        .select_related("channel__owner__unit__office")
        .order_by("asked_at", "pk")[:_PAGE]
    )
    return [{"proof": row, "may": allowed(ownership.check_officer, row.channel, person)} for row in rows]


def history(channel: Channel) -> list[Proof]:
    """Return the attempts to prove this channel, newest first."""
    rows = Proof.objects.filter(channel=channel).select_related("checked_by").prefetch_related("files")
    return list(rows.order_by("-pk")[:20])
