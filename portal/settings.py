"""One settings module; differences between machines are environment variables (see .env.example)."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import env, limits

BASE_DIR = Path(__file__).resolve().parent.parent

# -- identity of this installation -------------------------------------------------------------------------------
DEMO = env.flag("DEMO", default=False)
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
FIELD_KEYS = env.words("FIELD_KEYS", "") or [SECRET_KEY]  # encrypts sensitive answers; the first one writes, all read
PORTAL_URL = env.origin("PORTAL_URL")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(PORTAL_URL).hostname or "")
DEBUG = False
SECURE = PORTAL_URL.startswith("https://")

INSTALLED_APPS = [
    "portal.people",
    "portal.audit",
    "portal.mail",
    "portal.accounts",
    "portal.files",
    "portal.calendar",
    "declarations",
    "declarations.feeds",
    "declarations.proofs",
    "declarations.nil",
    "declarations.registries",
    "portal.rosters",
    "approvals",
    "approvals.coverage",
    "approvals.casework",
    "approvals.inserts",
    "approvals.exports",
    "approvals.privacy",
    "approvals.bundles",
    "portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "pgtrigger",
]

MIDDLEWARE = [
    "portal.metrics.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.http.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.http.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.sessions.IdleMiddleware",
    "portal.accounts.denials.DenialMiddleware",
    "portal.accounts.second_factor.SecondFactorMiddleware",
    "portal.http.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.ui", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.views.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# -- database, broker ---------------------------------------------------------------------------------------------
_LIMITS = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
# the hits of a common word and a roster on its way fit in memory; short statements are not compiled
_PLANS = "-c work_mem=16MB -c temp_buffers=64MB -c jit=off"
DATABASES = {
    "default": env.database("DATABASE_URL", {"connect_timeout": 5, "options": f"{_LIMITS} {_PLANS}"})
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counters, sessions and rescued forms live in PostgreSQL: Redis may be emptied at any moment.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_PUBLISH_RETRY = False  # a publish is only a wake-up call: it may fail, the sweep finds the row
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_TIMEZONE = "Asia/Jakarta"
CELERY_BEAT_SCHEDULER = "portal.beat.SteadyScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = ""  # `-s` names the file of the pulse
CELERY_BEAT_SCHEDULE = {
    "sweep-mail": {"task": "portal.mail.tasks.sweep", "schedule": timedelta(seconds=10)},
    "run-due": {"task": "approvals.tasks.run_due", "schedule": timedelta(seconds=60)},
}

# -- people, login ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Employee"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.NipOrEmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.validators.NotAboutMe"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "nip"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "contact_email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are proven by our own codes before a person exists as an account
ACCOUNT_FORMS = {"login": "portal.accounts.forms.LoginForm"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = False  # counted in PostgreSQL by portal.accounts.limits
ACCOUNT_ADAPTER = "portal.accounts.adapter.Adapter"
MFA_ADAPTER = "portal.accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Deklarasi Konten ASN"
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=not DEMO)  # required of reviewers, administrators, Inspektorat
APPROVAL_STEP_UP = env.choice("APPROVAL_STEP_UP", ("never", "risky", "always"), "risky")

# -- mail ---------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "portal.mail.backend.OutboxBackend"
EMAIL_TRANSPORT = env.smtp("EMAIL_URL", "smtp://127.0.0.1:25")
MAIL_ONLY_TO = env.words("MAIL_ONLY_TO", env.demo_mail(DEMO, EMAIL_TRANSPORT))  # empty: everybody
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "Deklarasi Konten ASN Pasaman Barat <deklarasi@demo.pasbar.example>"
)
CHANNEL_READING = env.flag("CHANNEL_READING", default=True)  # off: no request ever leaves for a platform
HELP_LINE = env.text("HELP_LINE", "WhatsApp BKPSDM 08xx-xxxx-xxxx")

# -- language, time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # a key in a form must never be written as 1.234

# -- static files, headers ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": env.text("STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin"  # never no-referrer on a page with a form: browsers then send Origin: null
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
# The browser itself refuses such a cookie without TLS, and the first kind from another host or for one path only.
HOST_COOKIE, PATH_COOKIE = ("__Host-", "__Secure-") if SECURE else ("", "")
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_COOKIE}sessionid", f"{HOST_COOKIE}csrftoken"
LANGUAGE_COOKIE_NAME = f"{HOST_COOKIE}bahasa"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # the default would set a cookie of its own
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script of ours reads a cookie
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = limits.BODY
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"), "text" if DEMO else "json")
OPERATOR_EMAIL = env.text("OPERATOR_EMAIL", "")
ERROR_DSN = env.dsn("ERROR_DSN")  # empty: errors stay in the log
METRICS_SHARED = env.text("PROMETHEUS_MULTIPROC_DIR", "")  # the library reads the variable itself
METRICS_TOKEN = env.text("METRICS_TOKEN", "")  # empty: /metrics answers to this machine only
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "portal.logs.HidePersonalData"}},
    "formatters": {
        "text": {"()": "portal.logs.Plain", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "portal.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["private"]},
        **({"reports": {"class": "portal.faults.Reporter", "dsn": ERROR_DSN}} if ERROR_DSN else {}),
    },
    "root": {"handlers": ["console", "reports"] if ERROR_DSN else ["console"], "level": "INFO"},
    # a person at a terminal reads no line per request; a collector does
    "loggers": {"portal.request": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"}},
}
