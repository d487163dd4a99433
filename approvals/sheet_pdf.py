"""The one-page sheet on which a head without a mailbox decides with a pen; it holds no link and no code."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from approvals.forms.head import OUTCOMES
from approvals.letter_pdf import qr
from approvals.models import Step
from declarations.models import Severity
from declarations.presentation import key_facts
from portal import clock, dates
from portal.people.models import Employee

TEMPLATE = Path(__file__).with_name("sheet.typ")


def render(step: Step, signer: Employee | None) -> bytes:
    """Return the PDF for the request as it stands now."""
    with translation.override("id"):
        words = words_of(step, signer)
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(clock.now().timestamp()),
        sys_inputs={"facts": json.dumps(words, ensure_ascii=False)},
    )
    return pdf


def words_of(step: Step, signer: Employee | None) -> dict[str, Any]:
    """Return every text of the sheet that varies; what was answered under seal is not printed."""
    content, number = step.snapshot.content, step.declaration.number
    who = content["declarant"]
    findings = step.snapshot.findings.exclude(severity=Severity.INFO)
    return {
        "number": number,
        "version": str(step.snapshot.version),
        "demo": settings.DEMO,
        "rows": [
            ["Nama", who["name"]],
            ["Jabatan", who["post"]],
            ["Unit kerja", who["unit"]],
            *([label, str(value)] for label, value in key_facts(content)),
            *([["Catatan ASN", note]] if (note := content["answers"].get("NOTE", "")) else []),
        ],
        "findings": [f"{each.code}: {each.name}" for each in findings],
        "options": [[str(label), str(hint)] for _value, label, hint in OUTCOMES],
        "signer": signer.official_name if signer else "",
        "post": step.post,
        "due": dates.long_date(step.due_on) if step.due_on else "",
        "printed": dates.moment(clock.now()),
        "qr": qr(settings.PORTAL_URL + reverse("approvals:by_hand")),
    }
