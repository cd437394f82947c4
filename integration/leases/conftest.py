import pytest

from kit.config import configuration, unsharded


@pytest.fixture
def pooled(make_proxy, commerce):
    """A proxy over the unsharded keyspace with these pool settings."""

    def make(tablet=commerce, workers=2, errors_expected=False, **pool):
        return make_proxy(
            configuration({"commerce": unsharded(tablet)}, pool=pool, workers=workers), errors_expected=errors_expected
        )

    return make
