"""Rows 20-22, 58 and 59: a server that greylists, bounces, is slow, has no name or a wrong certificate."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from approvals import links
from approvals.due import perform
from portal import clock
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail, State
from portal.mail.tasks import sweep
from tests.conftest import StartWorker
from tests.factories import World, sent, step_of
from tests.faults.test_mail_faults import deed, make_due, states, wait_until
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


class Careful(SmtpSink):
    """Keeps the envelope senders; `greylist` refuses each recipient once, `delay` is the time one mail takes."""

    def __init__(self, *, greylist: bool = False, delay: float = 0) -> None:
        super().__init__()
        self.greylist, self.delay = greylist, delay
        self.seen: set[str] = set()
        self.senders: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.greylist and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 greylisted, try again in 15 minutes"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.delay)
        self.senders.append(envelope.mail_from)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def listening(settings: Any) -> Iterator[Callable[[Careful], Careful]]:
    started: list[Careful] = []

    def listen(sink: Careful) -> Careful:
        sink.start()
        started.append(sink)
        settings.EMAIL_TRANSPORT = {**settings.EMAIL_TRANSPORT, "host": "127.0.0.1", "port": sink.port}
        return sink

    yield listen
    for sink in started:
        sink.stop()


def test_fault_20_a_greylisted_request_arrives_later_and_its_link_still_decides(
    listening: Callable[[Careful], Careful], client: Client
) -> None:
    sink = listening(Careful(greylist=True))
    case = sent(World().teacher)
    sweep()
    assert sink.messages == []
    assert set(states()) == {State.QUEUED}
    make_due()
    sweep()
    assert set(states()) == {State.SENT}
    request = next(message for message in sink.messages if "Mohon keputusan" in str(message["Subject"]))
    body = request.get_body(("plain",))
    assert body is not None
    link = next(word for word in body.get_content().split() if "/k/" in word)
    page = client.get(client.get("/" + link.split("/", 3)[3])["Location"]).content.decode()
    assert case.number in page
    assert "data-keputusan" in page
    assert timedelta(days=3) <= links.LIFETIME


def test_fault_21_a_bounce_finds_a_person_and_the_request_goes_on_by_the_clock(
    listening: Callable[[Careful], Careful],
) -> None:
    sink = listening(Careful())
    with clock.pretend(timezone.make_aware(datetime(2026, 11, 19, 10))):
        case = sent(World().teacher)
    sweep()  # the server takes it; that the mailbox is full is told to the envelope sender minutes later
    assert set(states()) == {State.SENT}
    assert set(sink.senders) == {"deklarasi@demo.pasbar.example"}
    assert "deklarasi@demo.pasbar.example" in django_settings.DEFAULT_FROM_EMAIL
    for day in (23, 25, 27, 30):
        with clock.pretend(timezone.make_aware(datetime(2026, 11, day, 9))):
            perform()
    told = OutgoingEmail.objects.filter(case=case.number)
    assert told.filter(subject__startswith="Pengingat:").exists()
    assert (
        told.filter(subject__startswith="Belum ada keputusan:").exclude(to=step_of(case).assigned_to.mailbox).exists()
    )


def test_fault_22_behind_hundreds_of_slow_bulk_mails_a_link_goes_out_next(
    listening: Callable[[Careful], Careful], start_worker: StartWorker, smtp_sink: SmtpSink
) -> None:
    sink = listening(Careful(delay=0.2))
    with transaction.atomic():
        for number in range(300):
            OutboxMessage(
                key=f"massal.{number}",
                to="semua@demo.pasbar.example",
                subject="Perpanjangan",
                text="isi\n",
                purpose="sample",
                bulk=True,
            ).send()
    start_worker(EMAIL_URL=sink.url)
    sweep.delay()  # the tick of the scheduler
    sink.wait_for(3)
    deed("tautan.1")
    before = len(sink.messages)
    wait_until(lambda: any(str(message["Subject"]) == "Mohon keputusan" for message in sink.messages))
    place = [str(message["Subject"]) for message in sink.messages].index("Mohon keputusan")
    assert place - before <= 8  # what was in hand, not the 290 that wait
    assert len(sink.messages) < 200


def test_fault_58_a_mail_server_whose_name_is_not_found_costs_only_time(settings: Any, smtp_sink: SmtpSink) -> None:
    right = settings.EMAIL_TRANSPORT
    settings.EMAIL_TRANSPORT = {**right, "host": "mail.kabupaten.invalid"}
    assert deed("nama.1", "nama.2") < 1
    assert sweep() == 1  # one look-up, not one for every mail
    assert states() == [State.QUEUED] * 2
    assert "gaierror" in OutgoingEmail.objects.exclude(last_error="").get().last_error
    settings.EMAIL_TRANSPORT = right
    make_due()
    sweep()
    assert states() == [State.SENT] * 2


# -- TLS -----------------------------------------------------------------------------------------------------------


def certificate(folder: Path, *, name: str, days: int = 30) -> Path:
    """Write a self-signed certificate and its key into one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


class Secret(SmtpSink):
    """Offers STARTTLS with its certificate, or none at all; notes every word a client says in clear."""

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self.file, self.logins = file, 0

    def start(self) -> None:
        context = None
        if self.file is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.file)
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=context,
            auth_require_tls=False,
            authenticator=self._login,
        )
        self.controller.start()

    def _login(self, *_credentials: Any) -> Any:
        self.logins += 1
        return AuthResult(success=True)


@pytest.mark.parametrize(
    ("name", "days", "trusted", "taken"),
    [
        ("localhost", 30, True, True),  # the control: with a good certificate the mail goes
        ("localhost", 30, False, False),
        ("lain.example", 30, True, False),
        ("localhost", -1, True, False),
        (None, 0, False, False),  # somebody between takes STARTTLS out of the answer
    ],
)
def test_fault_59_a_wrong_certificate_is_refused_and_nothing_is_said_in_clear(
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str | None,
    days: int,
    trusted: bool,
    taken: bool,
) -> None:
    file = certificate(tmp_path, name=name, days=days) if name else None
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    sink = Secret(file)
    sink.start()
    secret = {"username": "portal", "password": "rahasia", "use_tls": True}
    settings.EMAIL_TRANSPORT = {**settings.EMAIL_TRANSPORT, **secret, "host": "localhost", "port": sink.port}
    try:
        deed("tls.1")
        sweep()
    finally:
        sink.stop()
    assert (len(sink.messages), sink.logins) == ((1, 1) if taken else (0, 0))
    assert states() == [State.SENT if taken else State.QUEUED]
    if not taken:
        error = OutgoingEmail.objects.get().last_error
        assert "CERTIFICATE_VERIFY_FAILED" in error or "STARTTLS" in error
