"""`grant_role NIP ROLE`: the first roles of a new installation, while fewer than two administrators exist."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.people.models import Employee
from portal.people.nip import NipProblem, parse
from portal.people.roles import ROLES, grant_first


class Command(BaseCommand):
    help = "Memberi peran kepada pegawai selama belum ada dua administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("nip", metavar="NIP")
        parser.add_argument("role", metavar="PERAN", choices=ROLES, help=", ".join(ROLES))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = Employee.objects.get(nip=parse(options["nip"]))
            changed = grant_first(person, options["role"])
        except NipProblem as problem:
            raise CommandError(f"{problem.message}.") from problem
        except Employee.DoesNotExist as error:
            raise CommandError("NIP ini tidak ada dalam daftar pegawai.") from error
        except Refused as refused:
            raise CommandError(refused.message) from refused
        done = "sekarang memegang" if changed else "sudah memegang"
        self.stdout.write(f"{person.official_name} {done} peran {options['role']}.")
