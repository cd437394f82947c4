// A channel against the other end of a socket pair, driven by hand: no thread, no wait for time.
#include "net/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "net/worker.h"

namespace leasehold::net {
namespace {

struct Pair {
    explicit Pair(std::size_t head = 8) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
        far = ends[1];
        channel.emplace(worker, ends[0], true, head);
    }
    ~Pair() {
        channel.reset();
        if (far >= 0) ::close(far);
        worker.context().poll();
    }
    void say(std::string_view text) {
        ASSERT_EQ(::write(far, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    std::string read(std::size_t room = 64) {
        std::string out(room, '\0');
        const IoResult got = channel->read({reinterpret_cast<std::uint8_t*>(out.data()), room});
        out.resize(got.kind == IoResult::Kind::some ? got.bytes : 0);
        return out;
    }
    Worker worker{0};
    std::optional<Channel> channel;
    int far = -1;
    Interrupt interrupt;
};

Task<void> wait_readable(Pair& pair, std::optional<IoStatus>& out) {
    out = co_await pair.channel->readable(pair.interrupt);
}

TEST(Channel, ReadsWhatTheArmedReadGotAndTheRestInOneGo) {
    Pair pair(8);
    std::optional<IoStatus> status;
    pair.worker.spawn(wait_readable(pair, status));
    pair.say("0123456789abcdef");
    pair.worker.context().poll();
    ASSERT_EQ(status, IoStatus::done);
    EXPECT_EQ(pair.read(), "0123456789abcdef");
    std::array<std::uint8_t, 4> more{};
    EXPECT_EQ(pair.channel->read(more).kind, IoResult::Kind::would_block);
}

TEST(Channel, GivenBackBytesComeFirst) {
    Pair pair;
    const std::string early = "next";
    pair.channel->unread({reinterpret_cast<const std::uint8_t*>(early.data()), early.size()});
    EXPECT_EQ(pair.read(2), "ne");
    EXPECT_EQ(pair.read(), "xt");
}

struct Watcher final : ChannelObserver {
    void on_peer_gone() noexcept override { ++gone; }
    int gone = 0;
};

// W10: a client that vanishes while nobody reads from it is noticed, also behind a command it sent before.
TEST(Channel, W10_NoticesThatThePeerIsGone) {
    Pair pair;
    Watcher watcher;
    pair.channel->watch(&watcher);
    pair.say("\x01");
    pair.worker.context().poll();
    EXPECT_EQ(watcher.gone, 0);
    ::close(pair.far);
    pair.far = -1;
    pair.worker.context().poll();
    EXPECT_EQ(watcher.gone, 1);
    EXPECT_EQ(pair.read(), "\x01") << "what it said before is still there";
}

TEST(Channel, AnInterruptEndsAWait) {
    Pair pair;
    std::optional<IoStatus> status;
    pair.worker.spawn(wait_readable(pair, status));
    pair.interrupt.raise(InterruptReason::query_timeout);
    pair.worker.context().poll();
    EXPECT_EQ(status, IoStatus::interrupted);
}

TEST(Channel, WritesAllToASlowPeer) {
    Pair pair;
    const std::string large(4 << 20, 'x');
    std::optional<IoStatus> status;
    pair.worker.spawn([](Pair& p, const std::string& bytes, std::optional<IoStatus>& out) -> Task<void> {
        out = co_await p.channel->write_all(
            {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, p.interrupt);
    }(pair, large, status));
    EXPECT_FALSE(status);
    std::size_t taken = 0;
    std::string room(1 << 16, '\0');
    while (!status) {
        for (ssize_t n; (n = ::read(pair.far, room.data(), room.size())) > 0;)
            taken += static_cast<std::size_t>(n);
        pair.worker.context().poll();
    }
    for (ssize_t n; (n = ::read(pair.far, room.data(), room.size())) > 0;)
        taken += static_cast<std::size_t>(n);
    EXPECT_EQ(status, IoStatus::done);
    EXPECT_EQ(taken, large.size());
}

TEST(Channel, WritingToAPeerThatIsGoneFails) {
    Pair pair;
    ::close(pair.far);
    pair.far = -1;
    const std::array<std::uint8_t, 1> byte{};
    EXPECT_EQ(pair.channel->write(byte).kind, IoResult::Kind::failed);
}

TEST(Channel, ClosingWakesWhoWaits) {
    Pair pair;
    std::optional<IoStatus> status;
    pair.worker.spawn(wait_readable(pair, status));
    pair.channel->close();
    pair.worker.context().poll();
    EXPECT_EQ(status, IoStatus::closed);
}

TEST(Channel, SeesACloseThatTheLoopHasNotSeen) {
    Pair pair;
    EXPECT_FALSE(pair.channel->seems_closed());
    ::close(pair.far);
    pair.far = -1;
    EXPECT_TRUE(pair.channel->seems_closed());
}

}  // namespace
}  // namespace leasehold::net
