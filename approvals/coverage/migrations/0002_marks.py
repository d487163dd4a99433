"""Triggers that mark an office whose counts changed, whoever writes the rows; marks for all offices that exist."""

from django.db import migrations

# Statement triggers with transition tables: a roster of 100,000 rows leaves a few dozen marks, not 100,000. A mark is
# inserted, never updated, so two people of one office who declare at once do not wait for each other.
_FUNCTIONS = """
CREATE FUNCTION coverage_people_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM fresh n JOIN people_opd u ON u.id = n.unit_id WHERE u.office_id IS NOT NULL;
    RETURN NULL; END $$;
CREATE FUNCTION coverage_people_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM former o JOIN people_opd u ON u.id = o.unit_id WHERE u.office_id IS NOT NULL;
    RETURN NULL; END $$;
CREATE FUNCTION coverage_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM fresh n JOIN former o ON o.id = n.id JOIN people_opd u ON u.id IN (n.unit_id, o.unit_id)
    WHERE u.office_id IS NOT NULL AND (n.unit_id, n.is_active, n.nip IS NULL, n.employment_type)
        IS DISTINCT FROM (o.unit_id, o.is_active, o.nip IS NULL, o.employment_type);
    RETURN NULL; END $$;
CREATE FUNCTION coverage_units_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT office_id, clock_timestamp()
    FROM fresh WHERE office_id IS NOT NULL;
    RETURN NULL; END $$;
CREATE FUNCTION coverage_units_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT each.office, clock_timestamp()
    FROM fresh n JOIN former o ON o.id = n.id, unnest(ARRAY[n.office_id, o.office_id]) each(office)
    WHERE (n.office_id, n.parent_id) IS DISTINCT FROM (o.office_id, o.parent_id) AND each.office IS NOT NULL;
    RETURN NULL; END $$;
CREATE FUNCTION coverage_cases_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM fresh n JOIN people_employee e ON e.id = n.declarant_id JOIN people_opd u ON u.id = e.unit_id
    WHERE u.office_id IS NOT NULL AND n.status <> 'draft';
    RETURN NULL; END $$;
CREATE FUNCTION coverage_cases_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM former o JOIN people_employee e ON e.id = o.declarant_id JOIN people_opd u ON u.id = e.unit_id
    WHERE u.office_id IS NOT NULL AND o.status <> 'draft';
    RETURN NULL; END $$;
CREATE FUNCTION coverage_cases_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM fresh n JOIN former o ON o.id = n.id JOIN people_employee e ON e.id IN (n.declarant_id, o.declarant_id)
    JOIN people_opd u ON u.id = e.unit_id
    WHERE u.office_id IS NOT NULL AND (n.status, n.declarant_id, n.decided_at)
        IS DISTINCT FROM (o.status, o.declarant_id, o.decided_at);
    RETURN NULL; END $$;
CREATE FUNCTION coverage_nil_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM fresh n JOIN people_employee e ON e.id = n.person_id JOIN people_opd u ON u.id = e.unit_id
    WHERE u.office_id IS NOT NULL;
    RETURN NULL; END $$;
CREATE FUNCTION coverage_nil_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO coverage_mark (office_id, at) SELECT DISTINCT u.office_id, clock_timestamp()
    FROM former o JOIN people_employee e ON e.id = o.person_id JOIN people_opd u ON u.id = e.unit_id
    WHERE u.office_id IS NOT NULL;
    RETURN NULL; END $$;
"""
_EVENTS = {
    "INSERT": "NEW TABLE AS fresh",
    "UPDATE": "OLD TABLE AS former NEW TABLE AS fresh",
    "DELETE": "OLD TABLE AS former",
}
_TRIGGERS = (
    ("people_employee", "INSERT", "coverage_people_came"),
    ("people_employee", "UPDATE", "coverage_people_changed"),
    ("people_employee", "DELETE", "coverage_people_went"),
    ("people_opd", "INSERT", "coverage_units_came"),
    ("people_opd", "UPDATE", "coverage_units_changed"),
    ("declarations_declaration", "INSERT", "coverage_cases_came"),
    ("declarations_declaration", "UPDATE", "coverage_cases_changed"),
    ("declarations_declaration", "DELETE", "coverage_cases_went"),
    ("nil_nilstatement", "INSERT", "coverage_nil_written"),
    ("nil_nilstatement", "UPDATE", "coverage_nil_written"),
    ("nil_nilstatement", "DELETE", "coverage_nil_removed"),
)
FORWARDS = _FUNCTIONS + "".join(
    f"CREATE TRIGGER {function}_{event.lower()} AFTER {event} ON {table} REFERENCING {_EVENTS[event]} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
    for table, event, function in _TRIGGERS
)
BACKWARDS = "".join(
    f"DROP TRIGGER {function}_{event.lower()} ON {table};\n" for table, event, function in _TRIGGERS
) + "".join(f"DROP FUNCTION {function}();\n" for function in sorted({each[2] for each in _TRIGGERS}))
EXISTING = """
INSERT INTO coverage_mark (office_id, at)
SELECT DISTINCT office_id, clock_timestamp() FROM people_opd WHERE office_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0001_campaign"),
        ("people", "0004_head_changes"),
        ("declarations", "0006_succession"),
        ("nil", "0001_statements"),
    ]

    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunSQL(EXISTING, migrations.RunSQL.noop),
    ]
