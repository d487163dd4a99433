"""A Plt. that lasts: BKPSDM is asked to look after 90 and after 180 days (SE BKN 1/SE/I/2021)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from approvals import emails, work
from approvals.models import Audience, WorkItem, WorkKind
from portal import clock
from portal.people.heads import in_force
from portal.people.models import Capacity, Employee, HeadAssignment

_BATCH = 100
TERMS = (90, 180)  # days


def warn_long_terms() -> int:
    """Open a task and mail the administrators, once for each of the two terms."""
    today, done = clock.today(), 0
    for days, longer in ((90, 180), (180, None)):
        about = f"plt{days}"
        told = WorkItem.objects.filter(kind=WorkKind.ACTING_TERM, opd=OuterRef("opd"), about__startswith=about)
        long = in_force(today).filter(capacity=Capacity.PLT, starts__lte=today - timedelta(days=days))
        if longer is not None:
            long = long.filter(starts__gt=today - timedelta(days=longer))
        told = told.filter(opened_at__date__gte=OuterRef("starts"))
        for each in long.filter(~Exists(told)).select_related("person", "opd").order_by("pk")[:_BATCH]:
            text = _("%(who)s sudah %(days)d hari menjadi %(post)s. Periksa surat perintahnya.")
            said = text % {"who": each.person, "days": days, "post": each.post_on_letter}
            _tell(each, said, days)
            done += 1
    return done


@transaction.atomic
def _tell(term: HeadAssignment, said: str, days: int) -> None:
    about = f"plt{days}"
    work.owe(WorkKind.ACTING_TERM, said[:300], opd=term.opd, about=about, audience=Audience.ADMINISTRATOR)
    for officer in Employee.objects.filter(groups__name="administrator", is_active=True).order_by("pk"):
        emails.acting_term(officer, said, key=f"plt.{term.pk}.{days}.{officer.pk}").send()
