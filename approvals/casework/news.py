"""What is new on a case, in words: a red dot would not say what to look at."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from approvals.models import Finding, Outcome, PointAnswer, Proof
from declarations.models import Declaration
from declarations.status import Status

_TURN = (Status.AWAITING_HEAD, Status.AWAITING_REVIEW, Status.AWAITING_INSPECTORATE)


def with_news(cases: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Annotate what `words` needs; each part is asked per row of the page, by an index."""
    answered = PointAnswer.objects.filter(
        step__declaration=OuterRef("pk"),
        step__outcome=Outcome.RETURNED,
        step__snapshot__version=OuterRef("version") - 1,
    )
    added = Finding.objects.filter(
        snapshot__declaration=OuterRef("pk"),
        snapshot__version=OuterRef("version"),
        added_at__isnull=False,
        relevant__isnull=True,
    )
    proofs = Proof.objects.filter(condition__step__declaration=OuterRef("pk"), accepted__isnull=True)
    # the column before AND spares the look-up for the many rows it settles
    return cases.annotate(
        answered=Q(version__gt=1) & Q(Exists(answered)),
        added=Q(findings__gt=0) & Q(Exists(added)),
        proof_waits=Q(with_conditions=True) & Q(Exists(proofs)),
    )


def words(declaration: Any) -> list[str]:
    """Return what is new on an annotated case: a new version, answers, findings, proofs."""
    told = []
    if declaration.version > 1 and declaration.status in _TURN:
        told.append(_("Dikirim ulang, versi %d") % declaration.version)
        if declaration.answered:
            told.append(_("Ada jawaban baru dari ASN"))
    if declaration.added:
        told.append(_("Ada temuan baru"))
    if declaration.proof_waits:
        told.append(_("Bukti syarat menunggu diperiksa"))
    return told
