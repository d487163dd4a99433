"""Where the proofs of channels stand: the newest row of each, in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from declarations.proofs.models import Proof, ProofState
from portal import clock


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said about one channel's ownership, the same on every page."""

    state: ProofState
    proof: Proof | None = None

    @property
    def label(self) -> str:
        return str(self.state.label)

    @property
    def proven(self) -> bool:
        return self.state == ProofState.PROVEN

    @property
    def at(self) -> datetime | None:
        return self.proof.checked_at if self.proof and self.proven else None

    @property
    def how(self) -> str:
        return self.proof.get_method_display() if self.proof and self.proven else ""


def standings(channels: Collection[int]) -> dict[int, Standing]:
    """Return where each of these channels stands."""
    newest = Proof.objects.filter(channel__in=channels).order_by("channel_id", "-pk").distinct("channel_id")
    rows = {proof.channel_id: proof for proof in newest.select_related("checked_by")}
    return {pk: _standing(rows.get(pk)) for pk in channels}


def standing(channel_id: int) -> Standing:
    return standings([channel_id])[channel_id]


def _standing(proof: Proof | None) -> Standing:
    if proof is None:
        return Standing(ProofState.ISSUED)
    state = ProofState(proof.state)
    if state == ProofState.PROVEN and proof.valid_until and proof.valid_until < clock.today():
        state = ProofState.LAPSED
    return Standing(state, proof)
