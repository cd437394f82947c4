#include "wire/compressed_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/mysql_errors.h"

namespace leasehold::wire {
namespace {

Error broken(std::string_view why) {
    return make_error(mysql_error::net_uncompress_error,
                      "Couldn't uncompress communication packet: " + std::string(why));
}

}  // namespace

std::size_t CompressedReader::wanted() const {
    return state_ == State::header ? compressed_header_size - header_filled_ : left_;
}

Result<CompressedReader::Progress> CompressedReader::feed(BytesView in, std::span<std::uint8_t> out) {
    Progress progress;
    for (;;) {
        const BytesView rest = in.subspan(progress.taken);
        const std::span<std::uint8_t> room = out.subspan(progress.given);
        if (state_ == State::header) {
            if (rest.empty()) return progress;
            const std::size_t n = std::min<std::size_t>(rest.size(), compressed_header_size - header_filled_);
            std::memcpy(header_.data() + header_filled_, rest.data(), n);
            header_filled_ = static_cast<std::uint8_t>(header_filled_ + n);
            progress.taken += n;
            if (header_filled_ < compressed_header_size) return progress;
            const Result<void> begun = begin_packet();
            if (!begun) return begun.error();
        } else if (state_ == State::as_it_is) {
            const std::size_t n = std::min({rest.size(), room.size(), left_});
            if (n == 0) return progress;
            std::memcpy(room.data(), rest.data(), n);
            progress.taken += n;
            progress.given += n;
            left_ -= n;
            if (left_ == 0) end_packet();
        } else {
            const Result<bool> moved = decode(rest.first(std::min(rest.size(), left_)), room, progress);
            if (!moved) return moved.error();
            if (!*moved) return progress;
        }
    }
}

Result<void> CompressedReader::begin_packet() {
    const std::uint8_t expected = std::exchange(sequence_, static_cast<std::uint8_t>(header_[3] + 1));
    // A command begins anew with 0, whatever came before it.
    if (header_[3] != expected && header_[3] != 0) {
        return make_error(mysql_error::net_packets_out_of_order,
                          "Got packets out of order: compressed packet " + std::to_string(header_[3]) +
                              " instead of " + std::to_string(expected));
    }
    left_ = load_u24(header_.data());
    announced_ = load_u24(header_.data() + 4);
    if (left_ == 0) return broken("an empty packet");
    state_ = announced_ == 0 ? State::as_it_is : State::compressed;
    starved_ = true;
    if (announced_ > 0) decoder_.emplace(algorithm_);
    return {};
}

Result<bool> CompressedReader::decode(BytesView in, std::span<std::uint8_t> out, Progress& progress) {
    // Behind the last byte that was announced there may only be the stream's own end.
    std::uint8_t trap = 0;
    const std::span<std::uint8_t> room =
        announced_ == 0 ? std::span<std::uint8_t>(&trap, 1) : out.first(std::min(out.size(), announced_));
    if (in.empty() && starved_) {
        if (left_ == 0) return broken("it is cut off");
        return false;
    }
    if (room.empty()) return false;
    const Result<StreamDecoder::Step> step = decoder_->step(in, room);
    if (!step) return step.error();
    if (announced_ == 0 && step->given > 0) return broken("more than it announced");
    starved_ = step->given < room.size();
    left_ -= step->taken;
    announced_ -= step->given;
    progress.taken += step->taken;
    progress.given += step->given;
    if (!step->ended) return true;
    if (announced_ > 0 || left_ > 0) return broken("it ends before what it announced");
    end_packet();
    return true;
}

void CompressedReader::end_packet() {
    state_ = State::header;
    header_filled_ = 0;
    decoder_.reset();
}

}  // namespace leasehold::wire
