"""Abuse cases of reference/security.md 2.5 that no test beside the feature covers; each test names its numbers."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from approvals import links, workflow
from approvals.due import perform
from approvals.models import Step
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.celery import app as celery
from portal.mail.models import OutgoingEmail
from tests.factories import PASSWORD, World, declaration_at, draft, step_of
from tests.servers import BASE

pytestmark = pytest.mark.django_db
ENDORSE = {"keputusan": "endorsed"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def waiting(world: World) -> Declaration:
    return declaration_at(Status.AWAITING_HEAD, world)


def opened(client: Client, case: Declaration) -> str:
    """Open the mailed link and return the address of the form."""
    client.get(reverse("approvals:link", args=[links.token_for(step_of(case))]))
    return reverse("approvals:link_case", args=[case.number])


def untouched(case: Declaration) -> bool:
    fresh = Declaration.objects.get(pk=case.pk)
    return fresh.status == case.status and not fresh.steps.exclude(decided_at=None).exists()


def test_l18_a_foreign_host_is_refused_and_never_written_into_a_mail(world: World, client: Client) -> None:
    assert client.get("/", headers={"host": "evil.test"}).status_code == 400
    case = draft(world.teacher)
    client.force_login(world.teacher)
    client.post(reverse("approvals:submit", args=[case.number]), headers={"x-forwarded-host": "evil.test"})
    mails = OutgoingEmail.objects.all()
    assert mails
    assert not any("evil.test" in mail.text + mail.html for mail in mails)


def test_l21_a_form_from_another_site_is_refused(waiting: Declaration) -> None:
    client = Client(enforce_csrf_checks=True)
    path = opened(client, waiting)
    answer = client.post(path, ENDORSE, headers={"origin": "https://evil.test"})
    assert answer.status_code == 403
    assert untouched(waiting)


def test_l23_the_cookie_of_a_link_is_sent_to_its_page_only(waiting: Declaration, client: Client) -> None:
    """[L29]"""
    answer = client.get(reverse("approvals:link", args=[links.token_for(step_of(waiting))]))
    cookie = answer.cookies["kunci"]
    assert cookie["path"] == reverse("approvals:link_case", args=[waiting.number])
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/persetujuan/").status_code == 302


def test_l24_in_somebody_elses_browser_the_decision_is_the_approvers(
    world: World, waiting: Declaration, client: Client
) -> None:
    client.force_login(world.colleague)
    step = step_of(waiting)
    client.post(opened(client, waiting), _choice(client, waiting))
    step = Step.objects.get(pk=step.pk)
    assert step.decided_by == world.head
    assert step.via == "link"
    assert client.get("/persetujuan/").status_code == 200
    assert client.get("/tinjau/").status_code == 403


def _choice(client: Client, case: Declaration) -> dict[str, Any]:
    page = client.get(reverse("approvals:link_case", args=[case.number]))
    hidden = {name: field for name, field in page.context["form"].initial.items() if field is not None}
    return {**hidden, **_hidden(page.content.decode()), "keputusan": "endorsed"}


def _hidden(page: str) -> dict[str, str]:
    import re

    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("data-keputusan", 1)[1]))


def test_l28_w13_fields_that_nobody_asked_for_are_ignored(world: World, waiting: Declaration, client: Client) -> None:
    other = declaration_at(Status.AWAITING_HEAD, world, world.colleague)
    forged = {"id": other.pk, "status": "approved", "reviewer": world.teacher.pk, "revision": 99, "is_staff": "on"}
    client.post(opened(client, waiting), {**_choice(client, waiting), **forged})
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW
    assert waiting.reviewer is None
    assert untouched(other)


def test_l30_after_the_decision_nothing_is_kept_by_a_cache(waiting: Declaration, client: Client) -> None:
    path = opened(client, waiting)
    client.post(path, _choice(client, waiting))
    events = AuditEvent.objects.count()
    again = client.get(path)
    assert "no-store" in again["Cache-Control"]
    assert AuditEvent.objects.count() == events


def test_r08_a_password_of_a_megabyte_is_refused_without_being_hashed(world: World, client: Client) -> None:
    answer = client.post("/masuk/", {"login": world.teacher.nip, "password": "x" * 1_000_000})
    assert answer.status_code in (400, 413, 422)


def test_r15_w12_whoever_leaves_loses_session_and_link(world: World, waiting: Declaration, client: Client) -> None:
    client.force_login(world.head)
    world.head.is_active = False
    world.head.save()
    assert client.get("/persetujuan/").status_code == 302
    call_command("run_due")
    waiting.refresh_from_db()
    step = waiting.steps.filter(decided_at=None, cancelled_at=None).get()
    assert step.assigned_to != world.head
    to_him = OutgoingEmail.objects.filter(to=world.head.contact_email)
    before = to_him.count()
    assert before
    for days in (2, 4, 8):
        with clock.pretend(clock.now() + timedelta(days=days)):
            perform()
    assert to_him.count() == before


def test_w14_numbers_beyond_every_limit_are_404(world: World, client: Client) -> None:
    client.force_login(world.administrator)
    for number in ("0", "-1", str(2**63), "9" * 40):
        assert client.get(f"/kelola/permintaan/{number}/").status_code == 404
    client.force_login(world.teacher)
    assert client.get("/deklarasi/DK-9999-99999-9/").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/.git/config", "/.env", "/media/x", "/static/../portal/settings.py", "/portal.js.map", "/debug/"],
)
def test_h06_z11_z12_nothing_answers_at_the_usual_places(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/tinjau/", "/tidak/ada/", "/healthz/live", "/masuk/", "/k/salah/"])
def test_h01_l22_every_kind_of_answer_carries_the_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def test_h05_h07_no_shared_cache_and_no_foreign_origin(world: World, client: Client) -> None:
    client.force_login(world.teacher)
    for path in ("/profil/", "/deklarasi/", "/kanal/"):
        answer = client.get(path, headers={"origin": "https://evil.test"})
        assert "no-store" in answer["Cache-Control"], path
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_h02_h04_over_https_cookies_are_bound_to_the_host() -> None:
    code = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.USE_X_FORWARDED_HOST)"
    )
    given = {**os.environ, "PORTAL_URL": "https://deklarasi.example.go.id", "ALLOWED_HOSTS": "", "DEMO": "0"}
    said = subprocess.run([sys.executable, "-c", code], cwd=BASE, env=given, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "31536000", "False"]


def test_h03_a_false_forwarded_address_does_not_move_the_limit(world: World, client: Client) -> None:
    for last in range(5):
        client.post(
            "/masuk/",
            {"login": world.teacher.nip, "password": "salah-sekali"},
            headers={"x-forwarded-for": f"1.2.3.{last}"},
        )
    answer = client.post(
        "/masuk/", {"login": world.teacher.nip, "password": PASSWORD}, headers={"x-forwarded-for": "9.9.9.9"}
    )
    assert answer.status_code == 429


def test_o07_tasks_are_json_and_carry_keys_only() -> None:
    assert list(celery.conf.accept_content) == ["json"]
    assert celery.conf.task_serializer == "json"


def test_o08_letters_and_links_survive_a_change_of_the_secret_key(
    world: World, waiting: Declaration, client: Client, settings: Any
) -> None:
    token, letter = (
        links.token_for(step_of(waiting)),
        declaration_at(Status.APPROVED, world, world.colleague).letters.get(),
    )
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "kunci-baru-" * 6
    assert client.get(reverse("approvals:link", args=[token])).status_code == 302
    assert client.get(f"/v/{letter.code}/", follow=True).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(reverse("approvals:link", args=[token])).status_code == 404


def test_z13_when_the_audit_cannot_be_written_nothing_is_decided(
    world: World, waiting: Declaration, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.audit.log import CannotRecord

    def broken(*args: Any, **kwargs: Any) -> None:
        raise CannotRecord

    path, choice = opened(client, waiting), _choice(client, waiting)
    monkeypatch.setattr("approvals.workflow.moving.record", broken)
    monkeypatch.setattr("approvals.workflow.deciding.record", broken, raising=False)
    assert client.post(path, choice).status_code == 503
    assert untouched(waiting)


def test_z08_the_inspektorat_changes_no_case_of_bkpsdm(world: World, client: Client) -> None:
    case = declaration_at(Status.AWAITING_REVIEW, world)
    client.force_login(world.inspector)
    for act in ("take", "release", "revoke", "suspend", "lift", "assign"):
        assert client.post(reverse(f"approvals:{act}", args=[case.number])).status_code in (403, 409), act
    assert Declaration.objects.get(pk=case.pk).status == Status.AWAITING_REVIEW


def test_x12_two_thousand_fields_and_broken_bytes_are_a_400(client: Client) -> None:
    many = "&".join(f"a{n}=1" for n in range(2000))
    form = "application/x-www-form-urlencoded"
    assert client.post("/masuk/", many, content_type=form).status_code == 400
    assert client.post("/masuk/", b"\xff\xfe{", content_type="application/json").status_code in (400, 415, 422)
    assert client.post("/cek/", b"a=%ff%fe&a=1&a=2", content_type=form).status_code in (200, 422)


def test_w11_w19_every_status_after_an_approval_is_told_by_the_letter_check(world: World, client: Client) -> None:
    case = declaration_at(Status.APPROVED, world)
    code = case.letters.get().code
    workflow.revoke(case, by=world.reviewer, reason="Keadaan sudah berubah sejak persetujuan.")
    assert "dicabut" in client.get(f"/v/{code}/", follow=True).content.decode().lower()


def test_o04_no_setting_of_ours_is_a_secret_in_the_repository() -> None:
    text = (BASE / "portal" / "settings.py").read_text()
    assert "SECRET_KEY = env.text" in text
    assert settings.DEBUG is False
