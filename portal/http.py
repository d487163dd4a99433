"""`methods`: reads cannot write, writes are atomic; `RefusalMiddleware` shows a `Refused` as a page."""

import time
from collections.abc import Callable, Collection, Iterator
from errno import EDQUOT, ENOSPC
from functools import wraps
from random import uniform
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache

from portal import clock, limits
from portal.errors import Refused

View = Callable[..., HttpResponse]
_HARMLESS = (
    "SELECT",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SHOW",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "WITH",
    "SET",
    "EXPLAIN",
)


# deadlock, serialization failure: PostgreSQL undid the transaction for the sake of another one
_OVERTAKEN = ("40P01", "40001")
_PAUSES = (0.1, 0.5)  # seconds before it is run again: at once it would take the same row from the other one's hand


def row_key(text: str) -> int | None:
    """Return the key of a row that a browser sent, None for what can be no key; whether there is such a row is open."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class GetWrote(AssertionError):
    """A view that only reads tried to change the database: a defect, never the user's fault."""


def _read_only(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    statement = str(sql).lstrip("( \n").upper()
    harmless = statement.startswith(_HARMLESS) and " FOR UPDATE" not in statement
    # the two writes a GET may make: the record that somebody read (audit), and the session's own row
    if not harmless and '"AUDIT_' not in statement and '"DJANGO_SESSION"' not in statement:
        raise GetWrote(str(sql)[:200])
    return execute(sql, params, many, context)


def methods(*, read: Collection[str] = (), write: Collection[str] = ()) -> Callable[[View], View]:
    """Let a view answer these methods only: reads with every writing statement refused, writes in one transaction.

    Pages carry personal data, so no answer may be kept by a cache.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            method = "GET" if request.method == "HEAD" else request.method
            if method in read:
                with connection.execute_wrapper(_read_only):
                    return view(request, *args, **kwargs)
            if method in write:
                for pause in _PAUSES:
                    try:
                        return _atomic(view, request, *args, **kwargs)
                    except Exception as error:
                        if not _overtaken(error):
                            raise
                    time.sleep(pause * uniform(0.5, 1))
                    _as_it_came(request)
                return _atomic(view, request, *args, **kwargs)
            return HttpResponseNotAllowed([*read, *write])

        guarded.reads = "GET" in read  # type: ignore[attr-defined]
        return guarded

    return decorate


def _atomic(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _overtaken(error: Exception) -> bool:
    """Tell whether the same request, sent again, would most likely succeed."""
    return any(getattr(cause, "sqlstate", None) in _OVERTAKEN for cause in _causes(error))


def _as_it_came(request: HttpRequest) -> None:
    """Take back what the first run did to the request itself: files are read anew, messages are said once.

    Session and person are those of the database again: a factor that the first run accepted is not passed by that.
    """
    for _name, files in request.FILES.lists():
        for file in files:
            file.seek(0)
    request.__dict__.pop("_cached_user", None)
    for middleware in (SessionMiddleware, AuthenticationMiddleware):
        middleware(lambda _request: HttpResponse()).process_request(request)
    request._messages = default_storage(request)  # type: ignore[attr-defined]


def out_of_service(error: BaseException | None) -> bool:
    """Tell whether an error is the machine's and passes: database away, overloaded or locked, no room on a disk."""
    return any(
        isinstance(cause, OperationalError | InterfaceError)
        or (isinstance(cause, OSError) and cause.errno in (ENOSPC, EDQUOT))
        for cause in _causes(error)
    )


class RefusalMiddleware:
    """Turns a `Refused` into a page with its sentence; the transaction of the view has been rolled back by then.

    An address with a NUL byte is no address: PostgreSQL stores no such text, and no link of ours holds one. What is
    larger than the front lets in is refused here where there is no front.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL byte in the address")
        if int(request.META.get("CONTENT_LENGTH") or 0) > limits.most(request.path_info):
            raise RequestDataTooBig("larger than the front lets in")
        response = self.get_response(request)
        if response.status_code == 405 and request.method in ("GET", "POST") and not response.content:
            response.content = render_to_string("405.html", request=request)  # somebody reloads or copies an address
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            response = render(request, "refused.html", {"refused": exception}, status=exception.status)
            until = getattr(exception, "until", None)  # too many tries: the moment from which one may try again
            if until is not None:
                response.headers["Retry-After"] = str(max(1, int((until - clock.now()).total_seconds())))
            return response
        return None


class LanguageMiddleware:
    """Indonesian unless the visitor chose English by ?bahasa=, kept in a cookie; signing in copies it for the mails."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("bahasa", "")
        language = chosen if chosen in ("id", "en") else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "id")
        language = language if language in ("id", "en") else "id"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if chosen == language:
            name, secure = settings.LANGUAGE_COOKIE_NAME, settings.SECURE
            response.set_cookie(name, language, max_age=31536000, samesite="Lax", httponly=True, secure=secure)
        return response


class HeadersMiddleware:
    """What a page of ours may never use, and that no other site may load an answer of ours; on every answer."""

    UNUSED = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth", "display-capture")
    PERMISSIONS = ", ".join([*(f"{name}=()" for name in UNUSED), "publickey-credentials-get=(self)"])

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = self.PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
