"""The letter of an approval: number without gaps, frozen facts, the file made from them, revocation."""

import hashlib
import logging
import secrets
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation

from approvals.letter_pdf import render
from approvals.models import Letter, LetterCounter, LetterFile, Stage, Step
from approvals.policies import REVIEWER, groups_of
from approvals.routing import BKPSDM, INSPEKTORAT
from declarations.answers import read_items
from declarations.models import Declaration
from declarations.proofs.standing import Standing, standings
from portal import clock, dates
from portal.audit.log import record
from portal.people.models import Employee
from portal.wake import wake

log = logging.getLogger(__name__)
# 32 signs that cannot be taken for one another (no O, 0, I, 1): five bits each, 26 of them carry 130 random bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 26
_BATCH = 200


def new_code() -> str:
    """Return a fresh verification code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """Return a code as it is stored: blanks, dashes and case of what a person typed are forgiven."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def masked(name: str) -> str:
    """Return 'R••• O••••••': enough to compare with a letter in hand, not enough to learn a name."""
    return " ".join(word[0] + "•" * (len(word) - 1) for word in name.split())


def _next_number(year: int) -> int:
    """Count one letter more; the row stays locked until the letter is stored, so numbers have no gaps."""
    table = LetterCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [year],
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def issue(step: Step, *, by: Employee) -> Letter:
    """Take the next number of the year under a row lock and freeze everything the letter will say."""
    now = clock.now()
    on = dates.day(now)
    declaration = step.declaration
    number, code = f"SK-{on.year}-{_next_number(on.year):05d}", new_code()
    assert declaration.valid_until is not None
    letter = Letter.objects.create(
        step=step,
        declaration=declaration,
        number=number,
        code=code,
        facts=_facts(step, number=number, code=code, at=now),
        issued_at=now,
        valid_until=declaration.valid_until,
    )
    record("letter_issued", declaration, by=by, letter=letter.pk, number=number)
    transaction.on_commit(partial(wake, "approvals.tasks.render_letter", letter.pk), robust=True)
    return letter


def revoke(declaration: Declaration, *, reason: str) -> None:
    """Mark the letter of this case as revoked; the verification page says so at once."""
    Letter.objects.filter(declaration=declaration, revoked_at=None).update(
        revoked_at=clock.now(), revoked_reason=reason
    )


def _facts(step: Step, *, number: str, code: str, at: datetime) -> dict[str, Any]:
    """Return what the letter states, as plain data; later changes of people, units or names do not reach it."""
    declaration, content = step.declaration, step.snapshot.content
    person, told = declaration.declarant, content["declarant"]
    excluded = {item.pk for item in read_items(declaration) if item.excluded}
    proofs = standings([each["id"] for each in content["channels"]])
    sent = declaration.submitted_at or at
    return {
        "number": number,
        "code": code,
        "address": settings.PORTAL_URL + reverse("verify_code", args=[code]),
        "declaration": declaration.number,
        "sent": dates.day(sent).isoformat(),
        "issued": dates.day(at).isoformat(),
        "approved_at": at.isoformat(),
        "valid_until": declaration.valid_until.isoformat() if declaration.valid_until else "",
        "issuer": _issuer(step),
        "decision": step.outcome,
        "person": {
            "name": told["name"],
            "masked": masked(person.name),
            "nip": person.nip or "",
            **{key: told[key] for key in ("employment", "grade", "post", "unit", "office")},
        },
        "channels": [
            {
                "platform": each["platform_label"],
                "label": each["label"],
                "url": each["url"],
                "proof": _proof_words(proofs[each["id"]]),
            }
            for each in content["channels"]
            if each["item"] not in excluded
        ],
        "conditions": [
            {"text": condition.text, "due": condition.due_on.isoformat() if condition.due_on else ""}
            for condition in step.conditions.all()
        ],
        "demo": person.is_demo,
    }


def _issuer(step: Step) -> str:
    """Return the code of the office that decided; an objection may have come to the Inspektorat."""
    if step.stage == Stage.INSPECTORATE:
        return INSPEKTORAT
    by_reviewer = step.decided_by is not None and REVIEWER in groups_of(step.decided_by)
    return BKPSDM if step.stage != Stage.OBJECTION or by_reviewer else INSPEKTORAT


@translation.override("id")
def _proof_words(standing: Standing) -> str:
    """Return what the letter says of a channel's ownership."""
    if standing.proven and standing.at is not None:
        return f"kepemilikan terbukti {dates.long_date(standing.at)}, {standing.how}"
    return "menurut pernyataan yang bersangkutan"


def make_file(letter: Letter) -> None:
    """Render and keep the PDF with its hash; the second of two workers changes nothing."""
    pdf = render(letter)
    digest = hashlib.sha256(pdf).hexdigest()
    LetterFile.objects.bulk_create([LetterFile(letter=letter, pdf=pdf, sha256=digest)], ignore_conflicts=True)


def render_missing() -> int:
    """Make the files that are owed, oldest first; one that fails is logged and does not hold up the others."""
    done = 0
    for letter in Letter.objects.filter(file=None).order_by("pk")[:_BATCH]:
        try:
            make_file(letter)
            done += 1
        except Exception:  # whatever is wrong with this letter, the next one is still owed
            log.exception("letter %s cannot be rendered", letter.number)
    return done
