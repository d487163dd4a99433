"""The reports: five tables with their charts and files, for whoever may read them, by a fixed number of queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Outcome
from approvals.reports import TABLES
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from tests.factories import World, endorse, review, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World()
    channel = SampleChannel("@uji.laporan", answers=PAID_CHANNEL)
    review(endorse(sent(world.teacher, channel, **PAID_ANSWERS)), world.reviewer)
    review(endorse(sent(world.colleague)), world.reviewer, Outcome.REJECTED, reason="Belum sesuai ketentuan edaran.")
    return world


def client_of(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_bkpsdm_sees_stages_findings_and_outcomes(world: World, django_assert_max_num_queries: Any) -> None:
    client = client_of(world.reviewer)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("approvals:reports")).content.decode()
    assert "KK-17 paling sering: 1 deklarasi" in page
    assert "1 dari 2 deklarasi disetujui" in page
    assert '<th scope="col" class="n">Tepat waktu</th>' in page  # shares stand below each other, too
    assert '<th scope="col" class="n">Porsi</th>' in page
    assert "Tidak ada persetujuan atasan yang lewat batas" in page


def test_outside_bkpsdm_small_numbers_stay_hidden(world: World) -> None:
    page = client_of(world.sekda).get(reverse("approvals:reports")).content.decode()
    assert "1 dari 2 deklarasi disetujui" not in page
    assert "terlalu sedikit untuk ditampilkan" in page


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_file_for_excel(world: World, table: str) -> None:
    answer = client_of(world.reviewer).get(reverse("approvals:report_table", args=[table]))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content.decode().startswith("\ufeff")
    assert client_of(world.teacher).get(reverse("approvals:report_table", args=[table])).status_code == 403
