"""python3 -m demo [--once]; started by scripts/demo."""

import signal
import sys
import time

from kit import mariadb
from kit.places import proxy_binary

from . import check, data, show
from .topology import Topology


def say(text):
    print(text, flush=True)


def interrupt(*_):
    raise KeyboardInterrupt


def start(topology):
    began = time.monotonic()
    topology.start_tablets()
    say(
        f"five MariaDB servers in {topology.folder}: commerce, and customer in two shards with a replica each "
        f"({time.monotonic() - began:.1f} s)"
    )
    topology.proxy.start()
    say(
        f"leasehold on 127.0.0.1:{topology.proxy.port}, admin on {topology.proxy.admin_port}, http on {topology.proxy.http_port}"
    )
    began = time.monotonic()
    sent = data.load(topology.proxy)
    say(
        f"loaded {data.CUSTOMERS} customers, {data.ORDERS} orders and {data.PRODUCTS} products through the proxy, "
        f"{sent} statements ({time.monotonic() - began:.1f} s)"
    )
    say("\nA routed query:")
    show.routed_query(topology, say)


def check_all(topology):
    say("\nChecks:")
    failed = 0
    for one in check.ALL:
        try:
            say(f"  ok    {one(topology)}")
        except Exception as error:  # one failing check must not hide the others
            failed += 1
            say(f"  FAIL  {one.__name__}: {type(error).__name__}: {error}")
    return failed


def stay(topology):
    show.next_steps(topology, say)
    while topology.proxy.process.alive():
        time.sleep(0.5)
    say(f"the proxy ended with {topology.proxy.process.exit_code}:\n{topology.proxy.tail()}")
    return 1


def main(arguments):
    reason = mariadb.missing() or (
        None if proxy_binary().exists() else f"{proxy_binary()} does not exist (scripts/build release)"
    )
    if reason:
        say(reason)
        return 1
    signal.signal(signal.SIGTERM, interrupt)
    topology, failed = Topology(), 1
    try:
        start(topology)
        failed = check_all(topology) if "--once" in arguments else stay(topology)
    except KeyboardInterrupt:
        say("\nleaving")
        failed = 0
    except Exception as error:
        say(f"FAIL  {type(error).__name__}: {error}")
        if topology.proxy.process:
            say(f"the proxy's log, {topology.proxy.log}:\n{topology.proxy.tail()}")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave servers behind
            signal.signal(number, signal.SIG_IGN)
        code = topology.stop()
    if code not in (0, None):
        say(f"FAIL  the proxy left with {code} on SIGTERM:\n{topology.proxy.tail()}")
        failed += 1
    elif "--once" in arguments and not failed:
        say("  ok    the proxy drained and left with 0\nThe demo checks out.")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
