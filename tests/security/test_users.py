"""[Z09] [R16] Roles need two officers, nobody changes his own, and two administrators always stay."""

import pytest
from django.test import Client

from portal.accounts import second_factor
from portal.accounts.models import RoleChange
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from portal.people.roles import has_role
from tests.factories import World, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def second(world: World) -> Employee:
    return person("Rina Pengelola", world.bkpsdm, "administrator")


def signed_in(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    return client


def ask(by: Employee, whom: Employee, role: str, act: str = "beri") -> int:
    return signed_in(by).post(f"/kelola/pengguna/{whom.pk}/", {"tindakan": act, "peran": role}).status_code


def decide(by: Employee, act: str = "setuju") -> int:
    change = RoleChange.objects.latest("pk")
    return signed_in(by).post("/kelola/pengguna/", {"tindakan": act, "perubahan": change.pk}).status_code


def test_a_role_holds_only_after_a_second_officer_agreed(world: World, second: Employee) -> None:
    theirs = signed_in(world.colleague)
    assert ask(world.administrator, world.colleague, "reviewer") == 302
    assert not has_role(world.colleague, "reviewer")
    assert decide(world.administrator) == 403  # whoever asks does not agree
    assert decide(world.reviewer) == 403
    assert decide(second) == 302
    assert has_role(world.colleague, "reviewer")
    assert theirs.get("/profil/").status_code == 302  # signed in anew, with all that the role demands
    assert OutgoingEmail.objects.filter(purpose="account_role", to=world.colleague.mailbox).count() == 1
    events = set(AuditEvent.objects.values_list("event", flat=True))
    assert {"role_asked", "role_granted", "role_decided"} <= events


def test_the_head_of_bkpsdm_may_be_the_second_officer_but_opens_no_person(world: World) -> None:
    ask(world.administrator, world.colleague, "inspectorate")
    head = signed_in(world.bkpsdm_head)
    assert "Suci Rahayu" in head.get("/kelola/pengguna/").content.decode()
    assert head.get(f"/kelola/pengguna/{world.colleague.pk}/").status_code == 403
    assert decide(world.bkpsdm_head) == 302
    assert has_role(world.colleague, "inspectorate")


def test_nobody_changes_his_own_role_nor_agrees_to_it(world: World, second: Employee) -> None:
    assert ask(world.administrator, world.administrator, "reviewer") == 403
    ask(world.administrator, second, "reviewer")
    assert decide(second) == 403
    assert decide(second, "tolak") == 302
    assert not has_role(second, "reviewer")


def test_the_last_two_administrators_stay(world: World, second: Employee) -> None:
    assert ask(second, world.administrator, "administrator", "lepas") == 409
    third = person("Tono Pengelola", world.bkpsdm, "administrator")
    assert ask(second, world.administrator, "administrator", "lepas") == 302
    assert decide(third) == 302
    assert not has_role(world.administrator, "administrator")


def test_a_lost_phone_is_answered_by_an_administrator_and_told(world: World, second: Employee) -> None:
    second_factor.TOTP.activate(world.reviewer, "ABCDEFGH")
    client = signed_in(world.administrator)
    assert "Hapus faktor kedua" in client.get(f"/kelola/pengguna/{world.reviewer.pk}/").content.decode()
    client.post(f"/kelola/pengguna/{world.reviewer.pk}/", {"tindakan": "hapus_faktor"})
    assert not second_factor.enrolled(world.reviewer)
    assert OutgoingEmail.objects.filter(purpose="account_second_off").count() == 1


def test_people_are_searched_without_their_number_in_an_address(world: World) -> None:
    client = signed_in(world.administrator)
    found = client.post("/kelola/pengguna/", {"tindakan": "cari", "q": world.teacher.nip})
    page = found.content.decode()
    assert f'href="/kelola/pengguna/{world.teacher.pk}/"' in page
    assert found.status_code == 200
