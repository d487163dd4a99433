"""What allauth does differently here: no sign-up of its own, no messages, only addresses on this site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from portal.accounts.access import safe_path


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth logs in; registration, codes and limits are ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return []  # the second factor is asked by our middleware after every way of signing in

    def is_ajax(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        return bool(safe_path(url))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page after login is greeting enough."""
