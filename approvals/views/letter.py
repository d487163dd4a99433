"""The letter as PDF, for the declarant and for those who may see the case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from approvals.models import Letter, LetterFile
from approvals.queries import cases_for
from approvals.views.guard import user_of
from declarations.models import Declaration
from portal.accounts.access import login_required
from portal.http import methods


@login_required
@methods(read=["GET"])
def pdf(request: HttpRequest, nomor: str) -> HttpResponse:
    """Answer the newest letter of this case, or a page that says that it is being made."""
    person = user_of(request)
    declaration = Declaration.objects.filter(number=nomor).first()
    allowed = declaration is not None and (
        declaration.declarant_id == person.pk or cases_for(person).filter(pk=declaration.pk).exists()
    )
    letter = Letter.objects.filter(declaration=declaration).order_by("-pk").first() if allowed else None
    if letter is None:
        raise Http404
    file = LetterFile.objects.filter(letter=letter).first()
    if file is None:
        return render(request, "letters/pending.html", {"letter": letter, "declaration": declaration})
    response = HttpResponse(bytes(file.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="surat-{letter.number}.pdf"'
    return response
