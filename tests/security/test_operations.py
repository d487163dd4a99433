"""[O08] [O09] [O10] Backup and restore give the same database back; the key of sealed values can be changed."""

import io
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from approvals import links, mailqueue
from approvals.models import Step
from declarations.answers import sealed_of
from declarations.status import Status
from portal import health, keys, snapshot
from portal.accounts import second_factor
from portal.audit.log import fingerprint
from portal.audit.models import AuditEvent
from portal.mail import outbox
from portal.mail.compose import OutboxMessage
from portal.mail.delivery import deliver_due
from portal.mail.models import OutgoingEmail
from tests.conftest import REFERENCE_TABLES
from tests.factories import World, declaration_at, endorse, sent, step_of
from tests.smtp import SmtpSink


def said(*command: Any) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    """Count every table there is."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))
        return dict(cursor.fetchall())


def empty() -> None:
    """Leave what migrations bring, as in a new database."""
    tables = {*connection.introspection.django_table_names(only_existing=True, include_views=False)}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("".join(f'DELETE FROM "{table}";' for table in sorted(tables - REFERENCE_TABLES)))
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_equals_the_original_and_old_letters_verify(tmp_path: Path, client: Client) -> None:
    world = World()
    for status in (Status.DRAFT, Status.AWAITING_HEAD, Status.RETURNED, Status.REJECTED, Status.REVOKED):
        declaration_at(status, world)
    approved = declaration_at(Status.APPROVED, world, world.colleague)
    letter = approved.letters.get()
    client.force_login(world.teacher)
    before, chain, file = snapshot.digests(), fingerprint(), tmp_path / "cadangan.zip"
    counts, waiting = rows(), OutgoingEmail.objects.due(timezone.now()).count()
    assert waiting
    assert "baris" in said("backup", file)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError):
        call_command("restore", file)  # never over existing data
    lost = sent(world.teacher)  # after the backup: its link must not open another case later
    later = links.token_for(step_of(lost))
    empty()
    said("restore", file)
    assert snapshot.digests() == before
    assert "sama dengan cadangan" in said("compare_backup", file)
    assert fingerprint() == chain
    kept = {name for name in counts if name not in snapshot.LEFT_OUT}
    assert {name: rows()[name] for name in kept} == {name: counts[name] for name in kept}
    said("check_audit")
    said("check_invariants")
    assert letter.number in client.get(f"/v/{letter.code}/", follow=True).content.decode()
    assert client.get("/profil/").status_code == 302  # sessions of the past are not restored
    fresh = step_of(sent(world.colleague))
    opened = links.read(later)
    assert opened is not None
    assert fresh.pk != opened.step_id
    assert not Step.objects.filter(pk=opened.step_id).exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_postgresql_brought_back_is_as_safe_as_a_restored_one(client: Client) -> None:
    world = World()
    sent(world.teacher)
    client.force_login(world.teacher)
    assert client.get("/profil/").status_code == 200
    last = Step.objects.latest("pk").pk  # links of the lost minutes name the keys after this one
    assert "ditahan" in said("hold_mail", "--restored")
    assert client.get("/profil/").status_code == 302
    assert deliver_due() == 0
    assert step_of(sent(world.colleague)).pk > last + snapshot.GAP
    told = said("hold_mail")  # without the option nobody is signed out and no key is left out
    assert "ditahan" in told
    held = AuditEvent.objects.filter(event="mail_held").order_by("seq").values_list("data__restored", flat=True)
    assert list(held) == [True, False]
    assert Step.objects.latest("pk").pk < last + 2 * snapshot.GAP


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_no_mail_leaves_before_somebody_releases_it(tmp_path: Path, smtp_sink: SmtpSink) -> None:
    world, file = World(), tmp_path / "cadangan.zip"
    sent(world.teacher)
    snapshot.write(file)
    deliver_due()  # what waits in the backup has reached its readers before the crash
    told = len(smtp_sink.messages)
    assert told
    empty()
    said("restore", file)
    assert (deliver_due(), len(smtp_sink.messages)) == (0, told)
    with transaction.atomic():
        new = OutboxMessage("uji.baru", "a@demo.pasbar.example", "Baru", "Baru", "sample").send()
    assert deliver_due() == 0  # nor what the clock owes meanwhile
    assert "ditahan" in " ".join(health.look().sentences())
    assert "head_request: 1" in said("release_mail")
    assert deliver_due() == 0  # looking releases nothing
    assert f"{told} tidak dikirim lagi" in said("release_mail", "--apply", "--drop")
    assert deliver_due() == 1
    assert smtp_sink.recipients[told:] == [["a@demo.pasbar.example"]]
    dropped = OutgoingEmail.objects.exclude(pk=new.pk)
    assert {mailqueue.why(mail) for mail in dropped} == {outbox.NOT_AGAIN}
    assert "dipulihkan dari cadangan" in outbox.NOT_AGAIN
    assert "Tidak ada email yang ditahan" in said("release_mail")
    said("check_invariants")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_mail_given_up_in_an_incident_is_not_said_to_come_from_a_backup(language: str) -> None:
    sent(World().teacher)
    said("hold_mail")
    assert "cadangan" not in said("release_mail")
    said("release_mail", "--apply", "--drop")
    with override(language):
        (why,) = {mailqueue.why(mail) for mail in OutgoingEmail.objects.all()}
    first = why.partition(". ")[0]
    assert not re.search("cadangan|pemulihan|backup|restor", first)
    assert re.search("ditahan|held", first)


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_a_restore_lost_is_found_in_the_log_of_the_mail_server(tmp_path: Path) -> None:
    world, file, log = World(), tmp_path / "cadangan.zip", tmp_path / "mail.log"
    lost, kept = sent(world.teacher), sent(world.colleague)
    snapshot.write(file)
    endorse(lost)
    receipt = OutgoingEmail.objects.get(purpose="head_receipt")
    log.write_text(f"postfix/cleanup: message-id={receipt.message_id}\nmessage-id=<{'0' * 32}@lain.example>\n")
    with pytest.raises(CommandError, match="berbeda"):
        call_command("compare_backup", file, stdout=StringIO())
    empty()
    said("restore", file)
    found = said("lost_decisions", log)
    assert lost.number in found
    assert kept.number not in found
    assert "1 email" in found


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def damaged(file: Path) -> Iterator[bytes]:
    """Yield the file with every kind of damage: cut, one byte altered, empty, something else."""
    content = file.read_bytes()
    with ZipFile(file) as packed:
        members = packed.infolist()
        said = {each.filename: packed.read(each) for each in members}
    for part in (0.25, 0.5, 0.9):
        yield content[: int(len(content) * part)]
    yield content[:-1]
    for member in (max(members, key=lambda each: each.compress_size), members[-1]):
        head = member.header_offset
        names = sum(int.from_bytes(content[head + at : head + at + 2], "little") for at in (26, 28))
        yield flipped(content, head)
        for part in (0, 0.5, 0.99):
            yield flipped(content, head + 30 + names + int(member.compress_size * part))
    yield flipped(content, content.rindex(b"PK\1\2") + 16)  # its check sum in the list at the end
    yield flipped(content, content.rindex(b"PK\5\6") + 16)  # where that list begins
    yield b""
    yield b"NIP;Nama\n198504122010012901;Rahmi\n"
    largest = max((name for name in said if name != snapshot.MANIFEST), key=lambda name: len(said[name]))
    other = {"no manifest": {largest: said[largest]}, "no list": said | {snapshot.MANIFEST: b"[]"}}
    other["a table is not there"] = {name: each for name, each in said.items() if name != largest}
    other["a table is another one"] = said | {largest: said[largest][:-1]}
    for files in other.values():
        with io.BytesIO() as made:
            with ZipFile(made, "w") as packed:
                for name, each in files.items():
                    packed.writestr(name, each)
            yield made.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_damaged_backup_is_refused_in_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    World()
    file, broken = tmp_path / "a.zip", tmp_path / "rusak.zip"
    snapshot.write(file)
    empty()
    before = snapshot.digests()
    for content in damaged(file):
        broken.write_bytes(content)
        with pytest.raises(CommandError, match="bukan cadangan yang utuh") as refused:
            call_command("restore", broken)
        assert refused.value.returncode == 1
    with pytest.raises(CommandError, match="tidak ada atau bukan"):
        call_command("restore", tmp_path / "tidak-ada.zip")
    broken.write_bytes(b"")
    with pytest.raises(CommandError, match="bukan cadangan yang utuh"):
        call_command("compare_backup", broken)
    assert snapshot.digests() == before
    assert not outbox.held_since()
    said("restore", file)


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_other_keys_is_refused_unless_they_are_said_to_be_lost(tmp_path: Path, settings: Any) -> None:
    sent(World().teacher, F4="YA")
    file = tmp_path / "a.zip"
    snapshot.write(file)
    empty()
    before, settings.FIELD_KEYS = snapshot.digests(), ["kunci-lain" * 6]
    with pytest.raises(CommandError, match="bukan kunci cadangan itu"):
        call_command("restore", file)
    assert snapshot.digests() == before
    assert "baris dipulihkan" in said("restore", file, "--keys-lost")


@pytest.mark.django_db
def test_sealed_values_move_to_the_new_key_and_the_old_one_can_go(settings: Any) -> None:
    settings.FIELD_KEYS = ["kunci-lama" * 6]
    world = World()
    case = sent(world.teacher, F4="YA")
    Authenticator.objects.create(user=world.teacher, type="totp", data={"secret": second_factor.Adapter().encrypt("S")})
    settings.FIELD_KEYS = ["kunci-baru" * 6, "kunci-lama" * 6]
    first = said("rotate_keys")
    assert re.search(r"SealedAnswers: [1-9]", first)
    assert not re.search(r": [1-9]", said("rotate_keys"))  # nothing is left to do: it may be stopped and run again
    settings.FIELD_KEYS = ["kunci-baru" * 6]
    assert sealed_of(case)
    assert second_factor.Adapter().decrypt(Authenticator.objects.get().data["secret"]) == "S"
    settings.FIELD_KEYS = ["kunci-lain" * 6]
    with pytest.raises(CommandError):
        call_command("rotate_keys")


def test_every_binary_column_is_known_to_the_rotation() -> None:
    # content that is not sealed
    plain = {"files.StoredFile", "approvals.LetterFile", "registries.RegistryImport", "exports.ExportPart"}
    holding = {
        model._meta.label
        for model in apps.get_models()
        if any(isinstance(field, models.BinaryField) for field in model._meta.get_fields())
    }
    assert holding - plain <= {vault.model._meta.label for vault in keys.vaults()}
