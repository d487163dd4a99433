"""Write the planned changes with two statements; never a password, a proven address, a role, or a deletion."""

from portal.people.roster.plan import OWNED
from portal.people.roster.staging import TABLE, query

_INSERT = f"""
INSERT INTO people_employee (public_id, password, is_superuser, is_staff, is_demo, is_active, nip,
    roster_id, name, title_prefix, title_suffix, email, email_gov, employment_type, employment_text, legal_status,
    grade, echelon, post, post_kind, post_since, unit_id)
SELECT gen_random_uuid(), '!' || left(translate(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 40),
    false, false, false, coalesce(is_active, true), nip,
    roster_id, name, coalesce(title_prefix, ''), coalesce(title_suffix, ''), coalesce(email, ''),
    coalesce(email_gov, ''), employment_type, coalesce(employment_text, ''), coalesce(legal_status, 'Aktif'),
    coalesce(grade, ''), coalesce(echelon, ''), coalesce(post, ''), coalesce(post_kind, ''), post_since, unit_id
FROM {TABLE} WHERE ok AND change = 'new' ORDER BY line
"""
_UPDATE = f"""
UPDATE people_employee e SET {", ".join(f"{name} = coalesce(r.{name}, e.{name})" for name in OWNED)},
    is_active = CASE WHEN r.legal_status IS DISTINCT FROM e.legal_status THEN coalesce(r.is_active, e.is_active)
                     ELSE e.is_active END
FROM {TABLE} r WHERE r.person_id = e.id AND r.ok AND r.change NOT IN ('new', 'same') AND (r.held = '' OR %(confirmed)s)
"""


def write(*, confirmed: bool) -> dict[str, int]:
    """Insert new people and update known ones, the held ones only when confirmed; return what was done."""
    counts = dict(
        query(
            f"""
            SELECT CASE WHEN change = 'new' THEN 'new' WHEN change = 'same' THEN 'same'
                        WHEN held = '' OR %(confirmed)s THEN 'changed' ELSE 'held' END AS done, count(*)
            FROM {TABLE} WHERE ok GROUP BY done
            """,
            {"confirmed": confirmed},
        )
    )
    if counts.get("changed"):
        query(_UPDATE, {"confirmed": confirmed})
    if counts.get("new"):
        query(_INSERT)
    return {done: int(counts.get(done, 0)) for done in ("new", "changed", "held", "same")}


def heads_with_new_address() -> list[tuple[int, str]]:
    """Return the heads whose address or standing a confirmed file changes, each with the address he has now."""
    rows = query(
        f"""
        SELECT e.id, coalesce(nullif(e.contact_email, ''), nullif(e.email_gov, ''), e.email) FROM {TABLE} r
        JOIN people_employee e ON e.id = r.person_id WHERE r.ok AND r.held = 'head' ORDER BY e.id
        """
    )
    return [(int(person), str(address)) for person, address in rows]
