"""The language of a mail is the one of its reader: Indonesian, unless the function that writes it says whose it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")
R = TypeVar("R")
DEFAULT = "id"
_written_in: ContextVar[str] = ContextVar("written_in", default=DEFAULT)


class Reader(Protocol):
    """Whoever reads a mail and has a language."""

    language: str


def language() -> str:
    """Return the language of the mail that is being written."""
    return _written_in.get()


@contextmanager
def writing_in(code: str) -> Iterator[None]:
    """Write mails in this language (Indonesian, if the portal does not speak it) until the end of the block."""
    known = code if code in dict(settings.LANGUAGES) else DEFAULT
    token = _written_in.set(known)
    try:
        with translation.override(known):
            yield
    finally:
        _written_in.reset(token)


def for_reader(whose: Callable[P, Reader]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function that writes a mail run in the language of the person that `whose` finds in its arguments."""

    def decorate(write: Callable[P, R]) -> Callable[P, R]:
        @wraps(write)
        def written(*args: P.args, **kwargs: P.kwargs) -> R:
            with writing_in(whose(*args, **kwargs).language):
                return write(*args, **kwargs)

        return written

    return decorate
