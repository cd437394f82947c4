"""Scenarios: lines that say which client does what, played through the proxy and straight to a server of the same kind.
Every answer must be the same.

    0 SET @a = 1          client 0 sends a statement
    1 /reset              reset, change_user, reconnect, init_db NAME: what is no statement
    = transaction         the reasons of all reserved leases now, in alphabetical order; nothing after "=": none
    * 3                   the line that follows, so often
"""

import pytest

from kit.waiting import until

UNSUPPORTED_AS_PREPARED = 1295


def play(sides, script, how="query", count_warnings=True):
    proxy, through, straight = sides
    for side in (through, straight):
        side.begin()
    times = 1
    for line in filter(None, map(str.strip, script.splitlines())):
        who, _, text = line.partition(" ")
        if who == "=":
            _reserved(proxy, text.split())
        elif who == "*":
            times = int(text)
        else:
            for _ in range(times):
                _step(through, straight, int(who), text, how, line, count_warnings)
            times = 1
    for side in (through, straight):
        side.end()
    proxy.quiet()


def _step(through, straight, client, text, how, line, count_warnings):
    if text.startswith("/"):
        how, _, text = text[1:].partition(" ")
    theirs = straight.step(client, how, text)
    ours = through.step(client, how, text)
    if how == "prepared" and theirs[0] == "error" and theirs[1] == UNSUPPORTED_AS_PREPARED:
        assert ours == theirs, line
        theirs, ours = straight.step(client, "query", text), through.step(client, "query", text)
    if not count_warnings:
        ours, theirs = without_warnings(ours), without_warnings(theirs)
    assert ours == theirs, f"{line}\nproxy:  {ours}\nserver: {theirs}"


def without_warnings(results):
    """The same answers, their warning counts left out."""
    if not isinstance(results, list):
        return results
    return [(*result[:3], result[4]) if len(result) == 5 else result for result in results]


def _reserved(proxy, reasons):
    def now():
        return sorted(reason for lease in proxy.admin("SHOW LEASES") for reason in lease["reasons"].replace(",", " ").split())

    until(lambda: now() == sorted(reasons), lambda: f"leases reserved for {reasons or 'nothing'}: {now()}", 3)


text_and_prepared = pytest.mark.parametrize("how", ["query", "prepared"])
