"""xxHash64 with seed 0 and the shard that a value of an xxhash vindex belongs to, independent of the proxy's code."""

import xxhash


def keyspace_id(value):
    """Eight bytes: the hash of the value's text, little-endian (vitess go/vt/vtgate/vindexes/xxhash.go)."""
    return xxhash.xxh64(str(value).encode(), seed=0).intdigest().to_bytes(8, "little")


def in_range(key, shard):
    """Whether a keyspace id lies in a shard's name, a Vitess key range such as -80, 40-80 or 80-."""
    start, _, end = shard.partition("-")
    return bytes.fromhex(start) <= key and (not end or key < bytes.fromhex(end))


def shard_of(value, shards=("-80", "80-")):
    return next(shard for shard in shards if in_range(keyspace_id(value), shard))


def values_in(shard, count, first=1):
    """The first `count` integers from `first` on that live in `shard`."""
    found, value = [], first
    while len(found) < count:
        if in_range(keyspace_id(value), shard):
            found.append(value)
        value += 1
    return found
