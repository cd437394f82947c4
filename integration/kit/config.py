"""Configurations for tests, as dicts that a test may change before the proxy starts."""

import copy

from .server import APP_PASSWORD, APP_USER

XXHASH = {
    "sharded": True,
    "vindexes": {"xx": {"type": "xxhash"}},
    "tables": {
        "customer": {"column_vindexes": [{"column": "id", "name": "xx"}]},
        "orders": {"column_vindexes": [{"column": "customer_id", "name": "xx"}]},
    },
}


def unsharded(tablet, replicas=()):
    return {"shards": {"-": shard(tablet, replicas)}}


def shard(tablet, replicas=()):
    entry = {"primary": tablet.address}
    if replicas:
        entry["replicas"] = [replica.address for replica in replicas]
    return entry


def sharded(shards, vschema=None):
    """`shards`: name to tablet, or name to (tablet, replicas)."""
    return {
        "shards": {name: shard(*of) if isinstance(of, tuple) else shard(of) for name, of in shards.items()},
        "vschema": copy.deepcopy(vschema or XXHASH),  # a test may change its own
    }


def configuration(keyspaces, pool=None, **more):
    return {
        "workers": 2,
        "shutdown_grace": "5s",
        "tablet_defaults": {
            "user": APP_USER,
            "password": APP_PASSWORD,
            "pool": {"size": 16, "wait_timeout": "5s"} | (pool or {}),
        },
        "health": {"interval": "200ms"},
        "keyspaces": keyspaces,
    } | more
