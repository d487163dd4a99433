"""What must hold at every moment about cases, decisions and letters (security.md 3.1), as queries that find nothing."""

from portal.invariants import Invariant

_PENDING = "decided_at IS NULL AND cancelled_at IS NULL"

ONE_RESPONSIBLE = f"""
SELECT d.number, d.status FROM declarations_declaration d
LEFT JOIN approvals_step s ON s.declaration_id = d.id AND s.{_PENDING.replace(" AND ", " AND s.")}
GROUP BY d.id, d.number, d.status
HAVING COUNT(s.id) <> CASE
    WHEN d.status IN ('awaiting_head', 'awaiting_review', 'awaiting_inspectorate', 'objection') THEN 1 ELSE 0 END
"""

STAGE_FITS_STATUS = f"""
SELECT d.number, d.status, s.stage FROM declarations_declaration d JOIN approvals_step s ON s.declaration_id = d.id
WHERE s.{_PENDING.replace(" AND ", " AND s.")} AND d.status <> CASE s.stage
    WHEN 'head' THEN 'awaiting_head' WHEN 'inspectorate' THEN 'awaiting_inspectorate'
    WHEN 'objection' THEN 'objection' ELSE 'awaiting_review' END
"""

ONE_EVENT_PER_DECISION = """
SELECT s.id, COUNT(e.id) FROM approvals_step s
LEFT JOIN audit_auditevent e ON e.event = 'decided' AND e.chain = 'case:' || s.declaration_id
    AND (e.data ->> 'step')::bigint = s.id
WHERE s.decided_at IS NOT NULL GROUP BY s.id HAVING COUNT(e.id) <> 1
"""

NO_EVENT_WITHOUT_DECISION = """
SELECT e.chain, e.seq FROM audit_auditevent e
LEFT JOIN approvals_step s ON s.id = (e.data ->> 'step')::bigint AND s.decided_at IS NOT NULL
WHERE e.event = 'decided' AND s.id IS NULL
"""

STATUS_IS_WHAT_THE_EVENTS_SAY = """
SELECT d.number, d.status, last.said FROM declarations_declaration d
JOIN LATERAL (
    SELECT e.data ->> 'to' AS said FROM audit_auditevent e
    WHERE e.chain = 'case:' || d.id AND jsonb_exists(e.data, 'to') ORDER BY e.seq DESC LIMIT 1
) last ON TRUE
WHERE last.said <> d.status
"""

REQUEST_OWES_A_MAIL = f"""
SELECT d.number FROM approvals_step s JOIN declarations_declaration d ON d.id = s.declaration_id
WHERE s.{_PENDING.replace(" AND ", " AND s.")} AND s.stage = 'head' AND s.assigned_to_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM mail_outgoingemail m WHERE m.key LIKE d.number || '.s' || s.id || '.v%.ask')
AND NOT EXISTS (
    SELECT 1 FROM mail_outgoingemail m
    WHERE m.key LIKE 'list.' || s.assigned_to_id || '.%' AND m.created_at >= s.opened_at
)
AND NOT (
    s.mailed_at IS NULL AND (
        SELECT COUNT(*) FROM approvals_step o WHERE o.assigned_to_id = s.assigned_to_id AND o.id <> s.id
        AND (o.mailed_at AT TIME ZONE 'Asia/Jakarta')::date = (s.opened_at AT TIME ZONE 'Asia/Jakarta')::date
    ) >= 5
)
"""

THREE_DIFFERENT_PEOPLE = """
SELECT d.number FROM approvals_step s JOIN declarations_declaration d ON d.id = s.declaration_id
WHERE s.decided_by_id = d.declarant_id OR s.assigned_to_id = d.declarant_id
UNION ALL
SELECT d.number FROM declarations_declaration d
JOIN approvals_step a ON a.declaration_id = d.id AND a.cancelled_at IS NULL
JOIN approvals_step b ON b.declaration_id = d.id AND b.cancelled_at IS NULL AND b.stage > a.stage
WHERE a.decided_by_id = b.decided_by_id
UNION ALL
SELECT d.number FROM approvals_paperdecision p JOIN approvals_step s ON s.id = p.step_id AND s.cancelled_at IS NULL
JOIN declarations_declaration d ON d.id = s.declaration_id
JOIN approvals_step o ON o.declaration_id = d.id AND o.cancelled_at IS NULL
WHERE p.recorded_by_id IN (d.declarant_id, o.decided_by_id)
"""

PAPER_HAS_ITS_SHEET = """
SELECT s.id FROM approvals_step s LEFT JOIN approvals_paperdecision p ON p.step_id = s.id
LEFT JOIN approvals_paperdecision_files f ON f.paperdecision_id = p.id
WHERE (s.via = 'paper') <> (f.id IS NOT NULL)
"""

LETTER_ONLY_FOR_APPROVAL = """
SELECT l.number FROM approvals_letter l JOIN approvals_step s ON s.id = l.step_id
WHERE s.outcome NOT IN ('approved', 'approved_conditions')
UNION ALL
SELECT d.number FROM declarations_declaration d WHERE d.status = 'approved'
AND NOT EXISTS (SELECT 1 FROM approvals_letter l WHERE l.declaration_id = d.id)
"""

SNAPSHOT_AS_SENT = """
SELECT d.number FROM declarations_declaration d WHERE d.submitted_at IS NOT NULL
AND d.version <> (SELECT COALESCE(MAX(version), 0) FROM declarations_snapshot s WHERE s.declaration_id = d.id)
"""

ACTIVE_HEAD = f"""
SELECT d.number FROM approvals_step s JOIN declarations_declaration d ON d.id = s.declaration_id
JOIN people_employee p ON p.id = s.assigned_to_id
WHERE s.{_PENDING.replace(" AND ", " AND s.")} AND NOT p.is_active
"""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant("I1", "every open case has exactly one pending step, every other has none", ONE_RESPONSIBLE),
    Invariant("I1b", "the pending step is of the stage that the status names", STAGE_FITS_STATUS),
    Invariant("I2", "every decision has exactly one audit event", ONE_EVENT_PER_DECISION),
    Invariant("I2b", "every decision event has its decision", NO_EVENT_WITHOUT_DECISION),
    Invariant("I3", "the status is what the last event of the case says", STATUS_IS_WHAT_THE_EVENTS_SAY),
    Invariant("I4", "whoever is asked by mail has his request as a row", REQUEST_OWES_A_MAIL),
    Invariant("I7", "the version of a case is that of its newest snapshot", SNAPSHOT_AS_SENT),
    Invariant("I8", "nobody decides his own case, and nobody two stages of one case", THREE_DIFFERENT_PEOPLE),
    Invariant("I8b", "a decision on paper has its scan and who recorded it, no other has", PAPER_HAS_ITS_SHEET),
    Invariant("I9", "a letter stands for an approval and every approval has its letter", LETTER_ONLY_FOR_APPROVAL),
    Invariant("I13", "no pending step waits for somebody who has left", ACTIVE_HEAD),
)
