"""The rows behind the rules: words, severities, thresholds, legal bases and the commercial policy of a day."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import LegalBasis, Policy, RuleText
from approvals.screening import Book, Conflict, Evidence
from declarations import statements
from declarations.facts import Facts
from declarations.presentation import words
from declarations.questions import BY_CODE

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
READ = {
    "REGISTER": gettext_lazy("Catatan register"),
    "BIDANG": gettext_lazy("Bidang usaha sensitif"),
    "UNGGAHAN": gettext_lazy("Waktu unggah"),
    "TANDA": gettext_lazy("Tanda iklan dalam keterangan"),
    "CONTOH": gettext_lazy("Contoh konten"),
    "MUTASI": gettext_lazy("Jabatan"),
    "KANAL": gettext_lazy("Kanal"),
}
_PPPK = frozenset({"pppk", "pppk_pw"})
_ONLY_PNS = ("PP-94", "PP-6-1974")
_FOR_PPPK = "PP-49"
_DISCIPLINE = {
    "pns": "DISIPLIN-PNS",
    "cpns": "DISIPLIN-PNS",
    "pppk": "DISIPLIN-PPPK",
    "pppk_pw": "DISIPLIN-PPPK",
}


def policy_on(on: date) -> Policy:
    """Return how the commercial clause is read on that day; before the first row, as the first row says."""
    rows = Policy.objects.filter(cancelled_at=None)
    in_force = rows.filter(effective_from__lte=on).order_by("-effective_from", "-pk").first()
    return in_force or rows.earliest("effective_from", "pk")


def describe(
    conflicts: Iterable[Conflict], facts: Facts, *, on: date, texts: Mapping[str, RuleText] | None = None
) -> list[dict[str, Any]]:
    """Return the conflicts as keyword arguments of Finding, in the words and severities in force on that day.

    A rule without a row, or switched off, asks nothing. What is stored is Indonesian, whatever the reader's language.
    """
    texts = rule_texts(on) if texts is None else texts
    book = book_of(texts)
    asked = [each for each in conflicts if each.code in texts]
    prefetch_related_objects([texts[each.code] for each in asked], "bases")
    with translation.override("id"):
        return [_described(each, texts[each.code], facts, book) for each in asked]


def rule_texts(on: date) -> dict[str, RuleText]:
    """Return each active rule in force on that day."""
    return {code: text for code, text in versions_on(on).items() if text.active}


def versions_on(on: date) -> dict[str, RuleText]:
    """Return the newest version of each rule that has begun on that day, also of those switched off."""
    begun = RuleText.objects.filter(effective_from__lte=on, cancelled_at=None)
    return {text.code: text for text in begun.order_by("effective_from", "version")}


def book_of(texts: Mapping[str, RuleText]) -> Book:
    """Return what these rows set, as the frozen data that `screen` takes."""
    return Book(
        levels={code: dict(text.levels) for code, text in texts.items()},
        limits={f"{code}.{name}": value for code, text in texts.items() for name, value in text.limits.items()},
        active=frozenset(texts),
    )


def commitments(employment: str, on: date) -> list[str]:
    """Return the seven commitments, the last one with the discipline rule of this kind of employee."""
    basis = LegalBasis.objects.filter(code=_DISCIPLINE.get(employment, "")).first()
    return statements.commitments_on(on, str(basis) if basis else "")


def _described(conflict: Conflict, text: RuleText, facts: Facts, book: Book) -> dict[str, Any]:
    return {
        "code": conflict.code,
        "version": text.version,
        "severity": book.severity(conflict).value,
        "name": text.name,
        "reason": _filled(text.reason, conflict, facts),
        "topic": text.topic,
        "source": text.source,
        "evidence": [_row(evidence) for evidence in conflict.evidence],
        "bases": [
            {"code": basis.code, "text": str(basis), "verified": basis.verified_at is not None}
            for basis in _bases(text, facts)
        ],
    }


def _filled(reason: str, conflict: Conflict, facts: Facts) -> str:
    """Put the names in; an unknown placeholder stays visible, so that a mistyped text is noticed."""
    labels = {evidence.channel for evidence in conflict.evidence if evidence.channel}
    partners = [
        partner.name
        for channel in facts.channels
        if channel.label in labels or not labels
        for partner in channel.partners
        if partner.name
    ]
    named = ", ".join(dict.fromkeys(partners)) or _("pihak yang bekerja sama")
    by_register = any(evidence.code == "REGISTER" for evidence in conflict.evidence)
    values = {
        "mitra": named,
        "opd": facts.post.office or _("perangkat daerahnya"),
        "menurut": _("Menurut register") if by_register else _("Menurut jawaban pegawai"),
        **conflict.numbers,
    }
    filled = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), reason)
    filled = filled[:1].upper() + filled[1:]
    if conflict.similar:
        return _("Terdapat kemungkinan kesamaan nama dengan %s.") % conflict.similar + " " + filled
    return filled


def _row(evidence: Evidence) -> dict[str, Any]:
    """Return one answer in words; what is kept encrypted is named here but never copied."""
    question = BY_CODE.get(evidence.code)
    if question is None:  # not an answer, but something that was read
        read: dict[str, Any] = {
            "code": evidence.code,
            "question": str(READ[evidence.code]),
            "answer": str(evidence.value),
        }
        read |= {"channel": evidence.channel} if evidence.channel else {}
        return read | ({"entry": evidence.entry} if evidence.entry else {})
    told = _("Jawaban sensitif, disimpan tersandi") if question.sensitive else words(question, evidence.value)
    row: dict[str, Any] = {"code": evidence.code, "question": str(question.label), "answer": told}
    if evidence.channel:
        row["channel"] = evidence.channel
    if question.sensitive or not question.head:
        row["sensitive"] = True
    return row


def _bases(text: RuleText, facts: Facts) -> list[LegalBasis]:
    """Return the legal bases; the discipline of PNS does not bind PPPK, who have their own."""
    bases = list(text.bases.all())
    if facts.post.employment not in _PPPK:
        return bases
    kept = [basis for basis in bases if not basis.code.startswith(_ONLY_PNS)]
    if len(kept) < len(bases):
        kept += LegalBasis.objects.filter(code=_FOR_PPPK)
    return kept
