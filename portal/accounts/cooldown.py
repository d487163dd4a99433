"""Wrong passwords: five for one account, then fifteen minutes of rest; the same for people who do not exist."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest

from portal.accounts.access import client_address
from portal.accounts.backends import find
from portal.accounts.limits import clear, hit
from portal.people.models import Employee

FAILURES = 5
REST = timedelta(minutes=15)
FROM_ONE_ADDRESS = 100  # a whole office shares one address; a list of guesses is longer


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted try; the right password forgets the count of the account, not that of the network address."""

    key: str

    def succeeded(self) -> None:
        clear("password", self.key)


def account_key(typed: str) -> str:
    """Return one key for the NIP and the address of the same person."""
    person = find(typed)
    return f"person:{person.pk}" if person else f"typed:{typed}"


def begin(request: HttpRequest, typed: str) -> Attempt:
    """Count one more try before the password is looked at; raise TooMany with the time when it may be tried again."""
    attempt = Attempt(account_key(typed))
    hit("password_from", client_address(request), limit=FROM_ONE_ADDRESS, window=REST)
    hit("password", attempt.key, limit=FAILURES, window=REST, from_last=True)
    return attempt


def again(person: Employee) -> Attempt:
    """Count a try of a signed-in person to confirm the password."""
    attempt = Attempt(f"person:{person.pk}")
    hit("password", attempt.key, limit=FAILURES, window=REST, from_last=True)
    return attempt
