// The floor: what it costs this kernel to move a message from one socket to another and nothing else. One thread,
// epoll, recv, send. A proxy's CPU time a query is read against it. It holds no data back: a peer that does not take
// what it is sent at once is waited for, which small messages never need.
// cc -O2 -o relay_floor relay_floor.c; relay_floor LISTEN_PORT TABLET_PORT, both on 127.0.0.1
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// Two ends of one relayed connection. epoll carries a pointer to an end; the ends know each other.
struct end {
    int fd;
    struct end* other;
};

static struct sockaddr_in loopback(const char* port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int add(int epoll, int fd, void* data) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = data};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void open_pair(int epoll, int listener, const struct sockaddr_in* tablet) {
    int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (client < 0) return;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, (const struct sockaddr*)tablet, sizeof *tablet)) {
        close(client);
        close(server);
        return;
    }
    struct end* ends = calloc(2, sizeof *ends);
    ends[0] = (struct end){client, &ends[1]};
    ends[1] = (struct end){server, &ends[0]};
    add(epoll, client, &ends[0]);
    add(epoll, server, &ends[1]);
}

static int pass(struct end* from, char* buffer, size_t size) {
    ssize_t got = recv(from->fd, buffer, size, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN ? 0 : -1;
    if (got == 0) return -1;
    for (ssize_t sent = 0; sent < got;) {
        ssize_t put = send(from->other->fd, buffer + sent, (size_t)(got - sent), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno != EAGAIN) return -1;
        if (put < 0) {
            struct pollfd writable = {.fd = from->other->fd, .events = POLLOUT};
            poll(&writable, 1, 1000);
            continue;
        }
        sent += put;
    }
    return 0;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: relay_floor LISTEN_PORT TABLET_PORT\n");
        return 2;
    }
    struct sockaddr_in here = loopback(argv[1]), tablet = loopback(argv[2]);
    int on = 1, epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr*)&here, sizeof here) || listen(listener, 1024) || add(epoll, listener, NULL)) {
        perror("relay_floor");
        return 1;
    }
    static char buffer[1 << 16];
    struct epoll_event ready[256];
    for (;;) {
        int count = epoll_wait(epoll, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            struct end* from = ready[i].data.ptr;
            if (!from) {
                open_pair(epoll, listener, &tablet);
            } else if (from->fd >= 0 && pass(from, buffer, sizeof buffer)) {
                // The pair's memory stays: the other end may stand in this round's events. It is a bench's process.
                close(from->fd);
                close(from->other->fd);
                from->fd = from->other->fd = -1;
            }
        }
    }
}
