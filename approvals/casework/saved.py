"""Own views of the queue: saved under a name, at most twenty a person, removed again."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.casework.models import DeskSetting, SavedView
from portal.errors import Refused
from portal.people.models import Employee

MOST = 20
NAME_LENGTH = 60


@transaction.atomic
def save(name: str, query: str, *, by: Employee) -> SavedView:
    """Keep a view under a name of its own; what a person typed wrongly is refused with the sentence to show."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Tulis nama tampilan"), status=422)
    if len(name) > NAME_LENGTH:
        raise Refused(_("Nama tampilan paling banyak %d karakter") % NAME_LENGTH, status=422)
    # two windows of one person: the second one waits here, so that neither counts past the other
    Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
    mine = SavedView.objects.filter(owner=by)
    same = mine.filter(name=name).first()
    if same is not None and same.query == query:
        return same
    if same is not None:
        raise Refused(_("Anda sudah punya tampilan bernama “%s”. Pakai nama lain.") % name, status=422)
    if mine.count() >= MOST:
        raise Refused(_("Paling banyak %d tampilan. Hapus satu dulu.") % MOST, status=422)
    return SavedView.objects.create(owner=by, name=name, query=query)


@transaction.atomic
def remove(key: int, *, by: Employee) -> None:
    """Forget an own view; one that is gone already stays gone."""
    SavedView.objects.filter(owner=by, pk=key).delete()


def desk_of(person: Employee) -> tuple[list[dict[str, str]], bool]:
    """Return name and query of each own view, and whether single keys move and open, by one statement."""
    found = (
        Employee.objects.filter(pk=person.pk)
        .order_by("saved_views__name", "saved_views__pk")
        .values_list("saved_views__name", "saved_views__query", "desk_setting__shortcuts")
    )
    rows = list(found)
    views = [{"name": name, "query": query} for name, query, _shortcuts in rows if name is not None]
    return views, all(shortcuts is not False for _name, _query, shortcuts in rows)


def shortcuts_on(person: Employee) -> bool:
    """Tell whether single keys move and open for this person; they do until he switches them off."""
    chosen = DeskSetting.objects.filter(person=person).values_list("shortcuts", flat=True).first()
    return chosen is not False


def set_shortcuts(person: Employee, on: bool) -> None:
    """Switch the keys on or off for this person, on every machine he works at."""
    DeskSetting.objects.update_or_create(person=person, defaults={"shortcuts": on})
