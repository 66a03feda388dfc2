"""What holds for all tests: an example may take as long as it takes, for a busy machine says nothing about the program."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
