"""Rows 39, 41, 45, 47 and 51: the database ends, locks, overtakes or refuses a request; the user is told the truth."""

import gc
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from approvals import links
from approvals.invariants import INVARIANTS
from declarations.models import Declaration
from declarations.status import Status
from portal import views
from portal.audit.log import verify_all
from portal.audit.models import AuditEvent
from portal.http import methods
from portal.mail import delivery
from portal.mail.models import OutgoingEmail, State
from portal.people.models import Opd
from portal.rosters.models import RosterImport
from tests.factories import World, sent, step_of
from tests.faults.disk import small_disk
from tests.faults.test_mail_faults import deed, wait_until
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
REFERENCE = re.compile(r'<b class="ref">[0-9A-F]{8}</b>')


class Head:
    """A head who has opened the mailed link and presses the button as often as he likes."""

    def __init__(self, case: Declaration) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.cookies["kunci"] = links.token_for(step_of(case))
        self.address = reverse("approvals:link_case", args=[case.number])
        self.revision = case.revision
        self.answers: list[Any] = []

    def endorse(self) -> Any:
        self.answers.append(self.client.post(self.address, {"keputusan": "endorsed", "revisi": self.revision}))
        return self.answers[-1]

    def endorse_meanwhile(self, *options: str) -> Thread:
        """Press the button in a thread with a connection of its own, whose settings may differ."""

        def run() -> None:
            own = connections["default"].settings_dict
            kept = own["OPTIONS"]
            own["OPTIONS"] = {**kept, "options": " ".join([kept["options"], *options])}
            try:
                self.endorse()
            finally:
                own["OPTIONS"] = kept
                connection.close()

        thread = Thread(target=run)
        thread.start()
        return thread


def locked(case: Declaration) -> psycopg.Connection[Any]:
    """Return a connection that holds the row of the case: whoever decides it waits inside his transaction."""
    at = connection.settings_dict
    other = psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
    )
    other.execute("SELECT 1 FROM declarations_declaration WHERE id = %s FOR UPDATE", [case.pk])
    return other


def waiting_backends() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def decided(case: Declaration) -> int:
    return AuditEvent.objects.filter(chain=case.audit_chain, event="decided").count()


def all_is_well() -> None:
    assert [invariant.code for invariant in INVARIANTS if invariant.violations()] == []
    assert list(verify_all()) == []


def told_the_truth(answer: Any, address: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "belum dapat memastikan apakah kiriman Anda sudah tersimpan" in page
    assert f'href="{address}">Periksa status' in page
    assert REFERENCE.search(page)


def test_fault_39_a_connection_ended_in_the_deciding_transaction_decides_nothing_and_the_retry_does() -> None:
    case = sent(World().teacher)
    head = Head(case)
    with locked(case):
        pressed = head.endorse_meanwhile()
        wait_until(lambda: bool(waiting_backends()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", waiting_backends())
        pressed.join(20)
    told_the_truth(head.answers[0], head.address)
    assert decided(case) == 0
    assert OutgoingEmail.objects.filter(purpose="receipt").count() == 0
    assert head.endorse().status_code == 302
    assert decided(case) == 1
    all_is_well()


def test_fault_41_a_lock_that_is_held_too_long_is_told_and_costs_nothing() -> None:
    case = sent(World().teacher)
    head = Head(case)
    with locked(case):
        head.endorse_meanwhile("-c lock_timeout=300").join(20)
    told_the_truth(head.answers[0], head.address)
    assert decided(case) == 0
    assert head.endorse().status_code == 302
    assert decided(case) == 1
    all_is_well()


def test_fault_41_of_two_requests_in_a_deadlock_both_succeed() -> None:
    world = World()
    both_hold_one, runs = Barrier(2), []

    @methods(write=["POST"])
    def view(request: HttpRequest, first: int, second: int) -> HttpResponse:
        runs.append(first)
        Opd.objects.filter(pk=first).update(code=f"DULU{first}")
        if len(runs) <= 2:
            both_hold_one.wait(30)
        Opd.objects.filter(pk=second).update(name=f"Dari {first}")
        messages.success(request, "Tersimpan")
        return HttpResponse(request.FILES["berkas"].read() + str(len(request._messages)).encode())

    answers: list[HttpResponse] = []

    def press(first: int, second: int) -> None:
        try:
            request = RequestFactory().post("/", {"berkas": SimpleUploadedFile("a.txt", b"utuh")})
            request.session = {}  # type: ignore[assignment]
            request._messages = messages.storage.default_storage(request)
            request.FILES["berkas"].read()  # what the first run read, the second reads again
            request.FILES["berkas"].seek(0)
            answers.append(view(request, first, second))
        finally:
            connection.close()

    pairs = [(world.dinas.pk, world.ptsp.pk), (world.ptsp.pk, world.dinas.pk)]
    threads = [Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"utuh1")] * 2
    assert len(runs) in (3, 4)
    names = set(Opd.objects.filter(pk__in=pairs[0]).values_list("code", flat=True))
    assert names == {f"DULU{pk}" for pk in pairs[0]}


@pytest.mark.parametrize("times", [1, 2, 3])
def test_fault_41_the_second_run_begins_with_the_session_and_the_person_of_the_first(
    client: Client, times: int
) -> None:
    teacher, seen = World().teacher, []
    client.force_login(teacher)

    @methods(write=["POST"])
    def view(request: HttpRequest) -> HttpResponse:
        seen.append((request.session.get("passed"), request.user.name))
        request.session["passed"], request.user.name = True, "Nama lain"
        if len(seen) <= times:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'overtaken' USING ERRCODE = '40P01'; END $$")
        return HttpResponse(str(request.user.pk))

    request = RequestFactory().post("/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    SessionMiddleware(view).process_request(request)
    AuthenticationMiddleware(view).process_request(request)
    request._messages = messages.storage.default_storage(request)
    if times == 3:  # then it is no accident: the page says in words that nothing was saved
        with pytest.raises(OperationalError):
            view(request)
    else:
        assert view(request).content == str(teacher.pk).encode()
    assert seen == [(None, teacher.name)] * min(times + 1, 3)


@pytest.mark.parametrize("table", ["audit_auditevent", "mail_outgoingemail"])
def test_fault_45_without_the_right_to_write_the_log_or_a_mail_nothing_is_decided(table: str) -> None:
    case = sent(World().teacher)
    head = Head(case)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE lemah; GRANT ALL ON ALL TABLES IN SCHEMA public TO lemah")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO lemah")
        cursor.execute(f"REVOKE INSERT ON {table} FROM lemah; SET ROLE lemah")
    try:
        answer = head.endorse()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; DROP OWNED BY lemah; DROP ROLE lemah")
    assert answer.status_code == (503 if table == "audit_auditevent" else 500)
    if table == "audit_auditevent":
        assert "tidak dapat dicatat, jadi tidak dilakukan" in answer.content.decode()
    case.refresh_from_db()
    assert (case.status, decided(case)) == (Status.AWAITING_HEAD, 0)
    assert head.endorse().status_code == 302
    all_is_well()


@pytest.fixture
def nothing_logged() -> Iterator[None]:
    """The lines that pytest keeps would keep the request, and with it its files."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("nothing_logged")
def test_fault_47_an_upload_for_which_the_disk_has_no_room_is_told_and_leaves_no_half_file(
    tmp_path: Path, settings: Any
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(World().administrator)
    session = client.session
    session["proven"] = time.time()
    session.save()
    address = reverse("rosters:list")
    file = b"NIP;NAMA\n" + b"x" * 3_000_000  # above 2.5 MB an upload is kept in a file while it arrives
    with small_disk(tmp_path / "disk", 1) as disk:
        settings.FILE_UPLOAD_TEMP_DIR = str(disk)
        told_the_truth(client.post(address, {"berkas": SimpleUploadedFile("pegawai.csv", file)}), address)
        gc.collect()
        assert [path.name for path in disk.iterdir()] == []
    assert RosterImport.objects.count() == 0


def failing(error: Exception) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        try:
            raise error
        except Exception:
            return views.server_error(request)

    return view


def test_a_page_that_was_only_read_offers_to_try_again_and_a_defect_stays_a_defect(rf: RequestFactory) -> None:
    answer = failing(OperationalError("away"))(rf.get("/k/tanda/?a=1"))
    assert answer.status_code == 503
    assert 'href="/k/tanda/?a=1">Coba lagi' in answer.content.decode()
    assert "kiriman" not in answer.content.decode()
    assert failing(ValueError("defect"))(rf.get("/")).status_code == 500


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_that_cannot_be_saved_is_no_fault_of_the_browser(
    client: Client, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Django answers 400 here, although the deed before it may be committed (found by the fault run, seed 9)."""
    client.raise_request_exception = False
    client.force_login(World().teacher)
    session = client.session
    session["seen"] = 1  # long ago: this request moves the end of the session along
    session.save()

    def cut(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Session, "save", cut)
    answer = getattr(client, method)("/deklarasi/")
    assert answer.status_code == 503
    assert ("Periksa status" if method == "post" else "Coba lagi") in answer.content.decode()


def test_fault_51_workers_whose_clocks_differ_do_not_take_each_others_mail(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease runs by the database's clock; a worker ten minutes ahead would take the row a second time."""
    deed("jam.1")
    assert delivery.claim() is not None
    now = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: now() + timedelta(minutes=10))
    assert delivery.claim() is None
    assert delivery.deliver_due() == 0


def test_fault_49_a_mail_planned_by_a_clock_that_ran_ahead_goes_out_when_it_is_set_right(smtp_sink: SmtpSink) -> None:
    deed("maju.1", "nanti.1", "tertahan.1")
    OutgoingEmail.objects.filter(key="maju.1").update(next_at=timezone.now() + timedelta(days=400))
    OutgoingEmail.objects.filter(key="nanti.1").update(next_at=timezone.now() + timedelta(days=20))
    claimed = {"state": State.SENDING, "attempts": 1, "lease_until": timezone.now() + timedelta(days=400)}
    OutgoingEmail.objects.filter(key="tertahan.1").update(**claimed)  # and its worker was killed
    delivery.deliver_due()
    states = dict(OutgoingEmail.objects.values_list("key", "state"))
    assert states == {"maju.1": State.SENT, "nanti.1": State.QUEUED, "tertahan.1": State.SENT}
