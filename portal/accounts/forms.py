"""Forms of registration, login, codes, passwords and requests for help."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import cooldown
from portal.accounts.backends import clean_address
from portal.accounts.limits import TooMany
from portal.people.models import DECIDING, Employee, Opd
from portal.people.nip import NipProblem, normalise, parse

LONGEST = 256


def _privacy_label() -> SafeString:
    link = format_html('<a href="{}">{}</a>', reverse_lazy("privacy"), gettext("kebijakan privasi"))
    return format_html(gettext("Saya sudah membaca {}"), link)


class NipForm(forms.Form):
    """Registration, step 1."""

    nip = forms.CharField(
        label="NIP",
        required=False,
        max_length=60,
        help_text=_("18 angka, boleh pakai spasi. Contoh: 19900101 201503 1 001"),
        error_messages={"max_length": _("NIP harus 18 angka")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "username", "spellcheck": "false", "class": "w-nip"}
        ),
    )
    privasi = forms.BooleanField(
        label=lazy(_privacy_label, str)(), error_messages={"required": _("Centang untuk melanjutkan")}
    )

    def clean_nip(self) -> str:
        try:
            return parse(self.cleaned_data["nip"])
        except NipProblem as problem:
            raise ValidationError(problem.message) from problem


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    """NIP (typed with blanks or not) or proven address, and password; one sentence for every refusal."""

    status = 422
    sentence = _("NIP/email atau kata sandi tidak cocok. Periksa lagi, atau minta kode lewat email.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("NIP atau email")
        login.max_length = LONGEST
        login.validators = [one for one in login.validators if not isinstance(one, MaxLengthValidator)]
        login.validators.append(MaxLengthValidator(LONGEST, self.sentence))
        login.error_messages["required"] = _("Tulis NIP atau email Anda")
        login.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        password = self.fields["password"]
        password.label = _("Kata sandi")
        password.help_text = ""
        password.strip = False
        password.validators.append(MaxLengthValidator(LONGEST, self.sentence))
        password.error_messages["required"] = _("Tulis kata sandi Anda")
        password.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        self.fields.pop("remember", None)

    def clean_login(self) -> str:
        typed = str(self.cleaned_data["login"])
        return clean_address(typed) or typed if "@" in typed else normalise(typed)

    def _clean_with_password(self, credentials: dict[str, Any]) -> dict[str, Any]:
        """Count first, then look: parallel guesses are counted too."""
        try:
            attempt = cooldown.begin(self.request, credentials["username"])
        except TooMany as refused:
            self.status = 429
            raise ValidationError(
                gettext("%(wait)s Atau minta kode lewat email."), params={"wait": refused.message}
            ) from refused
        try:
            super()._clean_with_password(credentials)
        except ValidationError as error:
            raise ValidationError(self.sentence) from error
        attempt.succeeded()
        return dict(self.cleaned_data)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in without allauth's record of the credentials, which would keep the NIP in the session."""
        response: HttpResponse = perform_login(request, self.user, redirect_url=redirect_url)
        return response


class LoginNameForm(forms.Form):
    """Whom a code for login or for a new password is for."""

    login = forms.CharField(
        label=_("NIP atau email"),
        max_length=LONGEST,
        error_messages={"required": _("Tulis NIP atau email Anda"), "max_length": _("NIP atau email terlalu panjang")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_login(self) -> str:
        typed = str(self.cleaned_data["login"])
        return clean_address(typed) or typed if "@" in typed else normalise(typed)


class CodeForm(forms.Form):
    """The code from the mail."""

    kode = forms.CharField(
        label=_("Kode dari email"),
        max_length=60,
        help_text=_("6 angka"),
        error_messages={"required": _("Tulis 6 angka kode"), "max_length": _("Tulis 6 angka kode")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "class": "w-kode"}
        ),
    )

    def clean_kode(self) -> str:
        digits = "".join(self.cleaned_data["kode"].replace("-", " ").split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
            raise ValidationError(_("Tulis 6 angka kode"))
        return digits


class SecondFactorForm(forms.Form):
    """The code of an authenticator app, or one of the recovery codes."""

    kode = forms.CharField(
        label=_("Kode"),
        max_length=60,
        help_text=_("6 angka dari aplikasi, atau 8 angka kode cadangan"),
        error_messages={"required": _("Tulis kode dari aplikasi"), "max_length": _("Tulis kode dari aplikasi")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "class": "w-kode"}
        ),
    )

    def clean_kode(self) -> str:
        digits = "".join(self.cleaned_data["kode"].replace("-", " ").split())
        if not (digits.isascii() and digits.isdigit() and len(digits) in (6, 8)):
            raise ValidationError(_("Tulis 6 angka dari aplikasi, atau 8 angka kode cadangan"))
        return digits


class PersonForm(forms.Form):
    """A form about one person, given by the view."""

    def __init__(self, *args: Any, person: Employee, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)


class NewPasswordForm(PersonForm):
    """One new password, typed once; shown text is the browser's business."""

    sandi = forms.CharField(
        label=_("Buat kata sandi"),
        strip=False,
        max_length=LONGEST,
        help_text=_("Minimal 12 karakter. Boleh kalimat, misalnya tiga kata yang mudah Anda ingat"),
        error_messages={
            "required": _("Tulis kata sandi"),
            "max_length": _("Kata sandi paling panjang %(limit_value)s karakter"),
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_sandi(self) -> str:
        password: str = self.cleaned_data["sandi"]
        try:
            validate_password(password, self.person)
        except ValidationError as refused:
            raise ValidationError([_in_our_words(error, password) for error in refused.error_list]) from refused
        return password


def _in_our_words(error: ValidationError, password: str) -> ValidationError:
    """Django's validators judge; the sentence is ours."""
    if error.code == "password_too_short":
        return ValidationError(gettext("Kata sandi minimal 12 karakter. Anda menulis %(n)s") % {"n": len(password)})
    if error.code == "password_too_common":
        return ValidationError(gettext("Kata sandi ini terlalu sering dipakai orang. Pilih yang lain"))
    return error


class WithPassword(PersonForm):
    """A change that asks for the present password again, counted like login."""

    sandi_sekarang = forms.CharField(
        label=_("Kata sandi sekarang"),
        strip=False,
        max_length=LONGEST,
        error_messages={"required": _("Tulis kata sandi sekarang"), "max_length": _("Kata sandi tidak cocok")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    status = 422

    def clean_sandi_sekarang(self) -> str:
        password: str = self.cleaned_data["sandi_sekarang"]
        try:
            attempt = cooldown.again(self.person)
        except TooMany as refused:
            self.status = 429
            raise ValidationError(refused.message) from refused
        if not self.person.check_password(password):
            raise ValidationError(_("Kata sandi tidak cocok"))
        attempt.succeeded()
        return password


class ChangePasswordForm(NewPasswordForm, WithPassword):
    """The present password, then the new one."""

    field_order = ["sandi_sekarang", "sandi"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sandi"].label = _("Kata sandi baru")


def _email_field(label: Any, hint: Any) -> forms.EmailField:
    return forms.EmailField(
        label=label,
        help_text=hint,
        max_length=254,
        error_messages={
            "required": _("Tulis alamat email"),
            "invalid": _("Alamat email harus seperti nama@contoh.com"),
            "max_length": _("Alamat email terlalu panjang"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CleanEmail(forms.Form):
    def clean_email(self) -> str:
        address = clean_address(self.cleaned_data["email"])
        if not address:
            raise ValidationError(_("Alamat email harus seperti nama@contoh.com"))
        return address


class ChangeEmailForm(CleanEmail, WithPassword):
    """A new address, proven by a code sent there."""

    email = _email_field(_("Email baru"), _("Kode dikirim ke alamat baru ini"))
    field_order = ["email", "sandi_sekarang"]


class HelpForm(CleanEmail):
    """Name, office and address of somebody whom the roster's addresses do not reach."""

    nama = forms.CharField(
        label=_("Nama lengkap sesuai SK"),
        max_length=150,
        error_messages={"required": _("Tulis nama lengkap"), "max_length": _("Nama paling panjang 150 huruf")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    opd = forms.ModelChoiceField(
        label=_("OPD"),
        queryset=Opd.objects.none(),
        empty_label=_("Pilih OPD"),
        error_messages={"required": _("Pilih OPD"), "invalid_choice": _("Pilih OPD")},
    )
    email = _email_field(
        _("Email yang Anda buka setiap hari"), _("Kode dan pemberitahuan dikirim ke sini. Boleh email pribadi")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Opd.objects.filter(is_active=True, kind__in=DECIDING, office=F("pk"))
        self.fields["opd"].queryset = offices.order_by("name")  # type: ignore[attr-defined]

    def clean_nama(self) -> str:
        return " ".join(str(self.cleaned_data["nama"]).split())


class RefuseForm(forms.Form):
    """Why a request for help is refused; the person reads it."""

    alasan = forms.CharField(
        label=_("Alasan menolak"),
        max_length=2000,
        min_length=20,
        help_text=_("Dikirim ke pemohon. Minimal 20 karakter"),
        error_messages={
            "required": _("Tulis alasan menolak"),
            "min_length": _("Alasan minimal 20 karakter"),
            "max_length": _("Alasan paling panjang 2.000 karakter"),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )
