"""Reading declared channels: schedule, back-off, the code found by machine, changed names, what the rules then ask."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from approvals import feedfacts, ownership
from approvals.duties.channels import keep_reading
from approvals.models import WorkItem, WorkKind
from approvals.ownership import machine
from declarations.facts import facts_of
from declarations.feeds import schedule
from declarations.feeds.models import ChannelName, FeedCheck, FeedReading, HostPace, ReadState
from declarations.models import Channel, Declaration
from declarations.proofs.models import Proof, ProofState
from declarations.proofs.standing import standing
from declarations.samples import SampleChannel
from portal import clock
from portal.mail.models import OutgoingEmail
from tests import factories
from tests.channels.platform import HOST, ID, OTHER_ID, Platform, Request, entry, feed, page, speaks
from tests.factories import World

pytestmark = pytest.mark.django_db
MONDAY_TEN = datetime(2026, 11, 16, 3, tzinfo=UTC)  # 10.00 WIB
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def today(settings: Any) -> Iterator[Any]:
    settings.CHANNEL_READING = True
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def youtube(serve: Any, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """The platform that our fetcher meets; its certificate is valid on the day of these tests."""
    platform: Platform = serve()
    real = platform.fetcher(seconds=5.0)
    monkeypatch.setattr("declarations.feeds.schedule.default_fetcher", lambda: real)
    return platform


def read(channel: Channel) -> None:
    """Let the task read this channel now, whatever the pauses say."""
    FeedCheck.objects.filter(channel=channel).update(due_at=clock.now())
    HostPace.objects.all().delete()
    assert machine.read_one(channel.feed.pk)
    channel.feed.refresh_from_db()


def sent(world: World, *sample: SampleChannel, **answers: Any) -> tuple[Declaration, Channel]:
    case = factories.sent(world.teacher, *(sample or (SampleChannel("@kelas.rahmi"),)), **answers)
    assert keep_reading() == 1
    return case, case.items.select_related("channel__feed").get().channel


def at_ten(count: int, text: str = "") -> list[str]:
    """Uploads on working days at 10.00 WIB."""
    days = [0, 1, 2, 3, 4, 7, -3, -4, -5, -6][:count]
    return [
        entry(f"video{n:06d}", (MONDAY_TEN + timedelta(days=day)).isoformat(), text=text) for n, day in enumerate(days)
    ]


def test_a_sent_channel_is_listed_once_and_read_by_a_task_not_by_a_page(world: World, youtube: Platform) -> None:
    case, channel = sent(world)
    assert keep_reading() == 0
    client = Client()
    client.force_login(world.reviewer)
    assert "Belum diperiksa" in client.get(f"/tinjau/{case.number}/").content.decode()
    assert youtube.log == []
    read(channel)
    assert youtube.log == [f"{HOST} /@kelas.rahmi", f"{HOST} /feeds/videos.xml?channel_id={ID}"]
    assert (channel.feed.state, channel.feed.external_id, channel.feed.title) == ("read", ID, "Kelas Rahmi")
    assert channel.feed.due_at == clock.now() + schedule.ROUTINE
    assert "Terbaca" in client.get(f"/tinjau/{case.number}/").content.decode()


def test_made_up_people_and_switched_off_reading_ask_nobody(world: World, settings: Any) -> None:
    world.teacher.is_demo = True
    world.teacher.save()
    factories.sent(world.teacher)
    assert keep_reading() == 0
    world.teacher.is_demo = False
    world.teacher.save()
    settings.CHANNEL_READING = False
    assert keep_reading() == 0
    assert not FeedCheck.objects.exists()


def test_days_of_404_say_that_nothing_is_known_and_change_nothing(world: World, youtube: Platform, today: Any) -> None:
    case, channel = sent(world)
    read(channel)
    youtube.respond = lambda request: request.say("no", "text/html", 404)
    findings = list(case.snapshot.findings.values_list("code", flat=True))
    waits = []
    for _ in range(6):
        read(channel)
        assert channel.feed.state == ReadState.UNKNOWN
        waits.append(channel.feed.due_at - clock.now())
        today.shift(waits[-1])
    assert waits == [timedelta(minutes=m) for m in (15, 60, 240, 960, 1440, 1440)]
    assert channel.feed.external_id == ID
    assert list(case.snapshot.findings.values_list("code", flat=True)) == findings
    assert FeedReading.objects.count() == 1
    assert "palsu" not in channel.feed.get_state_display().lower()
    youtube.respond = speaks()
    read(channel)
    assert (channel.feed.state, channel.feed.attempts) == (ReadState.READ, 0)


def test_a_host_that_asks_for_quiet_is_left_alone_by_everybody(world: World, youtube: Platform) -> None:
    _case, channel = sent(world)
    youtube.respond = lambda request: request.say("", None, 429, Retry_After="7200")
    read(channel)
    assert channel.feed.due_at == clock.now() + timedelta(hours=2)
    _case, other = sent_by_colleague(world)
    before = len(youtube.log)
    assert not machine.read_one(other.feed.pk)
    assert len(youtube.log) == before


def sent_by_colleague(world: World) -> tuple[Declaration, Channel]:
    case = factories.sent(world.licensing, SampleChannel("@kelas.lain"))
    keep_reading()
    return case, case.items.select_related("channel__feed").get().channel


def test_two_channels_are_read_with_a_pause_and_one_channel_by_one_worker(
    world: World, youtube: Platform, today: Any
) -> None:
    _case, first = sent(world)
    _case, second = sent_by_colleague(world)
    assert schedule.claim(first.feed.pk) is not None
    assert schedule.claim(first.feed.pk) is None  # leased
    assert schedule.claim(second.feed.pk) is None  # the host was just asked
    today.shift(schedule.LEASE)  # the worker died
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        today.shift(seconds)

    assert machine.read_due(sleep=sleep) == 2
    assert slept == [5.0]


def test_no_network_at_all_leaves_everything_working(world: World, youtube: Platform) -> None:
    """[S07]"""
    case, channel = sent(world)
    youtube.addresses = ()
    read(channel)
    assert channel.feed.problem == "dns"
    youtube.addresses = ("127.0.0.1",)
    read(channel)
    assert channel.feed.problem == "private"
    assert (youtube.log, youtube.opened) == ([], [])
    client = Client()
    client.force_login(world.reviewer)
    assert "Belum dapat diperiksa" in client.get(f"/tinjau/{case.number}/").content.decode()
    factories.review(factories.endorse(case), world.reviewer)


# -- the code ------------------------------------------------------------------------------------------------------


def asked(world: World, youtube: Platform) -> tuple[Channel, Proof]:
    _case, channel = sent(world)
    proof = ownership.issue(channel, by=world.teacher)
    began, before = time.perf_counter(), len(youtube.log)
    ownership.ask(channel, by=world.teacher)
    assert len(youtube.log) == before  # asking waits for nobody
    assert time.perf_counter() - began < 20
    return channel, proof


@pytest.mark.parametrize("place", ["page", "upload"])
def test_the_machine_finds_the_code_where_only_the_owner_can_write(world: World, youtube: Platform, place: str) -> None:
    channel, proof = asked(world, youtube)
    youtube.respond = (
        speaks(page_text=page(text=f"Halo {proof.code.lower()}"))
        if place == "page"
        else speaks(feed_text=feed(entry("aaaaaaaaaaa", MONDAY_TEN.isoformat(), text=f"Kode {proof.code}")))
    )
    read(channel)
    now = standing(channel.pk)
    assert (now.state, now.how) == (ProofState.PROVEN, "kode terbaca oleh sistem")
    assert OutgoingEmail.objects.filter(purpose="channel_notice").count() == 1


@pytest.mark.parametrize("where", ["comment", "foreign upload", "foreign page"])
def test_a_code_written_by_somebody_else_does_not_count(world: World, youtube: Platform, where: str) -> None:
    """[S05]"""
    channel, proof = asked(world, youtube)
    if where == "comment":
        text = page().replace("<script>", f"<p>{proof.code}</p><script>/* {proof.code} */")
        youtube.respond = speaks(page_text=text)
    elif where == "foreign upload":
        item = entry("aaaaaaaaaaa", MONDAY_TEN.isoformat(), text=proof.code, owner=OTHER_ID)
        youtube.respond = speaks(feed_text=feed(item))
    else:
        FeedCheck.objects.update(external_id=ID)
        youtube.respond = speaks(page_text=page(owner=OTHER_ID, text=proof.code))
    read(channel)
    assert standing(channel.pk).state == ProofState.WAITING


def test_after_three_looks_in_vain_an_officer_looks(world: World, youtube: Platform) -> None:
    channel, _proof = asked(world, youtube)
    for look in range(1, 4):
        assert not WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF).exists()
        read(channel)
        soon = channel.feed.due_at - clock.now()
        assert soon == (machine.AGAIN if look < 3 else schedule.ROUTINE)
    assert WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF, done_at=None).count() == 1


def test_what_cannot_be_read_is_not_held_against_anybody(world: World, youtube: Platform) -> None:
    channel, proof = asked(world, youtube)
    youtube.respond = lambda request: request.say("", None, 302, Location="https://consent.youtube.com/m")
    read(channel)
    assert standing(channel.pk).label == "Belum dapat diperiksa"
    assert WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF, done_at=None).count() == 1
    youtube.respond = speaks(page_text=page(text=proof.code))
    read(channel)
    assert standing(channel.pk).proven
    assert not WorkItem.objects.filter(kind=WorkKind.CHANNEL_PROOF, done_at=None).exists()


# -- names ---------------------------------------------------------------------------------------------------------


def test_a_handle_that_changes_or_moves_is_noticed_and_asked_about(world: World, youtube: Platform) -> None:
    """[S06]"""
    channel, proof = asked(world, youtube)
    youtube.respond = speaks(page_text=page(text=proof.code))
    read(channel)
    assert standing(channel.pk).proven
    youtube.respond = speaks(page_text=page(handle="kelas.baru"), feed_text=feed(title="Kelas Baru"))
    read(channel)
    now = standing(channel.pk)
    assert now.state == ProofState.LAPSED
    assert "dari @kelas.rahmi menjadi @kelas.baru" in now.proof.reason
    assert OutgoingEmail.objects.filter(subject__startswith="Mohon buktikan lagi").count() == 1
    names = ChannelName.objects.filter(channel=channel).values_list("kind", "value")
    assert set(names) == {
        ("handle", "kelas.rahmi"),
        ("handle", "kelas.baru"),
        ("title", "Kelas Rahmi"),
        ("title", "Kelas Baru"),
    }
    youtube.respond = speaks(page_text=page(owner=OTHER_ID))
    read(channel)
    assert channel.feed.state == ReadState.OTHER
    assert channel.feed.external_id == ID  # the name went to somebody else, the channel did not


def test_a_handle_and_an_id_of_two_people_are_one_channel_once_the_platform_says_so(
    world: World, youtube: Platform
) -> None:
    case, channel = sent(world)
    other = factories.sent(world.licensing, SampleChannel(f"youtube.com/channel/{ID}"))
    client = Client()
    client.force_login(world.reviewer)
    assert "juga dideklarasikan" not in client.get(f"/tinjau/{case.number}/").content.decode()
    read(channel)
    for shown, who in ((case, world.licensing), (other, world.teacher)):
        told = client.get(f"/tinjau/{shown.number}/").content.decode()
        assert f"juga dideklarasikan oleh {who.official_name}" in told
    assert "SYS-7" in case.snapshot.findings.values_list("code", flat=True)


# -- what the rules ask --------------------------------------------------------------------------------------------


def findings(case: Declaration) -> dict[str, str]:
    assert case.snapshot is not None
    return dict(case.snapshot.findings.values_list("code", "severity"))


def test_uploads_in_working_hours_are_asked_about_with_their_times(world: World, youtube: Platform) -> None:
    case, channel = sent(world)
    youtube.respond = speaks(feed_text=feed(*at_ten(6)))
    assert findings(case) == {}
    read(channel)
    assert findings(case) == {"KK-10": "info"}
    found = case.snapshot.findings.get(code="KK-10")
    assert "(6 dari 6)" in found.reason
    assert {"question": "Waktu unggah", "channel": "@kelas.rahmi"}.items() <= found.evidence[1].items()
    assert "16 November 2026 pukul 10.00 WIB" in str(found.evidence)
    read(channel)
    assert case.snapshot.findings.count() == 1
    factories.review(factories.endorse(case), world.reviewer)  # it blocks nothing


def test_a_channel_that_was_left_out_raises_nothing(world: World, youtube: Platform) -> None:
    case, channel = sent(world)
    case.items.update(excluded=True, excluded_reason="Kanal ini bukan milik pegawai.")
    youtube.respond = speaks(feed_text=feed(*at_ten(6)))
    read(channel)
    assert findings(case) == {}
    known = feedfacts.of(facts_of(case.snapshot.content, {}), case)
    assert (known.uploads, known.shared) == ((), ())


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-16T00:29:00+00:00", False),  # Monday 07.29
        ("2026-11-16T00:30:00+00:00", True),  # 07.30
        ("2026-11-16T05:30:00+00:00", False),  # 12.30, break
        ("2026-11-16T06:00:00+00:00", True),  # 13.00
        ("2026-11-16T09:00:00+00:00", False),  # 16.00
        ("2026-11-20T05:30:00+00:00", False),  # Friday 12.30, break until 13.30
        ("2026-11-20T06:15:00+00:00", False),
        ("2026-11-20T06:30:00+00:00", True),
        ("2026-11-21T03:00:00+00:00", False),  # Saturday
        ("2026-12-25T03:00:00+00:00", False),  # holiday
        ("2026-11-15T20:00:00-05:00", True),  # told with another offset: Monday 08.00 WIB
    ],
)
def test_breaks_weekends_and_holidays_are_no_working_hours(world: World, moment: str, inside: bool) -> None:
    assert feedfacts.in_working_hours(datetime.fromisoformat(moment)) is inside


def test_shifts_and_part_time_contracts_are_not_compared(world: World, youtube: Platform) -> None:
    world.teacher.employment_type = "pppk_pw"
    world.teacher.save()
    case, channel = sent(world)
    youtube.respond = speaks(feed_text=feed(*at_ten(10)))
    read(channel)
    assert findings(case) == {}


def test_marks_of_advertising_and_foreign_samples_ask_for_a_word(world: World, youtube: Platform) -> None:
    sample = SampleChannel("@kelas.rahmi", answers={"C5": ["https://youtu.be/zzzzzzzzzzz"]})
    case, channel = sent(world, sample)
    youtube.respond = speaks(feed_text=feed(*at_ten(2, text="Link pembelian di shopee #ad")), author="orang.lain")
    read(channel)
    assert findings(case) == {"SYS-2": "info", "SYS-5": "info"}
    assert "orang" not in str(case.snapshot.findings.get(code="SYS-2").evidence)
    assert [line for line in youtube.log if "oembed" in line] == [
        f"{HOST} /oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Dzzzzzzzzzzz"
    ]
    read(channel)
    assert sum("oembed" in line for line in youtube.log) == 1  # asked once


def test_own_samples_and_unknown_owners_say_nothing(world: World, youtube: Platform) -> None:
    sample = SampleChannel("@kelas.rahmi", answers={"C5": ["https://youtu.be/zzzzzzzzzzz", "https://example.org/x"]})
    case, channel = sent(world, sample)
    read(channel)
    assert findings(case) == {}

    def no_oembed(request: Request) -> None:
        if request.path.startswith("/oembed"):
            request.say("Unauthorized", "text/plain", 401)
        else:
            speaks()(request)

    youtube.respond = no_oembed
    read(channel)
    assert findings(case) == {}


def test_old_readings_are_forgotten(world: World, youtube: Platform, today: Any) -> None:
    _case, channel = sent(world)
    for _ in range(schedule.KEPT_READINGS + 3):
        read(channel)
        today.shift(60)
    assert FeedReading.objects.filter(channel=channel).count() == schedule.KEPT_READINGS
