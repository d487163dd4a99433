"""What the PDF of a bundle says, as blocks of plain text; the template only places them."""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from approvals.bundles.reading import CaseRecord
from approvals.history import timeline
from approvals.models import Finding, Step
from declarations.models import Snapshot
from declarations.presentation import differences, label_of, sections
from declarations.questions import BY_CODE, PARTS
from portal import dates

Block = dict[str, Any]
_MOST_EVENTS = 1_000
_UNBROKEN = 24  # characters after which a word may go on in the next line
_BREAK = "\u200b"


def printable(text: str) -> str:
    """Return the text as the PDF can show it: a sign without a form there, or one that turns lines round, by its code.

    Long words get places to break; nothing that was typed is lost.
    """
    shown, run = [], 0
    for char in text:
        run = 0 if char.isspace() or char in "-/" else run + 1
        shown.append(char if _has_a_form(char) else f"[U+{ord(char):04X}]")
        if run >= _UNBROKEN or char == "/":
            shown.append(_BREAK)
            run = 0
    return "".join(shown)


def _has_a_form(char: str) -> bool:
    if char == "\n":
        return True
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return False
    return ord(char) < 0x250 or 0x370 <= ord(char) < 0x530 or 0x2010 <= ord(char) <= 0x2044 or char in "€₂²³→←≤≥≠−™№"


def everything(value: Any) -> Any:
    """Return the blocks with every text made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: everything(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [everything(each) for each in value]
    return value


def block(title: str, level: int = 1, **content: Any) -> Block:
    """Return one part: a heading, then a note, pairs and a table, whichever it has."""
    return {"title": title, "level": level, "note": "", "pairs": [], "head": [], "rows": [], "widths": [], **content}


def day(value: date | datetime | None) -> str:
    return dates.long_date(value) if value else ""


def moment(value: datetime | None) -> str:
    return dates.moment(value) if value else ""


def someone(person: Any) -> str:
    """Return the name with number and post."""
    if person is None:
        return ""
    number = f"NIP {person.nip}" if person.nip else ""
    return ", ".join(part for part in (person.official_name, number, person.post) if part)


def blocks(case: CaseRecord) -> Iterator[Block]:
    """Yield the whole case in the order in which somebody who has never seen it reads it."""
    yield _case(case)
    yield block(_("Langkah dan keputusan"), note="" if case.steps else _("Belum ada langkah."))
    for number, step in enumerate(case.steps, start=1):
        yield _step(number, step)
    yield from _aftermath(case)
    before: Snapshot | None = None
    for version in case.versions:
        yield from _version(case, version, before)
        before = version
    yield from _remarks(case)
    yield _history(case)


def _case(case: CaseRecord) -> Block:
    declaration, who = case.declaration, case.declarant
    return block(
        _("Pokok perkara"),
        pairs=[
            [_("Nomor"), declaration.number],
            [_("Status"), declaration.status_label],
            [_("ASN"), someone(who)],
            [_("Unit kerja"), who.unit.name],
            [_("OPD"), declaration.opd.name if declaration.opd else ""],
            [_("Dikirim pertama kali"), moment(declaration.submitted_at)],
            [_("Versi isian"), str(declaration.version)],
            [_("Batas"), day(declaration.due_on)],
            [_("Berlaku sampai"), day(declaration.valid_until)],
        ],
    )


def _step(number: int, step: Step) -> Block:
    outcome = step.get_outcome_display() if step.outcome else _("belum diputus")
    if step.cancelled_at and not step.outcome:
        outcome = _("dibatalkan")
    paper = getattr(step, "paper", None)
    asked = someone(step.assigned_to)
    return block(
        f"{number}. {step.get_stage_display()}: {outcome}",
        2,
        pairs=[
            [_("Diminta kepada"), f"{asked}\n{step.post}" if asked and step.post else asked or step.post],
            [_("Mengapa dia"), step.get_because_display() if step.because else ""],
            [_("Isian"), _("versi %d") % step.snapshot.version],
            [_("Diminta"), moment(step.opened_at)],
            [_("Batas"), day(step.due_on)],
            [_("Diputus oleh"), someone(step.decided_by)],
            [_("Diputus"), moment(step.decided_at)],
            [_("Melalui"), step.get_via_display() if step.via else ""],
            [_("Lembar kertas"), _paper(paper)],
            [_("Alasan"), step.reason],
            [_("Yang diminta diperbaiki"), "\n".join(map(_mark, step.marks))],
            [_("Jawaban ASN"), "\n".join(f"{_part(each.part)}: {each.text}" for each in step.answers.all())],
            [_("Dibatalkan"), moment(step.cancelled_at)],
        ],
    )


def _paper(paper: Any) -> str:
    if paper is None:
        return ""
    told = {"day": day(paper.signed_on), "who": someone(paper.recorded_by)}
    return _("ditandatangani %(day)s, dicatat oleh %(who)s") % told


def _part(part: str) -> str:
    return str(PARTS.get(part, part))


def _mark(mark: dict[str, str]) -> str:
    name = mark.get("label") or _part(mark["part"])
    return f"{name}: {mark['note']}" if mark.get("note") else name


def _aftermath(case: CaseRecord) -> Iterator[Block]:
    for each in case.recusals:
        yield block(_("Mundur dari perkara"), 2, pairs=[[someone(each.person), each.reason], ["", moment(each.at)]])
    if case.conditions:
        yield block(_("Syarat"))
    for number, (_of, condition) in enumerate(case.conditions, start=1):
        proofs = [[_("Bukti %s") % day(each.sent_at), _proof(each)] for each in condition.proofs.all()]
        met = moment(condition.fulfilled_at) or _("belum")
        pairs = [[_("Batas"), day(condition.due_on)], [_("Dipenuhi"), met], *proofs]
        yield block(f"{number}. {condition.text}", 2, pairs=pairs)
    for letter in case.letters:
        revoked = f"{moment(letter.revoked_at)}\n{letter.revoked_reason}" if letter.revoked_at else ""
        pairs = [
            [_("Nomor resmi"), letter.official_number],
            [_("Terbit"), moment(letter.issued_at)],
            [_("Berlaku sampai"), day(letter.valid_until)],
            [_("Dicabut"), revoked],
        ]
        yield block(_("Surat keterangan %s") % letter.number, pairs=pairs)
    for each in case.objections:
        pairs = [
            [_("Diajukan"), moment(each.filed_at)],
            [_("Terlambat"), _("ya") if each.late else _("tidak")],
            [_("Alasan"), each.grounds],
            [_("Alasan petugas"), each.admission_reason],
            [_("Oleh"), someone(each.admitted_by)],
        ]
        yield block(_("Keberatan"), pairs=pairs)


def _proof(proof: Any) -> str:
    judged = {True: _("diterima"), False: _("belum cukup"), None: _("belum diperiksa")}[proof.accepted]
    files = ", ".join(file.name for file in proof.files.all())
    by = f"{someone(proof.judged_by)}, {moment(proof.judged_at)}" if proof.judged_by else ""
    return "\n".join(part for part in (proof.text, files, judged, proof.note, by) if part)


def _version(case: CaseRecord, version: Snapshot, before: Snapshot | None) -> Iterator[Block]:
    given = case.sensitive.get(version.pk)
    held_back = version.pk in case.sealed and given is None
    yield block(
        _("Isian versi %d") % version.version,
        note=_("Jawaban sensitif versi ini tidak disertakan.") if held_back else "",
        pairs=[[_("Dikirim"), moment(version.created_at)], [_("Sidik isian (SHA-256)"), version.digest]],
    )
    for section in sections(version.content, given, audience="reviewer"):
        rows = [[f"{row.label}\n{row.channel}" if row.channel else row.label, row.value] for row in section.rows]
        yield block(section.title, 2, pairs=rows)
    changes = differences(before.content, version.content) if before else []
    if changes:
        rows = [
            [f"{each.label}\n{each.channel}" if each.channel else each.label, each.old or "–", each.new or "–"]
            for each in changes
        ]
        head = [_("Jawaban"), _("Sebelum"), _("Sesudah")]
        yield block(_("Yang berubah dari versi sebelumnya"), 2, head=head, rows=rows, widths=[3, 4, 4])
    found = case.findings[version.pk]
    note = _("Tanda dibuat otomatis dari jawaban; bukan kesimpulan pelanggaran.")
    yield block(_("Temuan versi %d") % version.version, note=note if found else _("Tidak ada tanda dari sistem."))
    for finding in found:
        yield _finding(finding)


def _finding(finding: Finding) -> Block:
    judged = {True: _("relevan"), False: _("tidak relevan"), None: _("belum dinilai")}[finding.relevant]
    by = f"{someone(finding.handled_by)}, {moment(finding.handled_at)}" if finding.handled_by else ""
    return block(
        f"{finding.code} ({finding.get_severity_display()}): {finding.name}",
        2,
        pairs=[
            [_("Aturan"), _("%(code)s versi %(version)d") % {"code": finding.code, "version": finding.version}],
            [_("Mengapa"), finding.reason],
            [_("Berdasarkan"), "\n".join(map(_evidence, finding.evidence))],
            [_("Dasar"), "\n".join(_basis(each) for each in finding.bases)],
            [_("Penjelasan ASN"), finding.explanation],
            [_("Sumber benturan"), finding.get_source_display() if finding.source else ""],
            [_("Penilaian"), judged],
            [_("Benturan kepentingan"), finding.get_conflict_display() if finding.conflict else ""],
            [_("Keadaan"), finding.situation],
            [_("Dampak"), finding.impact],
            [_("Penanganan"), finding.handling],
            [_("Dinilai oleh"), by],
        ],
    )


def _evidence(row: dict[str, str]) -> str:
    code = row.get("code", "")
    label = label_of(code) if code in BY_CODE else row.get("question", "")
    return f"{label}: {row.get('answer', '')}" + (f" ({row['channel']})" if row.get("channel") else "")


def _basis(basis: dict[str, Any]) -> str:
    return str(basis["text"]) if basis.get("verified") else _("%s (belum diverifikasi)") % basis["text"]


def _remarks(case: CaseRecord) -> Iterator[Block]:
    told = [[f"{someone(note.author)}\n{moment(note.written_at)}", note.text] for note in case.notes]
    if told:
        yield block(_("Catatan internal"), pairs=told)
    told = [
        [f"{someone(each.author)}\n{moment(each.written_at)}", f"{label_of(each.code)}: {each.text}"]
        for each in case.comments
    ]
    if told:
        yield block(_("Komentar pada jawaban"), pairs=told)


def _history(case: CaseRecord) -> Block:
    events = list(reversed(timeline(case.declaration, officer=True)))
    left = len(events) - _MOST_EVENTS
    return block(
        _("Riwayat"),
        note=_("%d baris berikutnya ada di riwayat.json dan surel.json.") % left if left > 0 else "",
        head=[_("Waktu"), _("Kejadian"), _("Pelaku")],
        rows=[[dates.short_moment(each["at"]), str(each["title"]), each["who"]] for each in events[:_MOST_EVENTS]],
        widths=[4, 6, 4],
    )


def contents(members: Iterable[tuple[str, int, str]]) -> Block:
    """Return the table of attached files."""
    rows = [[name, str(size), digest] for name, size, digest in members]
    head = [_("Berkas"), _("Byte"), "SHA-256"]
    return block(_("Berkas yang dilampirkan"), head=head, rows=rows, widths=[5, 2, 7])
