"""Drives a case over HTTP only: the mailed link, the dashboard, the declarant's pages, and the clock's command."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import links
from approvals.models import Condition, Step
from approvals.parts import free_officers, group_of
from approvals.queries import pending_step
from declarations.models import Declaration
from portal import clock
from portal.crypto import unseal
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World

REASON = "Alasan yang cukup panjang untuk dibaca oleh semua pihak."


class Driver:
    """One kabupaten; every method does what one person does in front of a screen."""

    def __init__(self, world: World) -> None:
        self.world = world

    def client(self, person: Employee) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def step(self, declaration: Declaration) -> Step:
        step = pending_step(declaration)
        assert step is not None, f"{declaration} {declaration.status}"
        return step

    def send(self, declaration: Declaration) -> Declaration:
        client = self.client(declaration.declarant)
        return self._done(client.post(_url("submit", declaration), {"sudah": "1"}), declaration)

    def withdraw(self, declaration: Declaration) -> Declaration:
        client = self.client(declaration.declarant)
        return self._done(client.post(_url("withdraw", declaration), {"alasan": "lainnya"}), declaration)

    def object_to(self, declaration: Declaration) -> Declaration:
        client = self.client(declaration.declarant)
        return self._done(client.post(_url("object", declaration), {"alasan": REASON}), declaration)

    def by_link(self, declaration: Declaration, outcome: str = "endorsed") -> Declaration:
        """Open the mailed link without an account and decide; type the code where one is asked."""
        declaration.refresh_from_db()
        client = Client()
        entered = client.get("/" + links.url_for(self.step(declaration)).split("/", 3)[3])
        address = entered["Location"]
        fields = {
            "keputusan": outcome,
            "revisi": declaration.revision,
            "catatan": "Mohon tetap menjaga jam kerja.",
            "bagian": ["waktu"],
            "penjelasan": REASON,
            "catatan_waktu": REASON,
            "alasan": "tugas",
            "alasan_isi": REASON,
        }
        answer = client.post(address, fields)
        if answer.status_code == 200:
            answer = client.post(address, {**fields, "kode": self.mailed_code(declaration)})
        return self._done(answer, declaration)

    def mailed_code(self, declaration: Declaration) -> str:
        mail = OutgoingEmail.objects.filter(case=declaration.number, purpose="head_code").latest("pk")
        assert mail.secret is not None
        return str(unseal(bytes(mail.secret))["code"])

    def not_me(self, declaration: Declaration) -> Declaration:
        """Press 'Bukan saya' behind the link of the receipt."""
        mail = OutgoingEmail.objects.filter(case=declaration.number, purpose="head_receipt").latest("pk")
        assert mail.secret is not None
        path = "/" + str(unseal(bytes(mail.secret))["link"]).split("/", 3)[3]
        return self._done(Client().post(path), declaration)

    def officer(self, declaration: Declaration) -> Employee:
        """Return somebody who may decide the pending step."""
        step = self.step(declaration)
        found = free_officers(declaration, group_of(step)).order_by("pk").first()
        assert found is not None
        return found

    def at_dashboard(self, declaration: Declaration, outcome: str, by: Employee | None = None) -> Declaration:
        """Judge what is Tinggi, fill in the decision, read the confirm page, press its button."""
        declaration.refresh_from_db()
        step = self.step(declaration)
        client = self.client(by or self.officer(declaration))
        for finding in step.snapshot.findings.filter(severity="block", relevant=None):
            address = reverse("approvals:finding", args=[declaration.number, finding.code])
            client.post(address, {"relevan": "tidak", "alasan": REASON, f"alasan-{finding.code}": REASON})
        form = {
            "langkah": step.pk,
            "revisi": declaration.revision,
            "keputusan": outcome,
            "sampai": f"{clock.today() + timedelta(days=200):%d-%m-%Y}",
            "alasan": REASON,
            "syarat_lain": "Hanya di luar jam kerja",
            "bagian": ["batas"],
            "catatan_batas": REASON,
        }
        shown = client.post(_url("decide", declaration), form)
        sealed = re.search(r'name="isi" value="([^"]+)"', shown.content.decode())
        assert sealed is not None, shown.content.decode()[:4000]
        return self._done(client.post(_url("decide", declaration), {"isi": sealed[1]}), declaration)

    def revoke(self, declaration: Declaration) -> Declaration:
        client = self.client(self.world.reviewer)
        return self._done(client.post(_url("revoke", declaration), {"alasan": REASON}), declaration)

    def suspend(self, declaration: Declaration) -> Declaration:
        client = self.client(self.world.reviewer)
        return self._done(client.post(_url("suspend", declaration), {"alasan": REASON}), declaration)

    def prove(self, declaration: Declaration) -> Declaration:
        """Tell how each condition is fulfilled, and let an officer accept it."""
        holder, officer = self.client(declaration.declarant), self.client(self.world.reviewer)
        for condition in Condition.objects.filter(step__declaration=declaration):
            address = reverse("approvals:send_proof", args=[declaration.number, condition.pk])
            self._done(holder.post(address, {"keterangan": REASON}), declaration)
            address = reverse("approvals:judge_proof", args=[declaration.number, condition.proofs.get().pk])
            self._done(officer.post(address, {"terima": "ya"}), declaration)
        return declaration

    def lift(self, declaration: Declaration) -> Declaration:
        return self._done(self.client(self.world.reviewer).post(_url("lift", declaration)), declaration)

    def clock_strikes(self, declaration: Declaration, days: int) -> Declaration:
        """Run what time owes, some days from now at nine in the morning."""
        at = timezone.make_aware(datetime.combine(clock.today() + timedelta(days=days), time(9)))
        call_command("run_due", at=at.isoformat(), verbosity=0)
        declaration.refresh_from_db()
        return declaration

    def _done(self, answer: HttpResponse | Any, declaration: Declaration) -> Declaration:
        assert answer.status_code == 302, f"{answer.status_code}: {answer.content.decode()[:3000]}"
        declaration.refresh_from_db()
        return declaration


def _url(name: str, declaration: Declaration) -> str:
    return reverse(f"approvals:{name}", args=[declaration.number])
