"""Addresses of the declarant: own declarations, the pages of filing, own channels, the nil statement."""

from django.urls import URLPattern, URLResolver, include, path

from declarations.nil import views as nil
from declarations.views import channels, own, pages, succession

_filing = [
    path("", own.detail, name="detail"),
    path("lanjut/", own.resume, name="resume"),
    path("kanal/", channels.channel_list, name="channels"),
    path("kanal/tambah/", channels.channel_add, name="channel_add"),
    path("kanal/<int:kanal>/ubah/", channels.channel_edit, name="channel_edit"),
    path("kanal/<int:kanal>/hapus/", channels.channel_remove, name="channel_remove"),
    path("kanal/<int:kanal>/resmi/", pages.exempt, name="exempt"),
    path("konten/<int:kanal>/", pages.content, name="content"),
    path("batas/", pages.limits, name="limits"),
    path("waktu/", pages.time, name="time"),
    path("komersial/", pages.commercial, name="commercial"),
    path("komersial/<int:kanal>/", pages.commercial_channel, name="commercial_channel"),
    path("kepentingan/", pages.interest, name="interest"),
    path("pernyataan/", pages.statement, name="statement"),
    path("periksa/", own.check, name="check"),
    path("terkirim/", own.sent, name="sent"),
    path("perbaiki/", own.fix, name="fix"),
    path("tarik/", own.withdraw, name="withdraw"),
    path("ubah/", succession.amend, name="amend"),
    path("perpanjang/", succession.renew, name="renew"),
]
_own: list[URLPattern | URLResolver] = [
    path("", own.listing, name="list"),
    path("baru/", own.new, name="new"),
    path("<str:nomor>/", include(_filing)),
]
urlpatterns = [
    path("deklarasi/", include((_own, "declarations"))),
    path("kanal/", channels.channels, name="channels"),
    path("nihil/", nil.meaning, name="nil_statement"),
    path("nihil/data/", nil.who, name="nil_who"),
    path("nihil/pernyataan/", nil.confirm, name="nil_confirm"),
    path("nihil/tarik/", nil.withdraw, name="nil_withdraw"),
]
