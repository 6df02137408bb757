"""What holds for all tests: hypothesis tries the same examples on every machine, however slow it is."""

from hypothesis import settings

settings.register_profile("sot", deadline=None, derandomize=True)
settings.load_profile("sot")
