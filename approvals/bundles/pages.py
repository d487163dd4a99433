"""The summary of a bundle as PDF, made as letters are: everything typed goes in as data, never as markup."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from approvals.bundles import words
from approvals.bundles.models import Bundle
from approvals.bundles.reading import CaseRecord

TEMPLATE = Path(__file__).with_name("bundle.typ")


def render(case: CaseRecord, bundle: Bundle) -> bytes:
    """Return the PDF; the same case and bundle give the same bytes."""
    facts = words.everything(facts_of(case, bundle))
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        timestamp=int(bundle.made_at.timestamp()),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    return pdf


def facts_of(case: CaseRecord, bundle: Bundle) -> dict[str, Any]:
    """Return every text of the document."""
    made = bundle.made_at
    attached = [(f"lampiran/{each.name}", each.size, each.sha256) for each in case.files]
    told = [*words.blocks(case), *([words.contents(attached)] if attached else [])]
    return {
        "number": case.declaration.number,
        "bundle": str(bundle.public_id),
        "demo": settings.DEMO,
        "date_parts": [made.year, made.month, made.day],
        "made": [
            [_("Dibuat"), words.moment(made)],
            [_("Oleh"), words.someone(bundle.made_by)],
            [_("Keperluan"), bundle.purpose],
            [_("Nomor paket"), str(bundle.public_id)],
            [_("Jawaban sensitif"), _("disertakan") if bundle.sensitive else _("tidak disertakan")],
        ],
        "blocks": [{**each, "pairs": [pair for pair in each["pairs"] if pair[1]]} for each in told],
        "foot": _(
            "Keutuhan paket diperiksa di portal, halaman Periksa paket bukti: unggah ZIP-nya tanpa diubah. "
            "Sidik setiap berkas ada di manifes.json."
        ),
    }
