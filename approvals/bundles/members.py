"""The machine readable members of a bundle: answers, findings, rules, decisions, mails and history as JSON."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from approvals.bundles.packing import listed, pretty
from approvals.bundles.reading import CaseRecord, events_of, mails_of
from approvals.models import Condition, Finding, Letter, Proof, RuleText, Step
from declarations.models import Snapshot
from declarations.presentation import sections
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee

_SECRET = re.compile(r"\[\[\w+\]\]|https?://\S+")


def members_of(record: CaseRecord) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield name and content of each."""
    number = record.declaration.number
    yield "jawaban.json", iter([pretty(answers(record))])
    yield "temuan.json", iter([pretty(findings(record))])
    yield "aturan.json", iter([pretty(rules(record))])
    yield "keputusan.json", iter([pretty(decisions(record))])
    yield "surel.json", listed({"nomor": number}, "surel", map(_mail, mails_of(record.declaration)))
    head = {"nomor": number, "rantai": record.declaration.audit_chain}
    yield "riwayat.json", listed(head, "kejadian", map(event, events_of(record.declaration)))


def who(person: Employee | None) -> dict[str, Any] | None:
    """Return who somebody is: for the Inspektorat with his number."""
    if person is None:
        return None
    return {"nama": person.official_name, "nip": person.nip or "", "jabatan": person.post}


def at(moment: datetime | date | None) -> str | None:
    """Return a moment or day as ISO 8601."""
    return moment.isoformat() if moment else None


def answers(record: CaseRecord) -> dict[str, Any]:
    """Return every version as it was frozen, in codes and in words."""
    declaration = record.declaration
    return {
        "nomor": declaration.number,
        "status": declaration.status,
        "asn": {**(who(record.declarant) or {}), "unit": record.declarant.unit.name},
        "terkirim": at(declaration.submitted_at),
        "versi": [_version(record, version) for version in record.versions],
    }


def _version(record: CaseRecord, version: Snapshot) -> dict[str, Any]:
    given = record.sensitive.get(version.pk)
    told: dict[str, Any] = {
        "versi": version.version,
        "dikirim": at(version.created_at),
        "sha256": version.digest,
        "isian": version.content,
        "dibaca": [
            {"kode": row.code, "pertanyaan": row.label, "jawaban": row.value, "kanal": row.channel}
            for section in sections(version.content, given, audience="reviewer")
            for row in section.rows
        ],
    }
    if given is not None:
        told["sensitif"] = given
    elif version.pk in record.sealed:
        told["sensitif"] = "tidak disertakan"
    return told


def findings(record: CaseRecord) -> dict[str, Any]:
    """Return the findings of every version with the words of their day and how they were handled."""
    versions = [
        {"versi": version.version, "temuan": [_finding(each) for each in record.findings[version.pk]]}
        for version in record.versions
    ]
    return {"nomor": record.declaration.number, "versi": versions}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kode": finding.code,
        "versi_aturan": finding.version,
        "tingkat": finding.severity,
        "nama": finding.name,
        "alasan": finding.reason,
        "jawaban": finding.evidence,
        "dasar": finding.bases,
        "ditambahkan": at(finding.added_at),
        "penjelasan_asn": finding.explanation,
        "sumber_benturan": finding.source,
        "benturan": finding.conflict,
        "keadaan": finding.situation,
        "dampak": finding.impact,
        "relevan": finding.relevant,
        "penanganan": finding.handling,
        "ditangani_oleh": who(finding.handled_by),
        "ditangani_pada": at(finding.handled_at),
    }


def rules(record: CaseRecord) -> dict[str, Any]:
    """Return the rules in force when each version was sent, and every version that a finding names."""
    cited = {(each.code, each.version) for found in record.findings.values() for each in found}
    used = {(text.code, text.version) for version in record.versions for text in in_force(record, version)}
    made = {(each["code"], each["version"]) for version in record.versions for each in _statements(version)}
    policies = {version.policy_version for version in record.versions}
    return {
        "nomor": record.declaration.number,
        "berlaku": [
            {
                "versi_isian": version.version,
                "tanggal": version.content["on"],
                "kebijakan": version.policy,
                "aturan": [[text.code, text.version] for text in in_force(record, version)],
            }
            for version in record.versions
        ],
        "aturan": [_rule(text) for text in record.texts if (text.code, text.version) in cited | used],
        "kebijakan": [
            {"versi": each.pk, "cara": each.mode, "mulai": at(each.effective_from), "alasan": each.reason}
            for each in record.policies
            if each.pk in policies
        ],
        "pernyataan": [
            {"kode": code, "versi": number, "teks": record.statements[code, number].body}
            for code, number in sorted(made)
            if (code, number) in record.statements
        ],
    }


def _statements(version: Snapshot) -> list[dict[str, Any]]:
    return list(version.content.get("statements") or ())


def in_force(record: CaseRecord, version: Snapshot) -> list[RuleText]:
    """Return the rules that judged on the day this version was sent; what was cancelled later held until then."""
    on = date.fromisoformat(version.content["on"])
    begun: dict[str, RuleText] = {}
    for text in record.texts:
        cancelled = text.cancelled_at is not None and text.cancelled_at <= version.created_at
        if text.effective_from <= on and not cancelled:
            begun[text.code] = text
    return [text for text in begun.values() if text.active]


def _rule(text: RuleText) -> dict[str, Any]:
    return {
        "kode": text.code,
        "versi": text.version,
        "nama": text.name,
        "alasan": text.reason,
        "topik": text.topic,
        "tingkat": text.levels,
        "ambang": text.limits,
        "sumber_benturan": text.source,
        "mulai": at(text.effective_from),
        "dasar": [
            {"kode": basis.code, "teks": str(basis), "diverifikasi": at(basis.verified_at)}
            for basis in text.bases.all()
        ],
    }


def decisions(record: CaseRecord) -> dict[str, Any]:
    """Return who was asked and what he decided, what it asked for, and what was said about it afterwards."""
    return {
        "nomor": record.declaration.number,
        "langkah": [_step(step) for step in record.steps],
        "mundur": [{"siapa": who(each.person), "alasan": each.reason, "pada": at(each.at)} for each in record.recusals],
        "keberatan": [
            {
                "diajukan": at(each.filed_at),
                "alasan": each.grounds,
                "terlambat": each.late,
                "diterima": each.admitted,
                "alasan_petugas": each.admission_reason,
                "diputus_oleh": who(each.admitted_by),
                "diputus_pada": at(each.admitted_at),
                "berkas": [file.name for file in each.files.all()],
            }
            for each in record.objections
        ],
        "surat": [_letter(letter) for letter in record.letters],
        "catatan": [
            {"oleh": who(note.author), "pada": at(note.written_at), "teks": note.text} for note in record.notes
        ],
        "komentar": [
            {
                "versi": each.version,
                "kode": each.code,
                "kanal": each.channel,
                "teks": each.text,
                "untuk_asn": each.visible,
                "oleh": who(each.author),
                "pada": at(each.written_at),
            }
            for each in record.comments
        ],
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "nomor": letter.number,
        "nomor_resmi": letter.official_number,
        "terbit": at(letter.issued_at),
        "berlaku_sampai": at(letter.valid_until),
        "dicabut": at(letter.revoked_at),
        "alasan_dicabut": letter.revoked_reason,
    }


def _step(step: Step) -> dict[str, Any]:
    paper = getattr(step, "paper", None)
    return {
        "langkah": step.pk,
        "tahap": step.stage,
        "versi_isian": step.snapshot.version,
        "diminta_kepada": who(step.assigned_to),
        "jabatan_saat_diminta": step.post,
        "kapasitas": step.capacity,
        "alasan_diminta": step.because,
        "dibuka": at(step.opened_at),
        "batas": at(step.due_on),
        "hasil": step.outcome,
        "alasan": step.reason,
        "perbaikan": step.marks,
        "jawaban_perbaikan": [
            {"bagian": each.part, "teks": each.text, "pada": at(each.written_at)} for each in step.answers.all()
        ],
        "diputus_oleh": who(step.decided_by),
        "diputus_pada": at(step.decided_at),
        "melalui": step.via,
        "lembar_kertas": {"dicatat_oleh": who(paper.recorded_by), "ditandatangani": at(paper.signed_on)}
        if paper
        else None,
        "dibatalkan": at(step.cancelled_at),
        "alasan_dibatalkan": step.cancelled_because,
        "syarat": [_condition(each) for each in step.conditions.all()],
    }


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "kode": condition.measure.code if condition.measure else "",
        "teks": condition.text,
        "batas": at(condition.due_on),
        "dipenuhi": at(condition.fulfilled_at),
        "bukti": [_proof(each) for each in condition.proofs.all()],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "dikirim": at(proof.sent_at),
        "teks": proof.text,
        "berkas": [file.name for file in proof.files.all()],
        "diterima": proof.accepted,
        "catatan": proof.note,
        "diperiksa_oleh": who(proof.judged_by),
        "diperiksa_pada": at(proof.judged_at),
    }


def _mail(mail: OutgoingEmail) -> dict[str, Any]:
    return {
        "id": mail.message_id,
        "keperluan": mail.purpose,
        "kepada": mail.to,
        "subjek": _SECRET.sub("…", mail.subject),
        "keadaan": mail.state,
        "percobaan": mail.attempts,
        "ditulis": at(mail.created_at),
        "terkirim": at(mail.sent_at),
        "gagal": at(mail.failed_at),
        "kirim_ulang": mail.resend_of_id is not None,
    }


def event(line: AuditEvent) -> dict[str, Any]:
    """Return everything the hash of a line is computed from, so that it can be computed again elsewhere."""
    return {
        "urutan": line.seq,
        "pada": at(line.at),
        "waktu_latihan": at(line.as_of),
        "kejadian": line.event,
        "id_pelaku": line.actor_id,
        "pelaku": line.actor_name,
        "jenis_objek": line.subject_type,
        "id_objek": line.subject_id,
        "objek": line.subject_label,
        "melalui": line.via,
        "rincian": line.data,
        "sidik_sebelumnya": line.prev_hash,
        "sidik": line.hash,
    }
