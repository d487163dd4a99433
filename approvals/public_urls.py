"""Addresses of the public letter check; their names carry no namespace because paper and mails point there."""

from django.urls import path

from approvals.views import verify

urlpatterns = [
    path("v/", verify.form, name="verify"),
    path("v/<str:kode>/", verify.show, name="verify_code"),
]
