"""Addresses of deciding: the mailed page, the heads' list, the dashboard, letters and their check."""

from django.urls import URLPattern, URLResolver

app_name = "approvals"
urlpatterns: list[URLPattern | URLResolver] = []
