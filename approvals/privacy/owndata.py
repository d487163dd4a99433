"""Everything the portal holds about one person, in words, for that person alone."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from approvals.models import Letter, Step
from approvals.parts import INSPECTORATE, group_of
from approvals.privacy.accesses import of_person
from declarations.models import Channel, Declaration, SealedAnswers, Snapshot
from declarations.presentation import sections
from portal import clock, dates
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee

TEMPLATE = Path(__file__).with_name("owndata.typ")
_MAILS = 500


def collect(person: Employee) -> list[dict[str, Any]]:
    """Return titled sections of rows [label, text]: no notes of officers, no findings, no names of reviewers."""
    cases = list(Declaration.objects.filter(declarant=person).order_by("pk"))
    return [
        {"title": _("Data pegawai"), "rows": _profile(person)},
        {"title": _("Akun"), "rows": _account(person)},
        {"title": _("Kanal"), "rows": _channels(person)},
        *(part for case in cases for part in _case(case)),
        {"title": _("Pernyataan tanpa kanal"), "rows": _nil(person)},
        {"title": _("Permintaan perbaikan data"), "rows": _corrections(person)},
        {"title": _("Email kepada Anda"), "rows": _mails(person, [case.number for case in cases])},
        {"title": _("Yang membuka data Anda"), "rows": [[at, what] for at, what in of_person(person)]},
    ]


def _profile(person: Employee) -> list[list[str]]:
    rows = [
        [_("Nama"), person.official_name],
        ["NIP", person.nip or ""],
        [_("Jenis pegawai"), person.get_employment_type_display()],
        [_("Kedudukan hukum"), person.legal_status],
        [_("Golongan"), person.grade],
        [_("Jabatan"), person.post],
        [_("TMT jabatan"), dates.long_date(person.post_since) if person.post_since else ""],
        [_("Unit kerja"), person.unit.name],
        [_("OPD"), person.office.name if person.office else ""],
        [_("Email kepegawaian"), person.email],
        [_("Email dinas"), person.email_gov],
        [_("Email terbukti"), person.contact_email or ""],
    ]
    terms = [
        [_("Penugasan"), f"{term.post_on_letter}, {_span(term.starts, term.ends)}"]
        for term in person.assignments.select_related("opd").order_by("starts", "pk")
    ]
    return [row for row in rows if row[1]] + terms


def _span(starts: Any, ends: Any) -> str:
    until = dates.long_date(ends) if ends else _("sekarang")
    return f"{dates.long_date(starts)} – {until}"


def _account(person: Employee) -> list[list[str]]:
    last = dates.moment(person.last_login) if person.last_login else _("belum pernah")
    rows = [[_("Terakhir masuk"), last]]
    return rows + [[_("Peran"), name] for name in person.groups.order_by("name").values_list("name", flat=True)]


def _channels(person: Employee) -> list[list[str]]:
    return [[each.get_platform_display(), each.url] for each in Channel.objects.filter(owner=person).order_by("pk")]


def _case(case: Declaration) -> list[dict[str, Any]]:
    sent = dates.moment(case.submitted_at) if case.submitted_at else _("belum dikirim")
    rows = [[_("Status"), case.status_label], [_("Dikirim"), sent]]
    rows += [_decision(step) for step in case.steps.exclude(decided_at=None).filter(cancelled_at=None)]
    for letter in Letter.objects.filter(declaration=case):
        rows.append([_("Surat"), f"{letter.number}, {_('berlaku sampai')} {dates.long_date(letter.valid_until)}"])
    found = [{"title": _("Deklarasi %s") % case.number, "rows": rows}]
    for snapshot in case.snapshots.order_by("version"):
        found.append(
            {"title": _("Isian %(number)s, versi %(version)d") % _named(case, snapshot), "rows": _said(snapshot)}
        )
    return found


def _named(case: Declaration, snapshot: Snapshot) -> dict[str, Any]:
    return {"number": case.number, "version": snapshot.version}


def _decision(step: Step) -> list[str]:
    """Return who decided as an office, what, when and why: reviewers are not named (DESIGN 9)."""
    assert step.decided_at is not None
    office = step.post or (_("Inspektorat") if group_of(step) == INSPECTORATE else _("BKPSDM"))
    text = f"{step.get_outcome_display()}, {office}, {dates.moment(step.decided_at)}"
    return [step.get_stage_display(), f"{text}. {step.reason}".strip(". ")]


def _said(snapshot: Snapshot) -> list[list[str]]:
    sealed = SealedAnswers.objects.filter(snapshot=snapshot).first()
    parts = sections(snapshot.content, sealed.answers if sealed else {}, audience="declarant")
    return [
        [f"{row.label} ({row.channel})" if row.channel else row.label, row.value] for part in parts for row in part.rows
    ]


def _nil(person: Employee) -> list[list[str]]:
    return [[str(each.year), dates.moment(each.made_at)] for each in person.nil_statements.all()]


def _corrections(person: Employee) -> list[list[str]]:
    words = {None: _("menunggu"), True: _("diperbaiki"), False: _("tidak diperbaiki")}
    return [
        [
            dates.moment(each.asked_at),
            f"{each.get_datum_display()}: {each.wish} ({words[each.done]}) {each.answer}".strip(),
        ]
        for each in person.corrections.all()
    ]


def _mails(person: Employee, numbers: list[str]) -> list[list[str]]:
    own = Q(case="", to__in=[each for each in (person.contact_email, person.email, person.email_gov) if each])
    own |= Q(case__in=numbers, purpose="case_notice")
    mails = OutgoingEmail.objects.filter(own).order_by("-pk").only("created_at", "subject", "state")[:_MAILS]
    return [[dates.moment(each.created_at), f"{each.subject} ({each.get_state_display()})"] for each in mails]


def as_json(person: Employee) -> bytes:
    """Return the sections as JSON, readable by people and programs."""
    told = {
        "portal": settings.PORTAL_URL,
        "dibuat": clock.now().isoformat(timespec="seconds"),
        "bagian": [
            {
                "judul": str(part["title"]),
                "isi": [{"nama": str(label), "nilai": str(text)} for label, text in part["rows"]],
            }
            for part in collect(person)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_pdf(person: Employee) -> bytes:
    """Return the same as a PDF. Every text goes in as data; nothing a person typed is read as markup."""
    with translation.override("id"):
        facts = {
            "name": person.official_name,
            "made": dates.moment(clock.now()),
            "demo": settings.DEMO,
            "parts": [
                {"title": str(part["title"]), "rows": [[str(label), str(text)] for label, text in part["rows"]]}
                for part in collect(person)
            ],
        }
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(clock.now().timestamp()),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    return pdf
