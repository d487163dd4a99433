"""Addresses of the demo mailbox."""

from django.urls import path

from portal.mail import views

urlpatterns = [
    path("demo/surel/", views.mailbox, name="demo_mail"),
    path("demo/surel/<int:pk>/", views.html_body, name="demo_mail_html"),
]
