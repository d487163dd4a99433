"""A process with the portal's own code beside the run: makes people and drafts, evaluates invariants in snapshots.

`python -m tests.drill.backstage` reads one JSON command per line and answers with one line. It is no part of the
portal under test: it never decides and sends nothing.
"""

import json
import sys
from datetime import date, timedelta
from typing import Any

import django

SNAPSHOT_CODES = ("I1", "I1b", "I2", "I2b", "I3", "I6", "I7", "I8", "I8b", "I9", "I10", "I11")
PER_HEAD = 4  # the portal mails a head five single requests a day, then a list
SERIALS = 10_000  # numbers of people for a seed; seeds reach from 1 to 1,000


def people(seed: int, cases: int) -> dict[str, Any]:
    """Return who takes part in one seed, with the session of each, and the drafts that are ready to be sent."""
    from django.test import Client

    from declarations.samples import SampleChannel
    from portal.people.models import Employee, Opd, UnitKind
    from tests.factories import World, draft, head, person, unit

    serial = iter(range(seed * SERIALS, (seed + 1) * SERIALS))

    def somebody(name: str, where: Opd, *groups: str) -> Employee:
        number = next(serial)
        born = date(1965, 1, 1) + timedelta(days=number % 12_000)
        nip = f"{born:%Y%m%d}2010011{100 + number // 12_000:03d}"
        return person(name, where, *groups, nip=nip, contact_email=f"o{number}@demo.pasbar.example")

    def session(someone: Employee) -> str:
        client = Client()
        client.force_login(someone)
        return client.cookies["sessionid"].value

    setda = Opd.objects.filter(code="SETDA").first() or World().setda
    bkpsdm = Opd.objects.get(code="BKPSDM")
    reviewers = [somebody(f"Peninjau {seed}-{number}", bkpsdm, "reviewer") for number in range(2)]
    made: dict[str, Any] = {
        "reviewers": [{"pk": each.pk, "nip": each.nip, "session": session(each)} for each in reviewers],
        "cases": [],
    }
    for number in range(cases):
        if number % PER_HEAD == 0:
            office = unit(f"Dinas Latihan {seed}-{number}", UnitKind.OPD, setda, code=f"L{seed}-{number}")
            chief = somebody(f"Kepala {seed}-{number}", office)
            head(chief, office)
        filer = somebody(f"Pegawai {seed}-{number}", office)
        case = draft(filer, SampleChannel(f"@latihan.{seed}.{number}"))
        made["cases"].append(
            {
                "number": case.number,
                "session": session(filer),
                "filer": filer.pk,
                "nip": filer.nip,
                "head": chief.pk,
                "head_mail": chief.contact_email,
            }
        )
    return made


def look(codes: list[str]) -> dict[str, list[str]]:
    """Return what contradicts each invariant, all of them at one and the same moment; empty codes mean all."""
    from django.db import connection, transaction

    from approvals.invariants import INVARIANTS as OF_CASES
    from portal.invariants import INVARIANTS
    from tests.drill.invariants import INVARIANTS as OF_RUNS

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        every = [each for each in (*INVARIANTS, *OF_CASES, *OF_RUNS) if not codes or each.code in codes]
        found = {each.code: each.violations() for each in every}
    return {"looked": list(found), **{code: lines[:5] for code, lines in found.items() if lines}}


def answer(command: dict[str, Any]) -> dict[str, Any]:
    """Carry out one command; for a look, a database that is away is an answer too."""
    from django.db import DatabaseError, InterfaceError, connection

    connection.close_if_unusable_or_obsolete()
    if command["do"] == "people":
        return people(command["seed"], command["cases"])
    try:
        return look(command["codes"])
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return {"away": [type(error).__name__]}


def main() -> None:
    """Answer until the other end closes."""
    django.setup()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
