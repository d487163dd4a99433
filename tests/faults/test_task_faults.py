"""Rows 31-35, 48 and 52: tasks that come twice, days late or for ever, workers without memory, a scheduler away."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import redis
import time_machine
from celery.beat import Scheduler
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from approvals import letters
from approvals.due import perform
from approvals.exports import background
from approvals.exports.models import Export
from approvals.invariants import INVARIANTS
from approvals.models import LetterFile
from approvals.tasks import make_export, render_letter
from declarations.status import Status
from portal import clock
from portal.alone import TRIES
from portal.beat import SteadyScheduler
from portal.celery import app
from portal.mail.models import OutgoingEmail, State
from portal.mail.tasks import deliver, sweep
from portal.rosters import tasks as roster_tasks
from portal.rosters.models import RosterImport
from portal.rosters.models import State as ImportState
from tests import servers
from tests.conftest import StartWorker
from tests.factories import World, declaration_at, sent
from tests.faults.test_mail_faults import deed, states, wait_until
from tests.smtp import SmtpSink

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment, each on a connection of its own; return what they answered."""
    start, answers = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(60)
            answers.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def reading(world: World, content: bytes = b"") -> RosterImport:
    """Return an import whose file waits to be read."""
    now = clock.now()
    return RosterImport.objects.create(
        state=ImportState.READING,
        content=content,
        extension="csv",
        made_by=world.administrator,
        made_at=now,
        beat_at=now,
    )


def test_fault_32_tasks_delivered_twice_at_once_are_done_once(smtp_sink: SmtpSink) -> None:
    world = World()
    letter = declaration_at(Status.APPROVED, world).letters.get()
    export = Export.objects.create(owner=world.reviewer, purpose="Rapat evaluasi bulanan", expected=1)
    batch = reading(world)
    mail = OutgoingEmail.objects.filter(state=State.QUEUED).earliest("pk")
    assert len(together(*[lambda: render_letter(letter.pk)] * 3)) == 3
    assert LetterFile.objects.filter(letter=letter).count() == 1
    assert sorted(map(bool, together(*[lambda: make_export(export.pk)] * 3))) == [False, False, True]
    assert sorted(map(bool, together(*[lambda: roster_tasks.work_on(batch.pk)] * 3))) == [False, False, True]
    together(*[lambda: deliver(mail.pk)] * 3)
    assert [str(message["Message-ID"]) for message in smtp_sink.messages] == [mail.message_id]


def test_fault_33_a_message_kept_for_three_days_does_nothing_again(
    smtp_sink: SmtpSink, start_worker: StartWorker
) -> None:
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.delete("celery")
    deed("lama.1")
    wait_until(lambda: client.llen("celery") == 1)
    message = json.loads(client.lpop("celery"))  # type: ignore[arg-type]
    sweep()
    assert states() == [State.SENT]
    late = {**message, "headers": {**message["headers"], "expires": None}}
    long_over = {
        **message,
        "headers": {**message["headers"], "expires": (timezone.now() - timedelta(days=3)).isoformat()},
    }
    assert "lama.1" not in base64.b64decode(message["body"]).decode()  # ids only: what is owed stands in the row
    for raw in (late, late, long_over):
        client.lpush("celery", json.dumps(raw))
    start_worker()
    wait_until(lambda: client.llen("celery") == 0)
    deed("baru.1")
    smtp_sink.wait_for(2)
    wait_until(lambda: states() == [State.SENT] * 2)
    assert len(smtp_sink.messages) == 2
    assert OutgoingEmail.objects.get(key="lama.1").attempts == 1
    client.close()


POISON = """
import os, signal, django
django.setup()
from unittest import mock
from approvals.exports import background
from portal.celery import app
def die(*_args):
    os.kill(os.getpid(), signal.SIGKILL)
with mock.patch.object(background, "write_xlsx", die):
    background.make(int(os.environ["EXPORT"]))
"""


def test_fault_34_a_job_that_kills_its_worker_every_time_is_parked_in_words_and_the_others_go_on(
    process_environment: dict[str, str],
) -> None:
    """The message comes back after each death; without a count the next worker would die of it, and the next."""
    world = World()
    poison = Export.objects.create(owner=world.reviewer, purpose="Rapat evaluasi bulanan", expected=1)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", POISON],
        env={**process_environment, "EXPORT": str(poison.pk)},
        cwd=servers.BASE,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    poison.refresh_from_db()
    assert (poison.tries, poison.under_way) == (1, True)
    Export.objects.filter(pk=poison.pk).update(tries=TRIES)  # four more deaths like this one
    batch = reading(world)
    RosterImport.objects.filter(pk=batch.pk).update(tries=TRIES)
    good = Export.objects.create(owner=world.second_reviewer, purpose="Rapat evaluasi bulanan", expected=1)
    with clock.pretend(clock.now() + timedelta(minutes=4)):
        perform()
    poison.refresh_from_db()
    good.refresh_from_db()
    batch.refresh_from_db()
    assert poison.failed_at is not None
    assert good.ready
    assert (batch.state, batch.error[:28]) == (ImportState.FAILED, "Berkas ini terlalu berat unt")
    assert background.make(poison.pk) is False


HUNGRY = """
import os, resource, django
django.setup()
from django.db import connection
from django.db.models import QuerySet
from portal.crypto import seal
from portal.rosters import tasks
from portal.rosters.models import RosterImport
from tests.faults.test_mail_faults import deed
connection.ensure_connection()
used = int(open("/proc/self/statm").read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
resource.setrlimit(resource.RLIMIT_AS, (used + 40_000_000, used + 40_000_000))
from portal.rosters import reading
def hungry(_batch):
    return bytearray(400_000_000)
reading.read = hungry
tasks.work_on(int(os.environ["BATCH"]))
deed("sesudah.1")
"""


def test_fault_31_a_worker_without_memory_fails_this_import_in_words_and_works_on(
    process_environment: dict[str, str],
) -> None:
    batch = reading(World())
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HUNGRY],
        env={**process_environment, "BATCH": str(batch.pk)},
        cwd=servers.BASE,
        check=True,
    )
    batch.refresh_from_db()
    assert (batch.state, batch.error[:33]) == (ImportState.FAILED, "Berkas ini tidak dapat diproses. ")
    assert OutgoingEmail.objects.get(key="sesudah.1").state == State.QUEUED


CRASH = """
import os, signal, django
django.setup()
from approvals import letters
from approvals.models import Letter
made = letters.render
def render_and_die(letter):
    assert made(letter).startswith(b"%PDF")
    os.kill(os.getpid(), signal.SIGKILL)
letters.render = render_and_die
letters.make_file(Letter.objects.get())
"""


def test_fault_48_a_worker_killed_between_making_and_keeping_a_letter_leaves_no_orphan(
    process_environment: dict[str, str],
) -> None:
    letter = declaration_at(Status.APPROVED, World()).letters.get()
    command = [sys.executable, "-W", "ignore", "-c", CRASH]
    done = subprocess.run(command, env=process_environment, cwd=servers.BASE, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not LetterFile.objects.exists()  # the file is a row: there is nothing on a disk that could be left over
    assert letters.render_missing() == 1
    assert LetterFile.objects.get().letter == letter


# -- the scheduler -------------------------------------------------------------------------------------------------


def reminders() -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(subject__startswith="Pengingat:")


def start_beat(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "portal", "beat", "-l", "WARNING", "--pidfile="]
    return subprocess.Popen(command, cwd=servers.BASE, env=environment, start_new_session=True)


def test_fault_35_after_a_week_without_a_scheduler_two_of_them_send_each_reminder_once(
    process_environment: dict[str, str], start_worker: StartWorker
) -> None:
    world, week_ago = World(), clock.now() - timedelta(days=9)
    with clock.pretend(week_ago):
        cases = [sent(world.teacher) for _case in range(3)]
    start_worker()
    beats = [start_beat(process_environment) for _beat in range(2)]
    try:
        wait_until(lambda: reminders().count() >= 3, 60)
        os.killpg(beats[0].pid, signal.SIGKILL)
        beats[0].wait(60)
        beats[0] = start_beat(process_environment)
        time.sleep(3)  # the new one begins with a round of its own
    finally:
        for beat in beats:
            os.killpg(beat.pid, signal.SIGKILL)
            beat.wait(60)
    perform()
    for case in cases:
        assert reminders().filter(case=case.number).count() == 1
    assert [invariant.code for invariant in INVARIANTS if invariant.violations()] == []


def ticks(scheduler: Scheduler, sent_tasks: list[str]) -> list[str]:
    """Let it tick twenty times at this moment; return what was sent meanwhile."""
    before = len(sent_tasks)
    for _time in range(20):
        scheduler.tick()
    return sent_tasks[before:]


@pytest.mark.parametrize("kind", [SteadyScheduler, Scheduler])
def test_fault_52_a_clock_that_jumps_neither_stops_nor_floods_the_scheduler(
    monkeypatch: pytest.MonkeyPatch, kind: type[Scheduler]
) -> None:
    """Celery's own scheduler is the control: set back by two days, it would send nothing for two days."""
    sent_tasks: list[str] = []
    steady = [1000.0]
    monkeypatch.setattr("portal.beat.time.monotonic", lambda: steady[0])
    monkeypatch.setattr(kind, "apply_entry", lambda _self, entry, producer=None: sent_tasks.append(entry.task))
    monkeypatch.setattr(kind, "producer", None)
    now = datetime(2026, 11, 20, 3, tzinfo=timezone.get_current_timezone())
    with time_machine.travel(now, tick=False) as traveller:
        scheduler = kind(app=app)
        ticks(scheduler, sent_tasks)
        for jump, seconds in ((timedelta(days=400), 1), (timedelta(days=-402), 1)):
            traveller.shift(jump)
            steady[0] += seconds
            flood = ticks(scheduler, sent_tasks)
            assert len(flood) <= 2
        traveller.shift(timedelta(seconds=61))
        steady[0] += 61
        after = ticks(scheduler, sent_tasks)
    expected = {"portal.mail.tasks.sweep", "approvals.tasks.run_due"} if kind is SteadyScheduler else set()
    assert set(after) == expected


def test_celery_beat_uses_our_scheduler() -> None:
    assert app.Beat().scheduler_cls == app.conf.beat_scheduler == "portal.beat.SteadyScheduler"
