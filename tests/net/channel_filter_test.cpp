// A channel with a filter, against the other end of a socket pair. The filter is a toy: it sends each byte
// twice and reads such pairs; "!!" is no stream of its.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "net/channel.h"
#include "net/stream_filter.h"
#include "net/worker.h"

namespace leasehold::net {
namespace {

class Twice final : public StreamFilter {
  public:
    std::size_t wanted() const override { return held_ ? 1 : 2; }
    Result<Progress> unwrap(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) override {
        Progress progress;
        while (progress.taken < in.size()) {
            const std::uint8_t byte = in[progress.taken];
            if (!held_) {
                held_ = byte;
            } else {
                if (byte != *held_ || byte == '!') return Error{1157, "no pair"};
                if (progress.given == out.size()) return progress;
                out[progress.given++] = byte;
                held_.reset();
            }
            ++progress.taken;
        }
        return progress;
    }
    bool at_rest() const override { return !held_; }
    Wrapped wrap(std::span<const std::uint8_t> bytes) override {
        const std::size_t n = std::min<std::size_t>(bytes.size(), 1000);
        wrapped_.clear();
        for (const std::uint8_t byte : bytes.first(n)) wrapped_.insert(wrapped_.end(), 2, byte);
        return {n, wrapped_};
    }

  private:
    std::optional<std::uint8_t> held_;
    std::vector<std::uint8_t> wrapped_;
};

struct Pair {
    Pair() {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
        far = ends[1];
        channel.emplace(worker, ends[0], true, 8);
        channel->filter_through(std::make_unique<Twice>());
    }
    ~Pair() {
        channel.reset();
        ::close(far);
        worker.context().poll();
    }
    void say(std::string_view text) {
        ASSERT_EQ(::write(far, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    std::string hear(std::size_t room = 1 << 20) {
        std::string text(room, '\0');
        const ssize_t n = ::read(far, text.data(), text.size());
        text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return text;
    }
    // Everything that is there now.
    std::string read_all(std::size_t room) {
        std::string all;
        for (;;) {
            std::string out(room, '\0');
            const IoResult got = channel->read({reinterpret_cast<std::uint8_t*>(out.data()), room});
            if (got.kind != IoResult::Kind::some) return all;
            all += out.substr(0, got.bytes);
        }
    }
    Worker worker{0};
    std::optional<Channel> channel;
    int far = -1;
    Interrupt interrupt;
};

Task<void> write_all(Pair& pair, std::string text, std::optional<IoStatus>& out) {
    out = co_await pair.channel->write_all({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()},
                                           pair.interrupt);
}

Task<void> read_text(Pair& pair, std::string& out) {
    const IoStatus status = co_await pair.channel->read_exactly(
        {reinterpret_cast<std::uint8_t*>(out.data()), out.size()}, pair.interrupt);
    if (status != IoStatus::done) out = "?";
}

TEST(ChannelFilter, WhatIsReadComesThroughIt) {
    Pair pair;
    std::string out(6, '\0');
    pair.worker.spawn(read_text(pair, out));
    for (const char* piece : {"aab", "b", "cc", "ddee", "f", "fgg"}) {
        pair.say(piece);
        pair.worker.context().poll();
    }
    EXPECT_EQ(out, "abcdef");
    EXPECT_EQ(pair.read_all(1), "g");
}

TEST(ChannelFilter, NoBufferIsHeldAtRest) {
    Pair pair;
    std::string out(2, '\0');
    pair.worker.spawn(read_text(pair, out));
    pair.say("aabb");
    pair.worker.context().poll();
    EXPECT_EQ(out, "ab");
    EXPECT_EQ(pair.read_all(10), "");
    EXPECT_EQ(pair.worker.buffers().borrowed(), 0U);
}

TEST(ChannelFilter, GivenBackBytesDoNotPassAgain) {
    Pair pair;
    const std::string early = "xy";
    pair.channel->unread({reinterpret_cast<const std::uint8_t*>(early.data()), early.size()});
    EXPECT_EQ(pair.read_all(10), "xy");
}

TEST(ChannelFilter, AFullSocketKeepsTheRestAndLosesNothing) {
    Pair pair;
    const int small = 4096;
    ::setsockopt(pair.far, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    std::string text;
    for (int i = 0; i < 300000; ++i) text += static_cast<char>('a' + i % 26);
    std::optional<IoStatus> status;
    pair.worker.spawn(write_all(pair, text, status));
    std::string heard;
    for (int i = 0; i < 100000 && heard.size() < 2 * text.size(); ++i) {
        pair.worker.context().poll();
        heard += pair.hear(777);
    }
    pair.worker.context().poll();
    ASSERT_EQ(status, IoStatus::done) << "only when all was sent";
    ASSERT_EQ(heard.size(), 2 * text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        ASSERT_EQ(heard[2 * i], text[i]);
        ASSERT_EQ(heard[2 * i + 1], text[i]);
    }
    EXPECT_EQ(memory_of(MemoryPart::compression), 0U) << "what was kept is given back";
}

TEST(ChannelFilter, AStreamThatIsNoneFailsWithItsReason) {
    Pair pair;
    std::string out(3, '\0');
    pair.worker.spawn(read_text(pair, out));
    pair.say("aa!!bb");
    pair.worker.context().poll();
    EXPECT_EQ(out, "?");
    ASSERT_TRUE(pair.channel->problem());
    EXPECT_EQ(pair.channel->problem()->message, "no pair");
    std::uint8_t more = 0;
    EXPECT_EQ(pair.channel->read({&more, 1}).kind, IoResult::Kind::failed) << "and goes on failing";
}

}  // namespace
}  // namespace leasehold::net
