"""What a version is compared with: the one sent before, or the approval that it is to replace."""

from django.utils.translation import gettext as _

from declarations.models import Snapshot
from declarations.presentation import Change, differences
from declarations.questions import BY_CODE


def before(snapshot: Snapshot) -> tuple[Snapshot | None, str]:
    """Return the older snapshot and what it is called: 'versi 1', or the number of the replaced declaration."""
    declaration = snapshot.declaration
    if snapshot.version > 1:
        older = declaration.snapshots.filter(version=snapshot.version - 1).first()
        return older, _("versi %d") % (snapshot.version - 1)
    if declaration.replaces is not None:
        return declaration.replaces.snapshot, declaration.replaces.number
    return None, ""


def changes_for_head(snapshot: Snapshot) -> tuple[list[Change], str]:
    """Return what changed among the answers a head sees, and against what; no label means nothing to compare with."""
    older, label = before(snapshot)
    if older is None:
        return [], ""
    changes = differences(older.content, snapshot.content)
    return [each for each in changes if each.code not in BY_CODE or BY_CODE[each.code].head], label
