"""A declaration that follows another: a prefilled copy that asks only what changed; the old one stands until then."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.answers import held_elsewhere, items_of
from declarations.drafts import start
from declarations.models import Declaration, DeclarationChannel, Origin, SealedAnswers
from declarations.status import OPEN, Status
from portal import clock
from portal.errors import Refused
from portal.people.models import Employee

OPENS = timedelta(days=60)  # before the last day (DESIGN 3)
HOLDS = frozenset({Status.APPROVED, Status.SUSPENDED})

# What may have changed (ux A20), and the pages of the form that ask about it.
CHANGES: dict[str, tuple[object, tuple[str, ...]]] = {
    "kanal_baru": (gettext_lazy("Kanal baru"), ("kanal", "konten", "komersial")),
    "kanal_ditutup": (gettext_lazy("Kanal ditutup"), ("kanal",)),
    "jenis": (gettext_lazy("Jenis konten"), ("konten",)),
    "keuntungan": (gettext_lazy("Mulai menerima keuntungan"), ("komersial", "komersial_umum", "kepentingan")),
    "jabatan": (gettext_lazy("Jabatan atau OPD saya"), ("waktu", "kepentingan")),
    "lainnya": (
        gettext_lazy("Lainnya"),
        ("kanal", "konten", "batas", "waktu", "komersial", "komersial_umum", "kepentingan"),
    ),
}


def renewable(declaration: Declaration, on: date) -> bool:
    """Tell whether a renewal may begin: in the last 60 days of an approval, or after it ended."""
    if declaration.status == Status.EXPIRED:
        return True
    until = declaration.valid_until
    return declaration.status in HOLDS and until is not None and until - OPENS <= on


def successor(declaration: Declaration) -> Declaration | None:
    """Return the declaration that is about to replace this one, or has; a withdrawn or rejected one does not count."""
    alive = [Status.DRAFT, *OPEN, Status.APPROVED, Status.SUSPENDED, Status.EXPIRED]
    return declaration.replaced_by.filter(status__in=alive).order_by("-pk").first()


def check_followable(declaration: Declaration, origin: Origin) -> None:
    """The old one must be in force (or over, for a renewal), and its channels not declared anew elsewhere."""
    if origin == Origin.AMENDMENT and declaration.status not in HOLDS:
        raise Refused(_("Hanya deklarasi yang disetujui dan masih berlaku yang dapat diubah."))
    if origin == Origin.RENEWAL and not renewable(declaration, clock.today()):
        if declaration.status in HOLDS and declaration.valid_until:
            raise Refused(
                _("Perpanjangan dapat dimulai 60 hari sebelum masa berlaku habis, mulai %s.")
                % f"{declaration.valid_until - OPENS:%d-%m-%Y}"
            )
        raise Refused(_("Deklarasi ini tidak dapat diperpanjang. Buat deklarasi baru."))
    held = held_elsewhere(declaration.declarant, declaration)
    for item in items_of(declaration):
        other = held.get((item.channel.platform, item.channel.key))
        if other is not None and other.replaces_id != declaration.pk:
            sentence = _("Kanal %(channel)s sudah Anda deklarasikan dalam %(number)s.")
            raise Refused(sentence % {"channel": item.channel, "number": other.number})


@transaction.atomic
def follow_up(old: Declaration, origin: Origin, changes: Iterable[str] = ()) -> Declaration:
    """Return the draft that is to replace `old`: the one already begun, else a copy of what was last sent."""
    person = Employee.objects.select_for_update(of=("self",)).select_related("unit__office").get(pk=old.declarant_id)
    begun = successor(old)
    if begun is not None:
        return begun
    check_followable(old, origin)
    draft = start(person, on=clock.today())
    draft.replaces, draft.origin = old, origin
    draft.late = origin == Origin.RENEWAL and old.status == Status.EXPIRED
    draft.scope = sorted({page for change in changes for page in CHANGES[change][1]})
    draft.answers = {code: value for code, value in old.answers.items() if code != "NOTE"}
    draft.save()
    items = old.items.filter(excluded=False).order_by("position", "pk")
    DeclarationChannel.objects.bulk_create(
        DeclarationChannel(declaration=draft, channel_id=item.channel_id, position=item.position, answers=item.answers)
        for item in items
    )
    snapshot = old.snapshot
    sealed = SealedAnswers.objects.filter(snapshot=snapshot).first() if snapshot else None
    if sealed is not None:
        copy = SealedAnswers(declaration=draft)
        copy.answers = sealed.answers
        copy.save()
    return draft
