"""Invariants of security.md 3.1 that the portal's own list does not spell out, as SQL of the harness."""

from portal.invariants import Invariant

OWES = """
SELECT d.number, owed.suffix FROM approvals_step s
JOIN declarations_declaration d ON d.id = s.declaration_id
JOIN LATERAL (
    SELECT 'receipt' AS suffix WHERE s.stage = 'head'
    UNION ALL SELECT 'returned' WHERE s.outcome = 'returned'
    UNION ALL SELECT 'head' WHERE s.stage = 'head' AND s.outcome <> 'returned'
    UNION ALL SELECT 'approved' WHERE s.stage = 'review' AND s.outcome IN ('approved', 'approved_conditions')
    UNION ALL SELECT 'rejected' WHERE s.stage = 'review' AND s.outcome = 'rejected'
) owed ON TRUE
WHERE s.decided_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM mail_outgoingemail m WHERE m.key = d.number || '.s' || s.id || '.' || owed.suffix
)
"""

SNAPSHOT_OF_PENDING = """
SELECT d.number FROM approvals_step s JOIN declarations_declaration d ON d.id = s.declaration_id
JOIN declarations_snapshot n ON n.id = s.snapshot_id
WHERE s.decided_at IS NULL AND s.cancelled_at IS NULL AND (n.declaration_id <> d.id OR n.version <> d.version)
"""

AUTHORITY = """
SELECT s.id, s.stage FROM approvals_step s
JOIN audit_auditevent e ON e.event = 'decided' AND (e.data ->> 'step')::bigint = s.id
WHERE s.via <> 'paper' AND (
    e.actor_id IS DISTINCT FROM s.decided_by_id
    OR s.stage = 'head' AND (s.decided_by_id IS DISTINCT FROM s.assigned_to_id OR NOT EXISTS (
        SELECT 1 FROM people_headassignment h WHERE h.person_id = s.decided_by_id
        AND h.starts <= s.decided_at::date + 1 AND (h.ends IS NULL OR h.ends >= s.decided_at::date)
    ))
    OR s.stage <> 'head' AND NOT EXISTS (
        SELECT 1 FROM people_employee_groups m JOIN auth_group g ON g.id = m.group_id
        WHERE m.employee_id = s.decided_by_id AND g.name IN ('reviewer', 'inspectorate')
    )
)
"""

TOLD_OF_NOTHING = """
SELECT m.key FROM mail_outgoingemail m LEFT JOIN declarations_declaration d ON d.number = m."case"
WHERE m."case" <> '' AND (d.id IS NULL OR d.submitted_at IS NULL)
UNION ALL
SELECT m.key FROM mail_outgoingemail m
JOIN approvals_step s
    ON s.id = substring(m.key FROM '\\.s(\\d+)\\.(?:receipt|returned|head|approved|rejected)$')::bigint
WHERE s.decided_at IS NULL
"""

HALF_IMPORTED = """
SELECT p.id FROM people_employee p WHERE p.seen_in_import IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM audit_auditevent e WHERE e.event LIKE 'roster%')
"""

REMINDED_TWICE = """
SELECT "case", purpose, "to", subject FROM mail_outgoingemail
WHERE key LIKE '%.remind%' AND resend_of_id IS NULL GROUP BY "case", purpose, "to", subject, created_at::date
HAVING COUNT(*) > 1
"""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant("I4b", "every decision has the rows of its notices", OWES),
    Invariant("I6", "no notice tells of what did not happen", TOLD_OF_NOTHING),
    Invariant("I7b", "what waits, waits for the present version", SNAPSHOT_OF_PENDING),
    Invariant("I10", "whoever decided was entitled to, and is named by the event", AUTHORITY),
    Invariant("I12", "a person says of no import that did not happen", HALF_IMPORTED),
    Invariant("I14", "nobody is reminded twice of the same thing on a day", REMINDED_TWICE),
)
