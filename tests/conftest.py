"""What holds for all tests: an example may take as long as it takes, for a busy machine says nothing about the program."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
