"""Addresses of registration, login and profile."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
