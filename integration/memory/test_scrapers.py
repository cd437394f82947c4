"""Readers of /metrics that take nothing of what they asked for: bounded, counted, and gone after a while."""

import socket

from kit.config import configuration, unsharded
from kit.waiting import until

CONNECTIONS = 60  # 64 are taken (proxy/http_server.h)


def accounts(proxy):
    return {row["component"]: int(row["bytes"]) for row in proxy.admin("SHOW MEMORY")}


def test_slow_scrapers(make_proxy, commerce, sanitized):
    keyspaces = {f"ks{number}": unsharded(commerce) | {"database": "commerce"} for number in range(60)}
    proxy = make_proxy(configuration(keyspaces))
    size = len(proxy.http("/metrics")[1])
    before = proxy.process.resident_kib()
    scrapers = []
    for _ in range(CONNECTIONS):
        scraper = socket.socket()
        scraper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        scraper.connect(("127.0.0.1", proxy.http_port))
        scraper.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        scrapers.append(scraper)
    until(lambda: accounts(proxy)["metrics"] > size, lambda: f"answers that are not taken: {accounts(proxy)}")
    assert accounts(proxy)["metrics"] <= CONNECTIONS * 2 * size
    assert proxy.value("SELECT 41 + 1", database="ks1") == 42
    assert proxy.http("/healthz")[0] == 200
    until(lambda: accounts(proxy)["metrics"] == 0, lambda: f"the answers to be given up: {accounts(proxy)}", 15)
    if not sanitized:  # a sanitizer keeps what is given back
        until(
            lambda: proxy.process.resident_kib() - before < 2048,
            lambda: f"what they took to go back: {before} KiB before, {proxy.process.resident_kib()} now",
            20,
        )
    for scraper in scrapers:
        scraper.close()
