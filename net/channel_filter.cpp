#include "net/channel_filter.h"

#include "net/channel_core.h"
#include "net/worker.h"

namespace leasehold::net {

void Channel::filter_through(std::unique_ptr<StreamFilter> filter) {
    core_->filter = std::make_unique<ChannelFilter>();
    core_->filter->filter = std::move(filter);
}

bool Channel::filtered() const {
    return core_->filter != nullptr;
}

std::optional<Error> Channel::problem() const {
    return core_->filter ? core_->filter->problem : std::nullopt;
}

IoResult Channel::Core::filtered_read(std::span<std::uint8_t> out) {
    ChannelFilter& of = *filter;
    if (of.problem) return {IoResult::Kind::failed, 0};
    std::size_t got = 0;
    IoResult source{IoResult::Kind::would_block, 0};
    for (;;) {
        const std::span<const std::uint8_t> input(of.input.data() + of.begin, of.end - of.begin);
        const Result<StreamFilter::Progress> moved = of.filter->unwrap(input, out.subspan(got));
        if (!moved) {
            of.problem = moved.error();
            of.input = {};
            if (got == 0) return {IoResult::Kind::failed, 0};
            break;
        }
        of.begin += moved->taken;
        got += moved->given;
        if (got == out.size() || of.begin < of.end) break;
        if (got > 0 && of.filter->at_rest()) break;
        if (!of.input) of.input = worker.buffers().borrow();
        of.begin = of.end = 0;
        source = plain_read(of.input.span().first(std::min(of.filter->wanted(), Buffer::size())));
        if (source.kind != IoResult::Kind::some) break;
        of.end = source.bytes;
    }
    of.may_have_more = got == out.size() && !of.filter->at_rest();
    // What rests holds no buffer; nor does what has announced something and sent none of it.
    if (of.begin == of.end && !of.may_have_more) {
        const Buffer given_back_now = std::move(of.input);
        of.begin = of.end = 0;
    }
    if (got > 0) return {IoResult::Kind::some, got};
    return {source.kind, 0};
}

IoResult Channel::Core::filtered_write(std::span<const std::uint8_t> bytes) {
    ChannelFilter& of = *filter;
    if (!of.unsent.empty()) {
        const IoResult put = send_unsent();
        if (put.kind != IoResult::Kind::some || !of.unsent.empty()) return {put.kind, 0};
    }
    if (bytes.empty()) return {IoResult::Kind::some, 0};
    const StreamFilter::Wrapped wrapped = of.filter->wrap(bytes);
    std::span<const std::uint8_t> rest = wrapped.bytes;
    while (!rest.empty()) {
        const IoResult put = plain_write(rest);
        if (put.kind == IoResult::Kind::would_block) break;
        if (put.kind != IoResult::Kind::some) return put;
        rest = rest.subspan(put.bytes);
    }
    of.unsent.assign(rest.begin(), rest.end());
    of.unsent_memory.set(of.unsent.empty() ? 0 : allocated_size(of.unsent.capacity()));
    return {IoResult::Kind::some, wrapped.taken};
}

// Some: all that the socket took; it may be less than all.
IoResult Channel::Core::send_unsent() {
    ChannelFilter& of = *filter;
    while (of.sent < of.unsent.size()) {
        const IoResult put = plain_write(std::span<const std::uint8_t>(of.unsent).subspan(of.sent));
        if (put.kind != IoResult::Kind::some) return put;
        of.sent += put.bytes;
    }
    of.unsent = {};
    of.sent = 0;
    of.unsent_memory.set(0);
    return {IoResult::Kind::some, 0};
}

bool Channel::Core::has_unsent() const {
    return filter && !filter->unsent.empty();
}

}  // namespace leasehold::net
