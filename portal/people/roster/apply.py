"""Write the planned changes with two statements; never a usable password, a proven address, a role, or a deletion."""

from django.contrib.auth.hashers import make_password

from portal.people.roster.plan import OWNED, Totals
from portal.people.roster.staging import TABLE, query, run

# uuidv7: in the order of time, so that its index grows at one end. The unusable password is random once for the file;
# the line makes it another one for each person.
_INSERT = f"""
INSERT INTO people_employee (public_id, password, is_superuser, is_staff, is_demo, is_active, nip,
    roster_id, name, title_prefix, title_suffix, email, email_gov, employment_type, employment_text, legal_status,
    grade, echelon, post, post_kind, post_since, unit_id)
SELECT uuidv7(), %(unusable)s || line, false, false, false, coalesce(is_active, true), nip,
    roster_id, name, coalesce(title_prefix, ''), coalesce(title_suffix, ''), coalesce(email, ''),
    coalesce(email_gov, ''), employment_type, coalesce(employment_text, ''), coalesce(legal_status, 'Aktif'),
    coalesce(grade, ''), coalesce(echelon, ''), coalesce(post, ''), coalesce(post_kind, ''), post_since, unit_id
FROM {TABLE} WHERE ok AND change = 'new'
"""
_UPDATE = f"""
UPDATE people_employee e SET {", ".join(f"{name} = coalesce(r.{name}, e.{name})" for name in OWNED)},
    is_active = CASE WHEN r.legal_status IS DISTINCT FROM e.legal_status THEN coalesce(r.is_active, e.is_active)
                     ELSE e.is_active END
FROM {TABLE} r WHERE r.person_id = e.id AND r.ok AND r.change NOT IN ('new', 'same') AND (r.held = '' OR %(confirmed)s)
"""


def write(totals: Totals, *, confirmed: bool) -> dict[str, int]:
    """Insert new people and update known ones, the held ones only when confirmed; return what was done."""
    same, new = totals.changes["same"], totals.changes["new"]
    held = 0 if confirmed else totals.held
    changed = sum(totals.changes.values()) - new - same - held
    if changed:
        changed = run(_UPDATE, {"confirmed": confirmed})
    if new:
        new = run(_INSERT, {"unusable": make_password(None)})
    return {"new": new, "changed": changed, "held": held, "same": same}


def heads_with_new_address() -> list[tuple[int, str]]:
    """Return the heads whose address or standing a confirmed file changes, each with the address he has now."""
    rows = query(
        f"""
        SELECT e.id, coalesce(nullif(e.contact_email, ''), nullif(e.email_gov, ''), e.email) FROM {TABLE} r
        JOIN people_employee e ON e.id = r.person_id WHERE r.ok AND r.held = 'head' ORDER BY e.id
        """
    )
    return [(int(person), str(address)) for person, address in rows]
