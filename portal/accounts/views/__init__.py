"""Views of registration, login, reset, profile and the officers' list of requests for help."""
