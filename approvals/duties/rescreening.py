"""After a register, a rule or the calendar has changed: cases are judged again, some hundred at a time."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from approvals.models import RescreenRun, RuleText
from approvals.rescreen import rescreen
from approvals.workflow.moving import lock
from declarations.models import Declaration
from declarations.registries.models import Registry, RegistryImport
from declarations.status import OPEN
from declarations.succession import HOLDS
from portal import clock
from portal.calendar.models import Change

_BATCH = 200


def rescreen_after_imports() -> int:
    """Judge the next cases of the oldest import that is not through; returns how many were judged."""
    waiting = RegistryImport.objects.filter(screen_from__isnull=False).defer("content").order_by("pk").first()
    if waiting is None:
        return 0
    rows = RegistryImport.objects.filter(pk=waiting.pk)
    cases = _running().filter(pk__gt=waiting.screen_from)
    if waiting.registry != Registry.ELECTION:  # only an election touches those that bring no benefit
        cases = cases.exclude(commercial="tidak")
    judged = _judge(cases, f"registry.{waiting.registry}", lambda pk: rows.update(screen_from=pk))
    if judged < _BATCH:
        rows.update(screen_from=None)
    return judged


def open_rounds() -> int:
    """Open a round for each version of a rule that has begun, and for the newest change of the calendar."""
    begun = RuleText.objects.filter(effective_from__lte=clock.today(), cancelled_at=None, made_at__isnull=False)
    owed = {f"rule.{row.code}.v{row.version}": f"rule.{row.code}" for row in begun}
    if (change := Change.objects.filter(by__isnull=False).order_by("-pk").first()) is not None:
        owed[f"calendar.{change.pk}"] = "calendar"
    known = set(RescreenRun.objects.filter(key__in=owed).values_list("key", flat=True))
    new = [RescreenRun(key=key, because=why, opened_at=clock.now()) for key, why in owed.items() if key not in known]
    RescreenRun.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def go_round() -> int:
    """Judge the next cases of the oldest round that is not through; returns how many were judged."""
    run = RescreenRun.objects.filter(done_at=None).order_by("pk").first()
    if run is None:
        return 0
    rows = RescreenRun.objects.filter(pk=run.pk)
    cases = _running().filter(pk__gt=run.position)
    judged = _judge(cases, run.because, lambda pk: rows.update(position=pk))
    if judged < _BATCH:
        rows.update(done_at=clock.now())
    return judged


def _running() -> QuerySet[Declaration]:
    return Declaration.objects.filter(status__in=OPEN | HOLDS).order_by("pk")


def _judge(cases: QuerySet[Declaration], because: str, remember: Callable[[int], object]) -> int:
    """Judge some cases, each in a transaction of its own with the place where to go on after a kill."""
    keys = list(cases.values_list("pk", flat=True)[:_BATCH])
    for pk in keys:
        with transaction.atomic():
            rescreen(lock(Declaration.objects.get(pk=pk)), because=because, quiet=True)
            remember(pk)
    return len(keys)
