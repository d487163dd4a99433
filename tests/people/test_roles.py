"""`grant_role`: the first roles of a new installation."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from portal.audit.models import AuditEvent
from tests.people.directory import person

pytestmark = pytest.mark.django_db
NIP = "198504122010012901"


@pytest.fixture
def somebody(tree: SimpleNamespace) -> object:
    tree.second.groups.clear()
    return person("Rahmi Oktavia", tree.school, nip=NIP)


def test_a_role_is_given_once_and_recorded(somebody: object, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("grant_role", f"'{NIP}", "reviewer")
    call_command("grant_role", NIP, "reviewer")
    assert Group.objects.get(name="reviewer").user_set.count() == 1
    assert [event.data for event in AuditEvent.objects.all()] == [{"role": "reviewer"}]
    assert "sudah memegang peran reviewer" in capsys.readouterr().out


def test_two_administrators_close_the_door(somebody: object) -> None:
    call_command("grant_role", NIP, "administrator")
    with pytest.raises(CommandError, match="dua administrator"):
        call_command("grant_role", NIP, "reviewer")


@pytest.mark.parametrize(
    ("nip", "role", "sentence"),
    [
        (NIP[:-1] + "2", "reviewer", "tidak ada"),
        ("123", "reviewer", "18 angka"),
        (NIP, "raja", "invalid choice"),
    ],
)
def test_mistakes_have_their_sentence(somebody: object, nip: str, role: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("grant_role", nip, role)


def test_an_inactive_person_gets_no_role(somebody: object, tree: SimpleNamespace) -> None:
    person("Pensiunan", tree.school, nip="196001011985031901", is_active=False)
    with pytest.raises(CommandError, match="tidak aktif"):
        call_command("grant_role", "196001011985031901", "reviewer")
