"""Handing over: sent once, refused for good or for now, back-off, lease, resending, wiping of secrets."""

import json
import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.mailqueue import why
from portal import env
from portal.errors import Refused
from portal.logs import Json, current
from portal.mail import delivery, outbox, transport, watch
from portal.mail.compose import OutboxMessage
from portal.mail.models import OutgoingEmail, State
from portal.mail.tasks import deliver, help_out, sweep
from tests.smtp import SmtpSink

pytestmark = pytest.mark.django_db
SECRET = {"link": "https://portal.example/k/abc/", "code": "123456"}
Sample = Callable[..., OutboxMessage]


def make_due(row: OutgoingEmail) -> None:
    OutgoingEmail.objects.filter(pk=row.pk).update(next_at=timezone.now())


def test_a_mail_is_delivered_once_whatever_asks_for_it(sample: Sample, smtp_sink: SmtpSink) -> None:
    row = sample(secret=SECRET).send()
    deliver(row.pk)
    deliver(row.pk)
    assert sweep() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.SENT, 1, "")
    (message,) = smtp_sink.messages
    assert "123456" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert smtp_sink.recipients == [["kepala@demo.pasbar.example"]]


def test_the_secret_is_wiped_after_delivery(sample: Sample, smtp_sink: SmtpSink, settings: Any) -> None:
    kept = sample("uji.1", secret=SECRET).send()
    deliver(kept.pk)
    settings.DEMO = False
    wiped = sample("uji.2", secret=SECRET).send()
    deliver(wiped.pk)
    kept.refresh_from_db()
    wiped.refresh_from_db()
    assert kept.secret is not None
    assert (wiped.state, wiped.secret) == (State.SENT, None)


def test_a_refusal_for_now_is_tried_again_later(sample: Sample, smtp_sink: SmtpSink) -> None:
    smtp_sink.mode = "451"
    row = sample().send()
    deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.QUEUED, 1, "451 told to refuse")
    assert row.next_at > timezone.now() + timedelta(seconds=20)
    smtp_sink.mode = "ok"
    sweep()
    assert smtp_sink.messages == []
    make_due(row)
    sweep()
    assert len(smtp_sink.messages) == 1


def test_a_refusal_for_good_fails_visibly_at_once(sample: Sample, smtp_sink: SmtpSink) -> None:
    smtp_sink.mode = "550"
    row = sample().send()
    other = sample("uji.2").send()
    sweep()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.FAILED, 1, "550 told to refuse")
    assert list(OutgoingEmail.objects.all().failed()) == [other, row]


def test_pauses_grow_to_an_hour_and_end_after_three_days(sample: Sample, smtp_sink: SmtpSink) -> None:
    pauses = [delivery.pause(attempts) for attempts in range(1, 20)]
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses == sorted(pauses)
    assert max(pauses) == timedelta(hours=1)
    smtp_sink.mode = "451"
    row = sample().send()
    OutgoingEmail.objects.filter(pk=row.pk).update(give_up_at=timezone.now())
    deliver(row.pk)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert row.failed_at is not None


def test_an_unreachable_server_costs_one_attempt_a_sweep(sample: Sample, smtp_sink: SmtpSink) -> None:
    rows = [sample(f"uji.{n}").send() for n in range(3)]
    smtp_sink.stop()
    assert sweep() == 1
    assert sorted(OutgoingEmail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    rows[0].refresh_from_db()
    assert "refused" in rows[0].last_error.lower()
    smtp_sink.start()
    make_due(rows[0])
    sweep()
    assert len(smtp_sink.messages) == 3


def test_a_sweep_that_finds_many_asks_others_to_send_along(
    sample: Sample, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(delivery, "wake", lambda task, pk, *, expires: asked.append((task, pk)))
    monkeypatch.setattr(delivery, "CROWD", 2)
    for waiting, helpers in ((2, 0), (3, 1), (12, delivery.HELPERS)):
        for n in range(waiting):
            sample(f"uji.{waiting}.{n}").send()
        asked.clear()
        assert sweep() == waiting
        assert asked == [(help_out.name, number) for number in range(helpers)]
    rows = [sample(f"uji.bantu.{n}").send() for n in range(3)]
    assert help_out(0) == 3  # and asks nobody else
    assert len(asked) == delivery.HELPERS
    assert len(smtp_sink.messages) == 2 + 3 + 12 + len(rows)


def test_nobody_is_asked_to_send_along_to_a_server_that_is_away(
    sample: Sample, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(delivery, "wake", lambda _task, pk, *, expires: asked.append(pk))
    monkeypatch.setattr(delivery, "CROWD", 1)
    for n in range(3):
        sample(f"uji.{n}").send()
    smtp_sink.stop()
    assert (sweep(), asked) == (1, [])


def test_a_mail_that_cannot_be_built_does_not_stop_the_others(sample: Sample, smtp_sink: SmtpSink) -> None:
    bad = sample("uji.1", secret=SECRET).send()
    OutgoingEmail.objects.filter(pk=bad.pk).update(secret=b"not sealed by us")
    good = sample("uji.2").send()
    sweep()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.last_error[:12]) == (State.QUEUED, "CannotUnseal")
    assert good.state == State.SENT


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends(sample: Sample, smtp_sink: SmtpSink) -> None:
    row = sample().send()
    claimed = delivery.claim(email_id=row.pk)
    assert claimed is not None
    assert delivery.claim() is None
    OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    again = delivery.claim()
    assert again is not None
    assert again.attempts == 2


def test_a_worker_that_lost_its_lease_does_not_undo_the_delivery_of_another(
    sample: Sample, smtp_sink: SmtpSink
) -> None:
    sample().send()
    slow = delivery.claim()
    assert slow is not None
    OutgoingEmail.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    smtp_sink.mode = "550"
    with transport.Line() as line:
        delivery.attempt(slow, line)
    row = OutgoingEmail.objects.get()
    assert (row.state, row.failed_at) == (State.SENT, None)


def test_urgent_mail_overtakes_bulk(sample: Sample, smtp_sink: SmtpSink) -> None:
    sample("uji.1", context={"name": "massal"}, bulk=True).send()
    sample("uji.2", context={"name": "tautan"}).send()
    sweep()
    assert [message["Subject"] for message in smtp_sink.messages] == [
        "Mohon keputusan: tautan",
        "Mohon keputusan: massal",
    ]


def test_a_failed_mail_is_sent_anew_as_a_row_of_its_own(sample: Sample, smtp_sink: SmtpSink) -> None:
    smtp_sink.mode = "550"
    failed = sample(case="DK-2611-00001-7", secret=SECRET).send()
    sweep()
    failed.refresh_from_db()
    smtp_sink.mode = "ok"
    anew = outbox.resend(failed, to="benar@demo.pasbar.example")
    sweep()
    failed.refresh_from_db()
    assert failed.state == State.FAILED
    assert not OutgoingEmail.objects.all().failed().exists()
    assert list(outbox.for_case("DK-2611-00001-7")) == [anew, failed]
    (message,) = smtp_sink.messages
    assert (message["To"], message["Message-ID"]) == ("benar@demo.pasbar.example", anew.message_id)
    assert anew.message_id != failed.message_id
    assert "123456" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_waiting_mail_or_one_whose_link_is_gone_is_not_sent_anew(
    sample: Sample, smtp_sink: SmtpSink, settings: Any
) -> None:
    settings.DEMO = False
    row = sample(secret=SECRET).send()
    with pytest.raises(Refused, match="masih menunggu"):
        outbox.resend(row)
    sweep()
    row.refresh_from_db()
    with pytest.raises(Refused, match="tautan baru"):
        outbox.resend(row)


def test_links_of_mail_that_failed_long_ago_are_wiped(sample: Sample, smtp_sink: SmtpSink, settings: Any) -> None:
    settings.DEMO = False
    smtp_sink.mode = "550"
    row = sample(secret=SECRET).send()
    sweep()
    assert delivery.wipe_old_secrets() == 0
    OutgoingEmail.objects.update(failed_at=timezone.now() - timedelta(days=15))
    sweep()
    row.refresh_from_db()
    assert row.secret is None


@pytest.mark.parametrize(
    ("allowed", "to", "goes"),
    [
        (["demo.pasbar.example"], "kepala@demo.pasbar.example", True),
        (["example"], "kepala@demo.pasbar.example", True),
        (["pasbar.example"], "kepala@lainpasbar.example", False),
        (["uji@pasamanbaratkab.go.id"], "kepala@pasamanbaratkab.go.id", False),
        (["uji@pasamanbaratkab.go.id"], "Uji@pasamanbaratkab.go.id", True),
        ([], "kepala@pasamanbaratkab.go.id", True),
    ],
)
def test_an_installation_that_is_not_the_real_one_writes_to_a_list_only(
    sample: Sample, smtp_sink: SmtpSink, settings: Any, allowed: list[str], to: str, goes: bool
) -> None:
    settings.MAIL_ONLY_TO = allowed
    row = sample(to=to).send()
    deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, len(smtp_sink.messages)) == ((State.SENT, 1) if goes else (State.FAILED, 0))
    assert goes or "MAIL_ONLY_TO" in why(row)


def test_a_demo_with_a_real_mail_server_writes_to_nobody_real() -> None:
    assert env.demo_mail(True, {"host": "mail.pasamanbaratkab.go.id"}) == "example"
    assert env.demo_mail(True, {"host": "127.0.0.1"}) == ""  # the sink of `make run`: nothing leaves the machine
    assert env.demo_mail(False, {"host": "mail.pasamanbaratkab.go.id"}) == ""


def test_the_mail_of_a_dead_worker_is_sent_within_two_minutes_and_never_while_it_may_still_be_sending() -> None:
    """N3 of the fault run: the lease runs out, the watch looks, and the mail goes before 120 seconds have passed."""
    found_after = delivery.LEASE.total_seconds() + watch.OVERDUE.total_seconds() + watch.EVERY
    assert found_after + 8 < 120  # a sweep may be busy for 8 seconds
    assert delivery.LEASE.total_seconds() >= 2 * transport.TOTAL


def test_lines_of_a_worker_carry_task_mail_and_case_and_no_address(
    sample: Sample, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(Json().format(record)))

    keep = Keep(logging.INFO)
    monkeypatch.setattr(delivery.log, "level", logging.INFO)
    delivery.log.addHandler(keep)
    try:
        row = sample(case="DK-2611-00001-3").send()
        deliver.apply((row.pk,), task_id="0f8fad5b-d9cb-469f-a165-70867728950e")
    finally:
        delivery.log.removeHandler(keep)
    (line,) = lines
    assert (line["task"], line["request"]) == ("portal.mail.tasks.deliver", "0f8fad5bd9cb")
    assert (line["case"], line["mail"]) == ("DK-2611-00001-3", row.pk)
    assert "@" not in json.dumps(line)
    assert current.get() == {}


def test_a_sweep_greets_the_server_once(sample: Sample, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        sample(f"uji.{number}").send()
    delivery.deliver_due()
    assert (len(smtp_sink.messages), smtp_sink.greetings) == (5, 1)
    monkeypatch.setattr(transport, "MOST_ON_ONE_LINE", 2)
    for number in range(5, 10):
        sample(f"uji.{number}").send()
    delivery.deliver_due()
    assert (len(smtp_sink.messages), smtp_sink.greetings) == (10, 4)


def test_a_refused_mail_leaves_the_line_to_the_next_one(sample: Sample, smtp_sink: SmtpSink) -> None:
    rows = [sample(f"uji.{number}").send() for number in range(2)]
    with transport.Line() as line:
        smtp_sink.mode = "550"
        assert delivery.attempt(claimed(rows[0]), line)
        smtp_sink.mode = "ok"
        assert delivery.attempt(claimed(rows[1]), line)
    assert states(rows) == [State.FAILED, State.SENT]
    assert smtp_sink.greetings == 1


def test_a_line_that_the_server_closed_is_opened_anew(sample: Sample, smtp_sink: SmtpSink) -> None:
    rows = [sample(f"uji.{number}").send() for number in range(2)]
    with transport.Line() as line:
        assert delivery.attempt(claimed(rows[0]), line)
        assert line.server is not None
        assert line.server.sock is not None
        line.server.sock.shutdown(socket.SHUT_RDWR)
        assert delivery.attempt(claimed(rows[1]), line)
    assert states(rows) == [State.SENT, State.SENT]
    assert (len(smtp_sink.messages), smtp_sink.greetings) == (2, 2)


def claimed(row: OutgoingEmail) -> OutgoingEmail:
    got = delivery.claim(email_id=row.pk)
    assert got is not None
    return got


def states(rows: list[OutgoingEmail]) -> list[str]:
    return [OutgoingEmail.objects.get(pk=row.pk).state for row in rows]
