"""The audit log: chained without forks, refused to everybody who wants to change it, first altered line named."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal import clock
from portal.audit.log import CannotRecord, digest, history, record, verify_all, verify_chain
from portal.audit.management.commands import check_audit
from portal.audit.models import AppendOnly, AuditEvent, LogReading
from portal.http import methods
from portal.people.models import Opd
from tests.factories import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Opd:
    return Opd.objects.create(name="Dinas Contoh", kind="opd")


def test_a_line_says_who_what_when_and_on_what(office: Opd) -> None:
    before = datetime.now(UTC)
    line = record("unit_renamed", office, by=None, via="dashboard", field="name")
    line.refresh_from_db()
    assert (line.chain, line.seq, line.event, line.via) == ("admin", 1, "unit_renamed", "dashboard")
    assert (line.subject_type, line.subject_id, line.subject_label) == ("people.opd", str(office.pk), "Dinas Contoh")
    assert line.data == {"field": "name"}
    assert line.as_of is None
    assert before - timedelta(seconds=5) < line.at < before + timedelta(seconds=5)


def test_lines_of_a_chain_hang_together(office: Opd) -> None:
    lines = [record("x", office, by=None, chain="case:1", n=n) for n in range(5)]
    record("y", office, by=None, chain="case:2")
    stored = list(history("case:1"))
    assert [line.seq for line in stored] == [1, 2, 3, 4, 5]
    assert [line.prev_hash for line in stored] == ["", *(line.hash for line in lines[:-1])]
    assert all(line.hash == digest(line) for line in stored)
    assert verify_chain(stored) is None
    assert list(verify_all()) == []


def test_a_subject_may_name_its_chain(office: Opd) -> None:
    office.audit_chain = "case:77"  # type: ignore[attr-defined]
    assert record("x", office, by=None).chain == "case:77"


def test_a_drill_keeps_real_time_and_tells_the_pretended_one(office: Opd) -> None:
    moment = datetime(2027, 5, 1, tzinfo=UTC)
    with clock.pretend(moment):
        line = record("x", office, by=None)
    assert line.as_of == line.when == moment
    assert abs(line.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("value", ["199307212023211902", "NIP 199307212023211902.", "ilham@example.go.id"])
def test_personal_data_in_the_detail_is_a_defect(office: Opd, value: str) -> None:
    with pytest.raises(ValueError, match="ids and digests"):
        record("x", office, by=None, note=value)
    assert not AuditEvent.objects.exists()


def test_a_digest_is_no_personal_data(office: Opd) -> None:
    record("x", office, by=None, sha256="1" * 64, ids=[1, 2])
    assert list(verify_all()) == []


def test_python_refuses_to_change_or_remove(office: Opd) -> None:
    line = record("x", office, by=None)
    for attempt in (
        line.save,
        line.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(event="y"),
        lambda: AuditEvent.objects.bulk_create([AuditEvent()]),
        lambda: AuditEvent.objects.bulk_update([line], ["event"]),
        lambda: AuditEvent.objects.update_or_create(pk=line.pk, defaults={"event": "y"}),
    ):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET event = 'y'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
    ],
)
def test_the_database_refuses_too(office: Opd, sql: str) -> None:
    """[O01]"""
    record("x", office, by=None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEvent.objects.get().event == "x"


@pytest.mark.parametrize(
    ("sql", "seq", "reason"),
    [
        ("UPDATE audit_auditevent SET actor_name = 'Orang lain' WHERE seq = 3", 3, "isi baris berubah"),
        ("UPDATE audit_auditevent SET data = '{\"n\": 9}' WHERE seq = 2", 2, "isi baris berubah"),
        ("UPDATE audit_auditevent SET at = at + interval '1 second' WHERE seq = 4", 4, "isi baris berubah"),
        ("DELETE FROM audit_auditevent WHERE seq = 2", 2, "baris hilang"),
        ("DELETE FROM audit_auditevent WHERE seq = 1", 1, "baris hilang"),
        ("UPDATE audit_auditevent SET prev_hash = repeat('0', 64) WHERE seq = 4", 4, "tidak menyambung"),
    ],
)
def test_the_first_altered_line_is_named(office: Opd, sql: str, seq: int, reason: str) -> None:
    for n in range(5):
        record("x", office, by=None, chain="case:1", n=n)
    record("y", office, by=None, chain="case:2")
    tamper(sql + " AND chain = 'case:1'")
    found = list(verify_all())
    assert [(item.chain, item.seq) for item in found] == [("case:1", seq)]
    assert reason in found[0].reason
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_audit", stdout=output, stderr=output)
    assert ended.value.code == 1
    assert "case:1" in output.getvalue()
    assert f"baris {seq}" in output.getvalue()
    assert LogReading.objects.get().broken == 1


def test_an_altered_line_with_a_new_hash_breaks_the_next_one(office: Opd) -> None:
    for n in range(3):
        record("x", office, by=None, chain="case:1", n=n)
    forged = AuditEvent.objects.get(seq=2)
    forged.event = "y"
    tamper("UPDATE audit_auditevent SET event = 'y', hash = %s WHERE seq = 2", digest(forged))
    assert [item.seq for item in verify_all()] == [3]


def test_a_whole_log_is_confirmed_with_its_figures(office: Opd) -> None:
    record("x", office, by=None, chain="case:1")
    record("x", office, by=None)
    output = StringIO()
    call_command("check_audit", stdout=output)
    assert "2 rantai, 2 baris" in output.getvalue()
    assert LogReading.objects.get().broken == 0


def test_nothing_happens_when_the_line_cannot_be_written(office: Opd) -> None:
    @transaction.atomic
    def deed() -> None:
        Opd.objects.filter(pk=office.pk).update(name="Berubah")
        record("x" * 41, office, by=None)

    with pytest.raises(CannotRecord) as refused:
        deed()
    assert refused.value.status == 503
    office.refresh_from_db()
    assert office.name == "Dinas Contoh"


def test_a_clock_that_ran_back_stops_recording(office: Opd) -> None:
    record("x", office, by=None)
    tamper("UPDATE audit_auditevent SET at = at + interval '5 minutes'")
    with pytest.raises(CannotRecord):
        record("y", office, by=None)


def test_check_audit_says_how_many_chains_refuse_and_until_when(office: Opd, monkeypatch: pytest.MonkeyPatch) -> None:
    record("x", office, by=None)
    record("x", office, by=None, chain="case:1")
    for ahead, said in ((None, False), (datetime(2026, 11, 23, 3, 5, tzinfo=UTC), True)):
        monkeypatch.setattr(check_audit, "refusing", lambda until=ahead: (2 if until else 0, until))
        output = StringIO()
        call_command("check_audit", stdout=output)
        assert ("2 rantai menolak catatan baru sampai 23-11-2026 10.05 WIB" in output.getvalue()) == said


def test_a_reading_page_may_write_its_access_line(office: Opd) -> None:
    @methods(read=["GET"])
    def page(request: HttpRequest) -> HttpResponse:
        record("sensitive_read", office, by=None)
        return HttpResponse("ok")

    assert page(RequestFactory().get("/")).status_code == 200
    assert AuditEvent.objects.get().event == "sensitive_read"


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_make_one_chain(office: Opd) -> None:
    start, problems = Barrier(8), []

    def write() -> None:
        try:
            start.wait(60)
            for n in range(10):
                with transaction.atomic():
                    record("x", office, by=None, chain="case:1", n=n)
        except Exception as error:  # told to the test below
            problems.append(error)
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    lines = list(history("case:1"))
    assert [line.seq for line in lines] == list(range(1, 81))
    assert verify_chain(lines) is None
