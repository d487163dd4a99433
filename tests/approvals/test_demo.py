"""The demo: a case in every status, something on every desk, all by the real deeds, and only once."""

from io import StringIO

import pytest
from django.core.management import call_command

from approvals.casework.models import AnswerComment, SavedView
from approvals.inserts.models import InsertText
from approvals.invariants import INVARIANTS
from approvals.models import Finding, RuleText
from approvals.privacy.models import Correction, Hold
from approvals.screening import feeds
from declarations.models import Declaration
from declarations.status import Status
from portal.audit.models import AuditEvent
from portal.people.models import Employee


@pytest.mark.django_db
def test_the_demo_shows_every_status_and_fills_every_desk_once() -> None:
    call_command("demo", stdout=StringIO())
    assert set(Declaration.objects.values_list("status", flat=True)) == set(Status.values)
    assert Employee.objects.filter(is_demo=True).count() > 500
    silent = set(RuleText.objects.values_list("code", flat=True)) - set(Finding.objects.values_list("code", flat=True))
    assert silent <= {*feeds.CODES}  # these speak of what a platform shows, and the demo asks none
    desks = (AnswerComment, SavedView, Correction, Hold, InsertText)
    assert all(model.objects.exists() for model in desks)
    assert [each.code for each in INVARIANTS if each.violations()] == []
    everything = (*desks, Declaration, Employee, AuditEvent)
    before = [model.objects.count() for model in everything]
    call_command("demo", stdout=StringIO())
    assert [model.objects.count() for model in everything] == before
