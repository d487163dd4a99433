"""The demo mailbox: every mail with working links, there with DEMO=1 only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.mail import views
from portal.mail.compose import OutboxMessage

pytestmark = pytest.mark.django_db
SECRET = {"link": "http://localhost:8000/k/abc/", "code": "4819-2207"}
Sample = Callable[..., OutboxMessage]


def test_mails_are_listed_newest_first_with_link_and_code(sample: Sample, client: Client) -> None:
    sample("uji.1", context={"name": "pertama"}, secret=SECRET).send()
    sample("uji.2", context={"name": "kedua"}, secret=SECRET).send()
    sample("uji.3", to="", secret=SECRET).send()
    page = client.get(reverse("demo_mail")).content.decode()
    assert page.count("<article") == 3
    assert page.index("kedua") < page.index("pertama")
    assert '<a href="http://localhost:8000/k/abc/"' in page
    assert "Kode: 4819-2207" in page
    assert "kepala@demo.pasbar.example" in page
    assert "Menunggu" in page
    assert "Penerima belum mempunyai alamat email." in page
    assert "[[" not in page


def test_pages_hold_so_many_mails(sample: Sample, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    for n in range(3):
        sample(f"uji.{n}").send()
    assert client.get(reverse("demo_mail")).content.count(b"<article") == 2
    assert client.get(reverse("demo_mail"), {"hal": "2"}).content.count(b"<article") == 1
    assert client.get(reverse("demo_mail"), {"hal": "apa"}).status_code == 200


def test_what_somebody_typed_stays_text(sample: Sample, client: Client) -> None:
    row = sample(context={"name": "<script>alert(1)</script>"}).send()
    assert b"<script>alert" not in client.get(reverse("demo_mail")).content
    assert b"<script>alert" not in client.get(reverse("demo_mail_html", args=[row.pk])).content


def test_the_html_body_opens_as_a_page_that_loads_and_runs_nothing(sample: Sample, client: Client) -> None:
    row = sample(secret=SECRET).send()
    answer = client.get(reverse("demo_mail_html", args=[row.pk]))
    assert b'href="http://localhost:8000/k/abc/"' in answer.content
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


def test_outside_the_demo_there_is_no_mailbox(sample: Sample, client: Client, settings: Any) -> None:
    row = sample().send()
    settings.DEMO = False
    for url in (reverse("demo_mail"), reverse("demo_mail_html", args=[row.pk])):
        assert client.get(url).status_code == 404


def test_reading_changes_nothing(client: Client) -> None:
    assert client.post(reverse("demo_mail")).status_code == 405
