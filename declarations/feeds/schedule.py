"""Which channel is read when: rows that a sweeper finds, leases, polite pauses, and what a reading leaves behind."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from declarations.feeds.models import ChannelName, FeedCheck, FeedReading, HostPace, NameKind, ReadState, Sample
from declarations.feeds.reading import HOST, Reading, author_of, default_fetcher, read_channel, videos_in
from declarations.models import Channel, DeclarationChannel, Platform
from declarations.status import LIVE
from portal import clock
from portal.fetch import FetchProblem
from portal.fetch.problems import Kind

LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=5)  # between two channels, for all workers together
ROUTINE = timedelta(hours=24)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=24)
KEPT_READINGS = 14
SAMPLES_A_READING = 3
BATCH = 50
_PACE = """
INSERT INTO feeds_hostpace AS p (host, next_at) VALUES (%(host)s, %(next)s)
ON CONFLICT (host) DO UPDATE SET next_at = %(next)s WHERE p.next_at <= %(now)s
RETURNING next_at
"""


def enlist() -> int:
    """Give each YouTube channel of a live declaration or a draft its row; channels of made-up people are left alone."""
    wanted = DeclarationChannel.objects.filter(declaration__status__in=[*LIVE, "draft"], excluded=False)
    missing = Channel.objects.filter(
        platform=Platform.YOUTUBE, closed_at=None, feed=None, owner__is_demo=False, pk__in=wanted.values("channel")
    ).order_by("pk")[:BATCH]
    rows = [FeedCheck(channel=channel, due_at=clock.now(), external_id=channel.external_id) for channel in missing]
    return len(FeedCheck.objects.bulk_create(rows, ignore_conflicts=True))


def due(now: datetime) -> QuerySet[FeedCheck]:
    """Return the checks that may be made now, longest overdue first."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return FeedCheck.objects.filter(free, due_at__lte=now, channel__closed_at=None).order_by("due_at", "pk")


def hurry(channel: Channel) -> FeedCheck:
    """Let the channel be read soon, because its owner asked; a pause the platform asked for is kept."""
    now = clock.now()
    check, made = FeedCheck.objects.get_or_create(
        channel=channel, defaults={"due_at": now, "external_id": channel.external_id}
    )
    if not made and check.attempts == 0:
        FeedCheck.objects.filter(pk=check.pk, due_at__gt=now).update(due_at=now)
    return check


def claim(check_id: int) -> FeedCheck | None:
    """Take one due check for the length of a lease; None when it is not due, taken, or the host was just asked."""
    now = clock.now()
    with transaction.atomic():
        check = due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=check_id).first()
        if check is None or not may_ask(HOST, now):
            return None
        check.leased_until = now + LEASE
        check.save(update_fields=["leased_until"])
    return FeedCheck.objects.select_related("channel__owner").get(pk=check.pk)


def may_ask(host: str, now: datetime) -> bool:
    """Take the host's next turn, if its pause is over."""
    with connection.cursor() as cursor:
        cursor.execute(_PACE, {"host": host, "now": now, "next": now + PAUSE})
        return cursor.fetchone() is not None


def look(check_id: int) -> tuple[FeedCheck, Reading | None] | None:
    """Read one channel and keep what it shows; (check, None) when it could not be read, None when it was not its turn.

    The platform is asked outside of any transaction.
    """
    check = claim(check_id)
    if check is None:
        return None
    channel, now = check.channel, clock.now()
    try:
        reading = read_channel(
            default_fetcher(),
            handle=channel.handle,
            external_id=channel.external_id or check.external_id,
            now=now,
        )
    except FetchProblem as problem:
        return _failed(check, problem), None
    _read_samples(channel, reading)
    return _keep(check, reading), reading


def _failed(check: FeedCheck, problem: FetchProblem) -> FeedCheck:
    """Note that nothing is known, and try again later: each time four times as late, or when the server said."""
    now = clock.now()
    wait = min(FIRST_WAIT * 4 ** min(check.attempts, 6), LONGEST_WAIT)
    wait = max(wait, timedelta(seconds=problem.retry_after))
    check.state, check.problem = ReadState.UNKNOWN, str(problem.kind)[:12]
    check.attempts = min(check.attempts + 1, 1000)
    check.tried_at, check.due_at, check.leased_until = now, now + wait, None
    check.save(update_fields=["state", "problem", "attempts", "tried_at", "due_at", "leased_until"])
    if problem.status == 429 or (problem.kind == Kind.STATUS and problem.retry_after):
        _rest(now + max(wait, timedelta(minutes=5)))
    return check


def _rest(until: datetime) -> None:
    """The host asked for quiet: nobody asks it before then."""
    HostPace.objects.filter(host=HOST, next_at__lt=until).update(next_at=until)


@transaction.atomic
def _keep(check: FeedCheck, reading: Reading) -> FeedCheck:
    now = clock.now()
    FeedReading.objects.create(
        channel=check.channel,
        read_at=now,
        title=reading.title,
        handle=reading.handle,
        uploads=[
            {"id": each.video, "title": each.title, "at": each.at.isoformat(), "marks": list(each.marks)}
            for each in reading.uploads
        ],
    )
    old = FeedReading.objects.filter(channel=check.channel).order_by("-read_at", "-pk")[KEPT_READINGS:]
    FeedReading.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    _note_name(check.channel, NameKind.TITLE, reading.title, now)
    _note_name(check.channel, NameKind.HANDLE, reading.handle, now)
    check.state = ReadState.OTHER if reading.moved else ReadState.READ
    check.problem, check.attempts, check.leased_until = "", 0, None
    check.tried_at = check.read_at = now
    check.due_at = now + ROUTINE
    check.external_id, check.title = reading.external_id, reading.title
    check.handle = reading.handle or check.handle
    check.save()
    return check


def _note_name(channel: Channel, kind: NameKind, value: str, now: datetime) -> None:
    if value:
        ChannelName.objects.update_or_create(
            channel=channel,
            kind=kind,
            value=value,
            defaults={"last_seen": now},
            create_defaults={"first_seen": now, "last_seen": now},
        )


def _read_samples(channel: Channel, reading: Reading) -> None:
    """Ask whose the sample links are that are not among the newest uploads; at most three a time, each once."""
    own = {upload.video for upload in reading.uploads}
    given = DeclarationChannel.objects.filter(channel=channel).order_by("-pk").values_list("answers", flat=True)[:10]
    links = [link for answers in given for link in answers.get("C5") or ()]
    known = set(Sample.objects.filter(channel=channel, read_at__isnull=False).values_list("video", flat=True))
    todo = [video for video in videos_in(links) if video not in own and video not in known]
    for video in todo[:SAMPLES_A_READING]:
        try:
            author, name = author_of(default_fetcher(), video)
        except FetchProblem:
            continue
        Sample.objects.update_or_create(
            channel=channel, video=video, defaults={"author": author, "author_name": name, "read_at": clock.now()}
        )


def postpone(check: FeedCheck, wait: timedelta) -> None:
    """Look again sooner than the routine, for example for a code that was not there yet."""
    FeedCheck.objects.filter(pk=check.pk, due_at__gt=clock.now() + wait).update(due_at=clock.now() + wait)
