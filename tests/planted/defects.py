"""The eighteen defects of the threat model (5.4) as small changes of our source, each with the test that sees it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One place: `old` stands there exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Defect:
    """What goes wrong, where it is planted, and who must notice."""

    number: int
    says: str
    changes: tuple[Change, ...]
    test: str


LOCKED = 'Declaration.objects.select_for_update(of=("self",))\n        .select_related'
ON_COMMIT = """from portal.mail.transport import Line, hand_over

        late = OutgoingEmail(key=self.key, to=self.to, subject=self.subject, text=self.text, purpose=self.purpose)
        late.message_id = message_id(self.key)
        transaction.on_commit(lambda: hand_over(late, Line()))
        return late
        problem = _unusable(self.to)
"""
DEFECTS = (
    Defect(
        1,
        "the row lock is removed",
        (
            Change("approvals/workflow/moving.py", LOCKED, "Declaration.objects\n        .select_related"),
            Change("approvals/workflow/moving.py", 'Step.objects.select_for_update(of=("self",)).', "Step.objects."),
        ),
        "tests/faults/test_races.py::test_forty_cases_twelve_at_once_by_link_then_by_dashboard",
    ),
    Defect(
        2,
        "opening the link uses it up",
        (
            Change(
                "approvals/views/link.py",
                '    if request.method != "POST":\n        return render(request, "approvals/head_decision.html"',
                '    if request.method != "POST":\n'
                "        Step.objects.filter(pk=step.pk).update(link_version=step.link_version + 1)\n"
                '        return render(request, "approvals/head_decision.html"',
            ),
        ),
        "tests/approvals/test_link.py::test_fetching_twenty_times_changes_nothing",
    ),
    Defect(
        3,
        "an answer is chosen beforehand",
        (
            Change(
                "approvals/forms/head.py",
                "        widget=forms.RadioSelect,\n",
                "        widget=forms.RadioSelect,\n        required=False,\n        initial=Outcome.ENDORSED,\n",
            ),
            Change(
                "approvals/forms/head.py",
                '        outcome = data.get("keputusan")\n',
                '        outcome = data["keputusan"] = data.get("keputusan") or Outcome.ENDORSED\n',
            ),
        ),
        "tests/approvals/test_link.py::test_nothing_is_preselected_and_a_blind_post_is_refused",
    ),
    Defect(
        4,
        "an older link stays alive",
        (Change("approvals/workflow/requests.py", "    step.link_version += 1\n", ""),),
        "tests/approvals/test_link.py::test_a_link_replaced_by_a_newer_one_is_dead",
    ),
    Defect(
        5,
        "the address in mails comes from the request",
        (
            Change(
                "portal/metrics.py",
                "        number, began =",
                '        settings.PORTAL_URL = "http://" + request.META.get("HTTP_X_FORWARDED_HOST", "localhost")\n'
                "        number, began =",
            ),
        ),
        "tests/security/test_abuse.py::test_l18_a_foreign_host_is_refused_and_never_written_into_a_mail",
    ),
    Defect(
        6,
        "mail is handed over on commit, without a row",
        (Change("portal/mail/compose.py", "problem = _unusable(self.to)\n", ON_COMMIT),),
        "tests/faults/test_mail_faults.py::test_fault_14_a_server_that_is_away_costs_only_time",
    ),
    Defect(
        7,
        "a mail is noted as sent before it is",
        (
            Change(
                "portal/mail/delivery.py",
                "    reachable = True\n    try:\n",
                "    reachable = True\n    _note_sent(row)\n    try:\n",
            ),
        ),
        "tests/faults/test_mail_faults.py::"
        "test_faults_10_and_29_a_worker_killed_before_the_server_took_the_mail_costs_nothing",
    ),
    Defect(
        8,
        "the audit line is written after the deed",
        (
            Change(
                "portal/audit/log.py",
                "            _append(line)\n",
                "            transaction.on_commit(lambda: _append(line), robust=True)\n",
            ),
        ),
        "tests/audit/test_log.py::test_nothing_happens_when_the_line_cannot_be_written",
    ),
    Defect(
        9,
        "a view finds other people's cases",
        (Change("declarations/views/access.py", ", declarant_id=request.user.pk)", ")"),),
        "tests/declarations/test_views.py::test_another_persons_number_does_not_exist",
    ),
    Defect(
        10,
        "a child is found under any parent",
        (
            Change(
                "declarations/views/access.py",
                'declaration.items.select_related("channel")',
                'DeclarationChannel.objects.select_related("channel")',
            ),
        ),
        "tests/declarations/test_views.py::test_a_channel_of_another_declaration_does_not_exist",
    ),
    Defect(
        11,
        "the order of a list comes from the address as it is",
        (
            Change(
                "approvals/filters.py",
                "take(name, value, known=value in values)",
                'take(name, value, known=value in values or name == "urut")',
            ),
        ),
        "tests/approvals/test_queue.py::test_an_unknown_value_is_ignored_with_a_sentence",
    ),
    Defect(
        12,
        "a CSV export without the apostrophe",
        (
            Change(
                "approvals/exports/writing.py",
                '    return f"\'{clean}" if start in _FORMULA or value[:1] in _FIRST else clean\n',
                "    return clean\n",
            ),
            Change(
                "approvals/exports/writing.py",
                '        return f"\'{value}" if value.lstrip()[:1] in _FORMULA else value\n',
                "        return value\n",
            ),
        ),
        "tests/coverage/test_export.py::test_the_csv_holds_the_filtered_rows_and_no_formula",
    ),
    Defect(
        13,
        "a NIP is read as a number",
        (
            Change(
                "portal/people/roster/rows.py",
                "        if isinstance(text, Number) or _SCIENTIFIC",
                "        if isinstance(text, Number):\n"
                '            text = f"{int(float(text)):018d}"\n'
                "        if _SCIENTIFIC",
            ),
        ),
        "tests/people/test_sheets.py::test_a_roster_in_xlsx_is_imported_and_a_numeric_nip_refused",
    ),
    Defect(
        14,
        "a reviewer may decide his own case",
        (
            Change("approvals/policies.py", "if declaration.declarant_id == person.pk:", "if False:"),
            Change(
                "approvals/queries.py",
                "Declaration.objects.exclude(declarant=person).filter(",
                "Declaration.objects.filter(",
            ),
        ),
        "tests/approvals/test_case.py::test_ones_own_case_does_not_exist",
    ),
    Defect(
        15,
        "the token of a link is written into the log",
        (Change("portal/logs.py", r"\.[\w.-]+|{_TOKEN}", r"\.[\w.-]+"),),
        "tests/security/test_logs.py::test_no_kind_of_mailed_link_is_written_with_its_token",
    ),
    Defect(
        16,
        "no time-out towards Redis",
        (Change("portal/settings.py", '    "socket_timeout": 3,\n    "socket_connect_timeout": 2,\n', ""),),
        "tests/faults/test_broker_faults.py::test_fault_25_publishing_to_a_frozen_broker_ends",
    ),
    Defect(
        17,
        "a reminder is owed on one day only",
        (Change("approvals/duties/ladder.py", "sum(age >= days for", "sum(age == days for"),),
        "tests/approvals/test_due.py::test_after_a_week_without_the_clock_one_reminder_goes_out_not_two",
    ),
    Defect(
        18,
        "403 where 404 is promised",
        (
            Change(
                "approvals/views/link.py",
                "    if opened is None:\n        raise Http404\n    step = get_object_or_404(",
                "    if opened is None:\n        raise PermissionError\n    step = get_object_or_404(",
            ),
            Change(
                "approvals/views/link.py",
                "from django.http import Http404",
                "from django.core.exceptions import PermissionDenied as PermissionError\n"
                "from django.http import Http404",
            ),
        ),
        "tests/security/test_access_matrix.py::"
        "test_every_address_answers_eight_callers_and_four_methods_as_the_table_says",
    ),
)
