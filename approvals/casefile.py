"""Everything the case page shows, put together from one snapshot, its steps, the audit log and the mails."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from approvals import aftermath, channelfile, compare, dashboard
from approvals.casework import comments, saved, seen
from approvals.filters import Filters
from approvals.forms.review import ReviewForm
from approvals.history import timeline
from approvals.models import ConflictKind, Finding, Outcome, Stage, Step, Via
from approvals.parts import INSPECTORATE, group_of
from approvals.policies import REVIEWER, allowed, check_close, check_free, check_recorder, check_stage, groups_of
from approvals.privacy import holding
from approvals.queries import cases_for, read_steps
from approvals.verdicts import APPROVALS, ENDORSEMENTS
from declarations.models import Declaration, Severity, Snapshot
from declarations.presentation import Change, differences, key_facts, label_of, sections, words
from declarations.questions import BY_CODE, SENSITIVE
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.dates import short_date
from portal.errors import Refused
from portal.people.models import Employee

_OTHERS = 20
HASTY = timedelta(seconds=20)
BY_MAIL = (Via.LINK, Via.LINK_CODE, Via.HAND)
_RANK = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


@dataclass
class CaseFile:
    """One case as one officer sees it."""

    declaration: Declaration
    person: Employee
    snapshot: Snapshot
    steps: list[Step]
    pending: Step | None
    findings: list[Finding]
    lines: list[AuditEvent]

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = self.snapshot.content
        return content

    @property
    def unhandled(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == Severity.BLOCK and each.relevant is None]


def open_case(declaration: Declaration, person: Employee) -> CaseFile:
    """Read the newest snapshot of a case with its steps and findings; a case on the dashboard was always sent."""
    found = Prefetch("findings", Finding.objects.select_related("handled_by"))
    snapshot = declaration.snapshots.select_related("sealed").prefetch_related(found).order_by("version").last()
    assert snapshot is not None
    steps = read_steps(declaration)
    for step in steps:
        if step.snapshot_id == snapshot.pk:
            step.snapshot = snapshot
    return CaseFile(
        declaration=declaration,
        person=person,
        snapshot=snapshot,
        steps=steps,
        pending=next((step for step in steps if step.pending), None),
        findings=sorted(snapshot.findings.all(), key=lambda each: (_RANK[Severity(each.severity)], each.pk)),
        lines=seen.lines_of(declaration),
    )


def context_of(file: CaseFile, filters: Filters, known: dict[str, dashboard.Office], **extra: Any) -> dict[str, Any]:
    """Return the context of the case page; `extra` overrides, e.g. with a refused form or the sensitive answers."""
    declaration = file.declaration
    refusal = cannot_decide(file)
    sensitive = extra.get("sensitive")
    events = timeline(declaration, file.lines, officer=True)
    place = dashboard.place_of(declaration, dashboard.listed(file.person, filters, known), filters.urut)
    may_decide = file.pending is not None and not refusal
    return {
        "file": file,
        "declaration": declaration,
        "declarant": file.content["declarant"],
        "query": filters.but().encode(),
        "back_query": filters.but(hal=place.page).encode(),
        "back_label": _back_label(file.person, filters, place.page),
        "place": place,
        "left": _left(declaration),
        "holder": holder(file),
        "held_since": _held_since(file),
        "may_take": REVIEWER in groups_of(file.person) and declaration.status in dashboard.RUNNING,
        "may_hold": may_decide or allowed(check_free, declaration, file.person),
        "mine": declaration.reviewer_id == file.person.pk,
        "track": track(file),
        "remarks": remarks(file),
        "channels": file.content["channels"],
        "facts": key_facts(file.content)[1:],
        "findings": [{"finding": each, "rows": evidence(each, sensitive)} for each in file.findings],
        "unhandled": file.unhandled,
        "conflict_kinds": ConflictKind.choices,
        **answers(file, sensitive),
        "events": events,
        "channel_rows": (channel_rows := channelfile.rows(declaration, file.person)),
        "others": others(file, channel_rows),
        **aftermath.context_of(declaration, file.person, file.steps),
        "notes": list(declaration.notes.select_related("author")),
        "refusal": refusal,
        "may_record": file.pending is not None and allowed(check_recorder, file.pending, file.person),
        "may_close": declaration.status == Status.RETURNED and allowed(check_close, declaration, file.person),
        "form": ReviewForm(file.pending) if may_decide and file.pending else None,
        "letter": declaration.letters.first() if any(step.outcome in APPROVALS for step in file.steps) else None,
        "now": clock.now(),
        "viewer": file.person,
        **desk_of(file),
        **extra,
    }


def desk_of(file: CaseFile) -> dict[str, Any]:
    """Return who else has the case open, whether single keys move, who may take it along, what to ask the head."""
    return {
        "opened": seen.in_words(file.lines, but=file.person).get(file.declaration.audit_chain, ""),
        "shortcuts": saved.shortcuts_on(file.person),
        "inspects": INSPECTORATE in groups_of(file.person),
        "hold": holding.of(file.declaration),
        "may_lift": allowed(holding.check, file.declaration, file.person),
        "hasty": hasty(file),
    }


def cannot_decide(file: CaseFile) -> str:
    """Return the sentence why this person decides nothing here now, '' when the panel may show the form."""
    if file.pending is None:
        return ""
    if file.pending.stage == Stage.HEAD:
        who = file.pending.assigned_to
        if who is None:
            return _("Belum ada pejabat yang dapat memutus. Tetapkan pejabat OPD ini dulu.")
        return _("Menunggu keputusan %(who)s, %(post)s.") % {"who": who, "post": file.pending.post}
    try:
        check_stage(file.pending, file.person)
    except Refused as refused:
        return refused.message
    return ""


def _left(declaration: Declaration) -> int | None:
    if declaration.due_on is None:
        return None
    today = clock.today()
    left = clock.working_days_left(declaration.due_on, today)
    return -1 if left == 0 and declaration.due_on < today else left


def _back_label(person: Employee, filters: Filters, page: int) -> str:
    plain = filters.but(urut="batas")
    name = next((tab.label for tab in dashboard.tabs(person) if tab.filters.but(urut="batas") == plain), "")
    if not name:
        return _("Kembali ke antrean (hal. %d)") % page
    return _("Kembali ke antrean (%(name)s, hal. %(page)d)") % {"name": name, "page": page}


def holder(file: CaseFile) -> str:
    """Return who has the case in hand: a person where one is named, else an office."""
    declaration, step = file.declaration, file.pending
    if declaration.status == Status.AWAITING_HEAD and step:
        return str(step.assigned_to) if step.assigned_to else _("BKPSDM: belum ada pejabat")
    if declaration.status in (Status.RETURNED, Status.SUSPENDED):
        return declaration.declarant.official_name
    if declaration.status == Status.AWAITING_INSPECTORATE:
        return _("Inspektorat")
    if declaration.status in (Status.AWAITING_REVIEW, Status.OBJECTION):
        if declaration.reviewer:
            return str(declaration.reviewer)
        if step and group_of(step) == INSPECTORATE:
            return _("Inspektorat")
        second = step is not None and step.stage == Stage.SECOND
        return _("BKPSDM, menunggu peninjau kedua") if second else _("BKPSDM, belum diambil")
    return ""


def _held_since(file: CaseFile) -> datetime:
    declaration = file.declaration
    if declaration.reviewer_id and declaration.status in (Status.AWAITING_REVIEW, Status.OBJECTION):
        taken = [line.when for line in file.lines if line.event in ("taken", "assigned")]
        return taken[-1] if taken else declaration.since
    return declaration.since


def track(file: CaseFile) -> list[dict[str, str]]:
    """Return the stages of the case for components/track.html: what is done, what is now, what follows."""
    sent = file.declaration.submitted_at
    first = short_date(sent) if sent else ""
    mended = short_date(file.snapshot.created_at) if file.snapshot.version > 1 else ""
    note = _("%(sent)s, diperbaiki %(mended)s") % {"sent": first, "mended": mended} if mended else first
    stages = [{"label": _("Terkirim"), "note": note, "state": "done"}, _stage(file, Stage.HEAD, _("Atasan"))]
    passed = {step.stage for step in file.steps}
    looks = any(step.second_look for step in file.steps)
    by_second = any(step.second_reviewer for step in file.steps)
    if (
        Stage.INSPECTORATE in passed
        or any(step.inspectorate_decides for step in file.steps)
        or (looks and not by_second)
    ):
        stages.append(_stage(file, Stage.INSPECTORATE, _("Inspektorat")))
    if Stage.SECOND in passed or (looks and by_second):
        stages.append(_stage(file, Stage.SECOND, _("Peninjau kedua")))
    if not any(step.inspectorate_decides for step in file.steps):
        stages.append(_stage(file, Stage.REVIEW, _("BKPSDM")))
    if Stage.OBJECTION in passed:
        stages.append(_stage(file, Stage.OBJECTION, _("Keberatan")))
    return stages


def _stage(file: CaseFile, stage: Stage, label: str) -> dict[str, str]:
    if file.pending is not None and file.pending.stage == stage:
        return {"label": label, "note": _("sedang berjalan"), "state": "now"}
    done = [step for step in file.steps if step.stage == stage and step.decided_at and not step.cancelled_at]
    if not done:
        return {"label": label, "note": "", "state": ""}
    last = done[-1]
    assert last.decided_at is not None
    outcome = last.get_outcome_display()
    told = f"{short_date(last.decided_at)}, {outcome[:1].lower()}{outcome[1:]}"
    open_again = last.outcome in (Outcome.RETURNED, Outcome.FORWARDED)
    return {"label": label, "note": told, "state": "" if open_again else "done"}


def remarks(file: CaseFile) -> list[dict[str, Any]]:
    """Return what the deciders before wrote: the head's note or objection, the Inspektorat's opinion."""
    titles = {
        Outcome.ENDORSED_NOTE: _("Catatan atasan"),
        Outcome.OBJECTED: _("Keberatan atasan"),
        Outcome.OPINION: _("Pendapat Inspektorat"),
        Outcome.FORWARDED: _("Pengantar BKPSDM"),
        Outcome.RETURNED: _("Permintaan perbaikan"),
        Outcome.REJECTED: _("Alasan tidak disetujui"),
        Outcome.APPROVED_CONDITIONS: _("Alasan keputusan"),
        Outcome.APPROVED: _("Alasan keputusan"),
    }
    return [
        {
            "title": _("Pendapat peninjau kedua") if step.stage == Stage.SECOND else titles[Outcome(step.outcome)],
            "step": step,
        }
        for step in file.steps
        if step.outcome in titles and step.reason and step.cancelled_at is None
    ]


def hasty(file: CaseFile) -> int | None:
    """Return after how many seconds the head decided by link, when hardly anybody could have read the page by then."""
    for step in reversed(file.steps):
        if step.stage != Stage.HEAD or step.cancelled_at or not (step.decided_at and step.mailed_at):
            continue
        after = step.decided_at - step.mailed_at
        return int(after.total_seconds()) if step.via in BY_MAIL and timedelta(0) <= after < HASTY else None
    return None


def evidence(finding: Finding, sensitive: dict[str, Any] | None) -> list[dict[str, str]]:
    """Return the answers that raised a finding, by short label; encrypted ones only once they were asked for."""
    told = []
    for row in finding.evidence:
        code, answer = row.get("code", ""), row.get("answer", "")
        if code in SENSITIVE:
            shown = words(BY_CODE[code], sensitive.get(code)) if sensitive else ""
            answer = shown or _("jawaban sensitif; tampilkan lewat bagian Isian")
        label = label_of(code) if code in BY_CODE else row.get("question", "")
        told.append({"label": label, "answer": answer, "channel": row.get("channel", "")})
    return told


def answers(file: CaseFile, sensitive: dict[str, Any] | None) -> dict[str, Any]:
    """Return the answers by part, each with its change since the version before."""
    file.snapshot.declaration = file.declaration
    before, before_label = compare.before(file.snapshot)
    changes = differences(before.content, file.content) if before else []
    by_place: dict[tuple[str, str], Change] = {(each.code, each.channel): each for each in changes}
    remarked = comments.by_answer(file.declaration)
    groups = []
    for section in sections(file.content, sensitive, audience="reviewer"):
        told = [
            {
                "row": row,
                "change": by_place.pop((row.code, row.channel), None),
                "comments": remarked.get((row.code, row.channel), []),
                "remarkable": comments.remarkable(row.code),
            }
            for row in section.rows
        ]
        groups.append({"section": section, "rows": told})
    endorsed = any(
        step.stage == Stage.HEAD and step.outcome in ENDORSEMENTS and step.snapshot_id != file.snapshot.pk
        for step in file.steps
        if step.cancelled_at is None
    )
    stands = endorsed and file.declaration.status != Status.AWAITING_HEAD
    sealed = getattr(file.snapshot, "sealed", None)
    return {
        "groups": groups,
        "dropped": list(by_place.values()),
        "changed": len(changes),
        "before": before,
        "before_label": before_label,
        "endorsement_stands": bool(before and stands),
        "has_sensitive": sealed is not None,
        "sensitive": sensitive,
    }


def others(file: CaseFile, channel_rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return other cases of the same person, then those of other people with a channel or a partner in common."""
    declaration = file.declaration
    open_to = cases_for(file.person).exclude(pk=declaration.pk).select_related("declarant")
    same = list(open_to.filter(declarant=declaration.declarant).order_by("-pk")[:_OTHERS])
    found = [{"case": case, "why": _("ASN yang sama"), "labels": []} for case in same]
    shared: dict[int, dict[str, Any]] = {}
    for row in channel_rows:
        for case in row["others"]:
            entry = shared.setdefault(case.pk, {"case": case, "why": _("kanal yang sama, ASN lain"), "labels": []})
            entry["labels"].append(str(row["channel"]))
    mates = open_to.exclude(declarant=declaration.declarant).filter(partners__overlap=declaration.partners)
    partnered = list(mates.order_by("-pk")[:_OTHERS]) if declaration.partners else []
    for case in partnered:
        names = sorted({*declaration.partners} & {*case.partners})
        entry = {"case": case, "why": _("mitra yang sama, ASN lain"), "labels": [name.title() for name in names]}
        shared.setdefault(case.pk, entry)
    return [*shared.values(), *found]
