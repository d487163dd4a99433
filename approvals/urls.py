"""Addresses of deciding: the mailed page, the heads' list, the dashboard, letters and their check."""

from django.urls import path

from approvals.views import inbox, link, own

app_name = "approvals"
urlpatterns = [
    path("deklarasi/<str:nomor>/kirim/", own.submit, name="submit"),
    path("deklarasi/<str:nomor>/penjelasan/<str:kode>/", own.explain, name="explain"),
    path("deklarasi/<str:nomor>/tarik/kirim/", own.withdraw, name="withdraw"),
    path("k/", link.by_hand, name="by_hand"),
    path("k/bukan-saya/<str:token>/", link.not_me, name="not_me"),
    path("k/kasus/<str:nomor>/", link.case, name="link_case"),
    path("k/kasus/<str:nomor>/tautan-baru/", link.renew, name="link_renew"),
    path("k/<str:token>/", link.enter, name="link"),
    path("persetujuan/", inbox.show, name="inbox"),
    path("persetujuan/<str:nomor>/", inbox.open_case, name="inbox_open"),
]
