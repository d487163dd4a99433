"""A mail is rendered, made safe and stored with its deed; what leaves is text first, one recipient, one thread."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.compose import OutboxMessage, OutsideTransaction, message_id, one_line
from portal.mail.models import OutgoingEmail, Priority, State
from portal.mail.transport import build

pytestmark = pytest.mark.django_db
SECRET = {"link": "https://portal.example/k/abc?x=1&y=2", "code": "4819-2207"}
Sample = Callable[..., OutboxMessage]


def received(row: OutgoingEmail) -> EmailMessage:
    row.refresh_from_db()
    return message_from_bytes(build(row), policy=policy.default)  # type: ignore[arg-type, return-value]


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_row_keeps_placeholders_and_a_sealed_secret(sample: Sample) -> None:
    row = sample(secret=SECRET).send()
    row.refresh_from_db()
    assert "[[link]]" in row.text
    assert "[[link]]" in row.html
    assert row.secret is not None
    for stored in (row.text.encode(), row.html.encode(), bytes(row.secret)):
        assert b"4819" not in stored
        assert b"portal.example/k/" not in stored


def test_link_and_code_are_put_in_when_the_mail_leaves(sample: Sample) -> None:
    message = received(sample(secret=SECRET).send())
    assert f"Buka: {SECRET['link']}" in body(message, "plain")
    assert "Kode: 4819-2207" in body(message, "plain")
    assert 'href="https://portal.example/k/abc?x=1&amp;y=2"' in body(message, "html")


def test_text_comes_first_and_only_html_is_escaped(sample: Sample) -> None:
    message = received(sample().send())
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Yth. O'Neil & <b>Rahmi</b>" in body(message, "plain")
    assert "<b>Rahmi</b>" not in body(message, "html")
    assert "O&#x27;Neil &amp; &lt;b&gt;Rahmi&lt;/b&gt;" in body(message, "html")


def test_the_skeleton_carries_facts_footer_and_the_demo_mark(sample: Sample, settings: Any) -> None:
    message = received(sample().send())
    assert body(message, "plain").startswith("DATA FIKTIF")
    assert "Kanal     : YouTube @a & b" in body(message, "plain")
    for kind in ("plain", "html"):
        assert settings.HELP_LINE in body(message, kind)
        assert "Anda menerima email ini karena diminta." in body(message, kind)
    assert "\n\n\n" not in body(message, "plain").replace("\r", "")
    assert len(body(message, "html")) < 20_000
    settings.DEMO = False
    assert "DATA FIKTIF" not in sample("uji.2").text


def test_headers_tell_machines_what_this_is(sample: Sample) -> None:
    message = received(sample(case="DK-2611-00001-7").send())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "id"
    assert message["From"].addresses[0].addr_spec == "deklarasi@demo.pasbar.example"
    assert message["To"] == "kepala@demo.pasbar.example"
    assert (message["Cc"], message["Bcc"]) == (None, None)
    assert message["Message-ID"] == message_id("uji.1")


def test_all_mails_of_a_case_form_one_thread(sample: Sample) -> None:
    first, second = (received(sample(f"uji.{n}", case="DK-2611-00001-7").send()) for n in (1, 2))
    other = received(sample("uji.3", case="DK-2611-00002-5").send())
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert other["References"] != first["References"]
    assert received(sample("uji.4").send())["References"] is None


def test_one_key_is_one_mail(sample: Sample) -> None:
    assert sample().send().pk == sample(context={"name": "lain"}).send().pk
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.FAILED])
def test_the_same_mail_again_leaves_the_first_one_as_it_is(sample: Sample, state: State) -> None:
    row, now = sample(secret=SECRET).send(), timezone.now()
    times = {State.SENDING: {"lease_until": now}, State.SENT: {"sent_at": now}, State.FAILED: {"failed_at": now}}
    OutgoingEmail.objects.filter(pk=row.pk).update(state=state, attempts=2, secret=None, **times[state])
    before = OutgoingEmail.objects.values().get()
    assert sample(to="lain@demo.pasbar.example", secret=SECRET).send().pk == row.pk
    assert OutgoingEmail.objects.values().get() == before


@pytest.mark.parametrize(
    "evil",
    ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "A <a@b.example>", "tanpa-tanda", "ü@b.example"],
)
def test_an_address_that_is_none_fails_visibly_and_never_leaves(sample: Sample, evil: str) -> None:
    row = sample(to=evil).send()
    assert (row.state, row.to, row.last_error) == (State.FAILED, "", "Alamat email penerima tidak sah.")


def test_a_person_without_address_leaves_a_visible_failed_row(sample: Sample) -> None:
    row = sample(to="").send()
    assert row.state == State.FAILED
    assert row in OutgoingEmail.objects.all().failed()


@given(name=st.text(max_size=300))
def test_a_subject_is_one_clean_line_whatever_is_typed(name: str) -> None:
    subject = one_line(f"Mohon keputusan: {name}")
    message = EmailMessage()
    message["Subject"] = subject
    assert len(subject.splitlines()) == 1
    assert len(subject) <= 200
    assert message_from_bytes(message.as_bytes(), policy=policy.default).keys() == ["Subject"]


def test_a_subject_cannot_inject_a_header(sample: Sample) -> None:
    """[X04]"""
    message = received(sample(context={"name": "x\r\nBcc: jahat@example.com\u202e"}).send())
    assert message["Bcc"] is None
    assert message["Subject"] == "Mohon keputusan: x Bcc: jahat@example.com"


def test_an_unknown_secret_is_refused(sample: Sample) -> None:
    with pytest.raises(ValueError, match="Only"):
        sample(secret={"nip": "1"})


def test_mail_of_the_clock_waits_and_bulk_gives_way(sample: Sample) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    later = sample("uji.1", not_before=tomorrow, bulk=True).send()
    assert (later.next_at, later.priority) == (tomorrow, Priority.BULK)
    assert not OutgoingEmail.objects.due(timezone.now()).exists()
    urgent = sample("uji.2").send()
    after = tomorrow + timedelta(minutes=1)
    assert list(OutgoingEmail.objects.all().due(after)) == [urgent, later]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_mail_is_refused_in_words(sample: Sample) -> None:
    with pytest.raises(OutsideTransaction, match="together with the deed"):
        sample().send()
    with pytest.raises(OutsideTransaction):
        send_mail("Uji", "isi", None, ["a@demo.example"])


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_deed_leaves_no_mail(sample: Sample) -> None:
    @transaction.atomic
    def deed() -> None:
        sample().send()
        raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError, match="deed"):
        deed()
    assert not OutgoingEmail.objects.exists()


def test_djangos_own_mail_goes_to_the_outbox_one_row_per_recipient() -> None:
    message = EmailMultiAlternatives("Halo", "isi", None, ["A <a@demo.example>"], cc=["b@demo.example"])
    message.attach_alternative("<p>isi</p>", "text/html")
    message.send()
    rows = OutgoingEmail.objects.order_by("pk")
    assert [(row.to, row.subject, row.text, row.html) for row in rows] == [
        ("a@demo.example", "Halo", "isi", "<p>isi</p>"),
        ("b@demo.example", "Halo", "isi", "<p>isi</p>"),
    ]


def test_attachments_are_refused() -> None:
    message = EmailMultiAlternatives("Halo", "isi", None, ["a@demo.example"])
    message.attach("surat.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="no attachments"):
        message.send()
