import pytest

from kit.spread import spread


@pytest.fixture(scope="module")
def one(run_folder, shards):
    """One server with all the rows that this module's shards have."""
    with spread(run_folder, shards) as server:
        yield server
