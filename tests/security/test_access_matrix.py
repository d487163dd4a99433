"""Every address, asked by eight callers with four methods, answers as tests/security/access_table.py says.

[Z01] [Z02] [Z08] [Z14] of reference/security.md 2.5. A new page needs one line there, and, when its address holds a
part no other address has, one sample value in `samples` below.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from approvals import batch, links, workflow
from approvals.casework.models import ReasonText
from approvals.coverage import counting
from approvals.coverage.models import Call, Campaign
from approvals.exports.models import Export
from approvals.models import LegalBasis, Objection, Proof, WorkItem, WorkKind
from approvals.work import owe
from declarations.models import Declaration
from declarations.registries import applying
from declarations.registries.models import Entry, RegistryImport
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.accounts.models import HelpRequest
from portal.calendar.models import Holiday, PatternUse, Ramadan
from portal.files.models import StoredFile
from portal.mail.models import OutgoingEmail
from portal.rosters.models import RosterImport
from tests.factories import World, declaration_at, draft, endorse, sent, step_of
from tests.security.access_table import CALLERS, NONE, TABLE

WAITING = {f"approvals:{name}" for name in ("link_case", "link_renew", "inbox_open", "hand_on", "take_back")}
WAITING |= {"approvals:paper", "approvals:paper_sheet"}
APPROVED = {
    f"approvals:{name}" for name in ("letter", "revoke", "suspend", "lift", "conditions", "send_proof", "judge_proof")
}
METHODS = ("GET", "POST", "PUT", "DELETE")
OPEN = (200, 201, 204, 303, 302, 301, 400, 409, 410, 413, 415, 422, 429)
MEANING = {"+": "let in", "L": "sent to login", "3": "403", "4": "404", "5": "405", "!": "a server error"}


def addresses(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield the full view name and the pattern of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            yield ":".join([*spaces, entry.name or str(entry.pattern)]), entry


def kind(response: Any) -> str:
    """Return the letter of an answer."""
    status = response.status_code
    if status in (301, 302, 303) and response["Location"].startswith("/masuk/?lanjut="):
        return "L"
    if status in OPEN:
        return "+"
    return {403: "3", 404: "4", 405: "5"}.get(status, "!")


@dataclass
class Town:
    """One small kabupaten with a case waiting at the head, one at the reviewer, a draft, and eight browsers."""

    world: World
    draft: Declaration
    waiting: Declaration
    reviewed: Declaration
    approved: Declaration
    rejected: Declaration
    clients: dict[str, Client]

    def case_for(self, name: str) -> Declaration:
        """Return a case in the state in which this address means something."""
        if name in WAITING:
            return self.waiting
        if name in APPROVED:
            return self.approved
        if name in ("approvals:object", "approvals:admit_objection"):
            return self.rejected
        if name.startswith("declarations:") or name in ("approvals:submit", "approvals:explain"):
            return self.draft
        return self.reviewed

    def samples(self, name: str) -> dict[str, Any]:
        """Return a value for every part of an address; by view name where one value does not fit all."""
        case = self.case_for(name)
        head = step_of(self.waiting)
        assert head.assigned_to is not None
        signed = {
            "approvals:mailed_list": links.list_url(head.assigned_to).split("/")[-2],
            "approvals:not_me": links.receipt_url(self.reviewed.steps.exclude(decided_at=None).get()).split("/")[-2],
        }
        assert self.reviewed.snapshot is not None
        finding = self.reviewed.snapshot.findings.values_list("code", flat=True)[0]
        keys: dict[str, Any] = {
            "help_request": HelpRequest,
            "approvals:task_close": WorkItem,
            "approvals:campaign": Campaign,
            "approvals:coverage_progress": Call,
            "calendar:holiday": Holiday,
            "calendar:ramadan": Ramadan,
            "calendar:use": PatternUse,
            "approvals:basis": LegalBasis,
            "approvals:reason": ReasonText,
            "registries:batch": RegistryImport,
            "rosters:batch": RosterImport,
            "approvals:mail": OutgoingEmail,
            "rosters:problems": RosterImport,
            "registries:problems": RegistryImport,
            "registries:end": Entry,
        }
        codes = {"approvals:comment": "D1", "verify_code": self.approved.letters.get().code, "calendar:hours": "5HK"}
        mails = OutgoingEmail.objects.exclude(html="")
        office = dict.fromkeys(("office", "office_appoint", "office_end", "office_address"), self.world.dinas.pk)
        fixed = {"user": self.world.teacher.pk, **{f"approvals:{part}": pk for part, pk in office.items()}}
        return {
            "nomor": case.number,
            "bagian": "waktu",
            "hasil": batch.seal_results(head.assigned_to, [(case.number, batch.DONE)]),
            "kanal": case.items.get().channel_id if name.startswith("approvals:proof") else case.items.get().pk,
            "word": "penyedia",
            "code": "KK-01",
            "token": signed.get(name, links.token_for(head)),
            "kode": codes.get(name, finding),
            "surel": mails.filter(case=self.reviewed.number).latest("pk").pk,
            "pk": fixed.get(name) or keys.get(name, OutgoingEmail).objects.latest("pk").pk,
            "tugas": self.world.dinas.heads.get().pk,
            "berkas": StoredFile.objects.get().public_id,
            "ekspor": Export.objects.get().public_id,
            "syarat": workflow.conditions_of(self.approved).get().pk,
            "bukti": Proof.objects.get().pk,
            "opd": self.world.dinas.pk,
            "tabel": "tahap",
            "sisipan": "penutup-asn",
            "bahasa": "id",
            "contoh": "case_notice",
        }


def paid(handle: str) -> SampleChannel:
    return SampleChannel(handle, answers=PAID_CHANNEL)


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.DEMO = False
    world, now = World(), clock.now()
    waiting = declaration_at(Status.AWAITING_HEAD, world)
    reviewed = endorse(sent(world.teacher, paid("@uji.berbayar.satu"), **PAID_ANSWERS))
    approved, rejected = (declaration_at(status, world) for status in (Status.APPROVED, Status.REJECTED))
    late = rejected.steps.latest("decided_at")
    Objection.objects.create(declaration=rejected, against=late, late=True, grounds="Mohon.", filed_at=now)
    people = (
        None,
        world.teacher,
        world.colleague,
        world.head,
        world.reviewer,
        world.inspector,
        world.administrator,
        world.sekda,
    )
    clients = {}
    for caller, someone in zip(CALLERS, people, strict=True):
        clients[caller] = Client(raise_request_exception=False)
        if someone is not None:
            clients[caller].force_login(someone)
    workflow.send_proof(workflow.conditions_of(approved).get(), "Sudah dikerjakan.", [], by=world.teacher)
    StoredFile.objects.create(
        case=approved.number, kind="png", size=1, sha256="-", content=b"-", uploaded_by=world.teacher, uploaded_at=now
    )
    owe(WorkKind.HEAD_SILENT, "Periksa.", declaration=reviewed)
    Ramadan.objects.create(starts=date(2027, 2, 8), ends=date(2027, 3, 9))
    RosterImport.objects.create(
        state="planned", mapping={"nip": 1, "name": 2, "unit": 3}, made_by=world.administrator, made_at=now, beat_at=now
    )
    Export.objects.create(owner=world.inspector, purpose="Uji", expected=1)
    counting.refresh()
    today = clock.today()
    campaign = Campaign.objects.create(year=today.year, name="Pendataan", starts=today, ends=today + timedelta(days=9))
    Call.objects.create(campaign=campaign, asked_by=world.administrator, asked_at=now, expected=1, done_at=now)
    vendor = {"name": "CV Uji", "opd": world.dinas.name, "detail": "Buku", "starts": "03-02-2026"}
    applying.add_row("vendor", vendor, source="Uji", by=world.administrator)
    Holiday.objects.create(day=date(2027, 2, 1), name="Libur daerah", kind="local", source="bkpsdm")
    PatternUse.objects.create(unit_kind="sekolah", code="6HK")
    HelpRequest.objects.create(name="Seseorang", email="seseorang@demo.pasbar.example", created_at=now)
    clients["head"].get(reverse("approvals:link", args=[links.token_for(step_of(waiting))]))
    clients["head"].get(reverse("approvals:mailed_list", args=[links.list_url(world.head).split("/")[-2]]))
    own_draft = draft(world.teacher, paid("@uji.berbayar.dua"), **PAID_ANSWERS)
    return Town(world, own_draft, waiting, reviewed, approved, rejected, clients)


def parts_of(name: str) -> list[str]:
    """Return the names of the parts in an address, those of the including patterns as well."""
    *spaces, view = name.split(":")
    resolver: Any = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    return [str(part) for part in resolver.reverse_dict[view][0][0][1]]


def address_of(name: str, town: Town) -> str:
    known = town.samples(name)
    unknown = [part for part in parts_of(name) if part not in known]
    assert not unknown, f"{name}: give a value for <{unknown[0]}> in Town.samples of this file."
    return reverse(name, kwargs={part: known[part] for part in parts_of(name)})


def ask(client: Client, method: str, address: str) -> Any:
    """Send the request and undo what it did, so that no line of the table depends on another."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, address, b"", content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def test_every_address_stands_in_the_table() -> None:
    names = [name for name, _pattern in addresses()]
    missing = sorted({*names} - {*TABLE})
    assert not missing, (
        f"No line for {', '.join(missing)}. Add one to TABLE in tests/security/access_table.py: who may GET and who "
        'may POST (DESIGN.md 10 says it), e.g. "approvals:thing": (DESK, REVIEWERS).'
    )
    assert not {*TABLE} - {*names}, f"These addresses are gone, take their line out: {sorted({*TABLE} - {*names})}"


def test_every_address_answers_eight_callers_and_four_methods_as_the_table_says(town: Town) -> None:
    wrong = []
    for name, _pattern in addresses():
        reads, writes = TABLE.get(name, ("?" * 8, "?" * 8))
        address = address_of(name, town)
        for method, letters in zip(METHODS, (reads, writes, NONE, NONE), strict=True):
            got = "".join(kind(ask(town.clients[caller], method, address)) for caller in CALLERS)
            if got != letters and (letters != NONE or set(got) & set("+!")):
                wrong.append(f"{name} {method}: {got}, the table says {letters}")
    assert not wrong, "\n".join(["+ let in, L login, 3 403, 4 404, 5 405, ! server error", *wrong])
