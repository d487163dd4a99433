"""Navigation by role, and the start page that sends each person to his work."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, sent

pytestmark = pytest.mark.django_db


def labels(page: str) -> list[str]:
    nav = page.split('<nav class="nav"', 1)[1].split("</nav>", 1)[0]
    return re.findall(r"<(?:a|button)\b[^>]*>([^<]+)</", nav)


def see(client: Client, who: Employee, path: str = "/aturan/") -> str:
    client.force_login(who)
    return str(client.get(path).content.decode())


def test_a_visitor_may_check_read_and_sign_in(client: Client) -> None:
    page = client.get("/").content.decode()
    assert labels(page) == ["Cek cepat", "Aturan", "Periksa surat", "Masuk"]


def test_a_declarant_sees_his_own_things_and_signs_out_by_post(client: Client) -> None:
    page = see(client, World().teacher)
    assert labels(page) == ["Deklarasi saya", "Kanal saya", "Profil", "Keluar"]
    assert '<form action="/keluar/" method="post">' in page


def test_a_reviewer_has_the_work_of_others_first(client: Client) -> None:
    world = World()
    page = see(client, world.reviewer)
    assert labels(page)[:3] == ["Ringkasan", "Antrean", "Tugas"]
    assert "(BKPSDM)" in page


def test_a_head_finds_what_waits_for_him(client: Client) -> None:
    assert "Persetujuan" in labels(see(client, World().head))


def test_the_current_page_is_marked_once(client: Client) -> None:
    page = client.get("/aturan/").content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/aturan/"]


@pytest.mark.parametrize(
    ("view", "entry"),
    [("approvals:case", "Antrean"), ("approvals:mail_copy", "Antrean"), ("approvals:proof_queue", "Tugas")],
)
def test_pages_about_a_case_belong_to_the_queue_and_proofs_to_the_tasks(client: Client, view: str, entry: str) -> None:
    world = World()
    case = sent(world.teacher)
    mail = OutgoingEmail.objects.filter(to=world.head.mailbox).first()
    assert mail is not None
    arguments = {"case": [case.number], "mail_copy": [case.number, mail.pk]}.get(view.split(":")[1], [])
    page = see(client, world.reviewer, reverse(view, args=arguments))
    assert re.findall(r'aria-current="page">([^<]+)</a>', page.split("</nav>", 1)[0]) == [entry]


def test_the_start_page_sends_each_person_to_his_work(client: Client) -> None:
    world = World()
    for who, path in ((world.teacher, "/deklarasi/"), (world.reviewer, "/tinjau/")):
        client.force_login(who)
        answer = client.get("/")
        assert (answer.status_code, answer.headers["Location"]) == (302, path)


def test_a_page_costs_a_fixed_number_of_queries(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client.force_login(World().reviewer)
    with django_assert_max_num_queries(6):
        client.get("/privasi/")
