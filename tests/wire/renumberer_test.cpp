#include "wire/renumberer.h"

#include <gtest/gtest.h>

#include <vector>

namespace leasehold::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Two answers of two frames each, every frame numbered from 1 again.
const Bytes two_answers{1, 0, 0, 1, 0xAA, 0, 0, 0, 2, 2, 0, 0, 1, 1, 2, 1, 0, 0, 2, 0xBB};
const Bytes numbered{1, 0, 0, 1, 0xAA, 0, 0, 0, 2, 2, 0, 0, 3, 1, 2, 1, 0, 0, 4, 0xBB};

TEST(Renumberer, CountsOnOverAnswersInPiecesOfAnySize) {
    for (std::size_t piece = 1; piece <= two_answers.size(); ++piece) {
        Bytes bytes = two_answers;
        Renumberer renumberer;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            renumberer.apply(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
        }
        EXPECT_EQ(bytes, numbered) << "pieces of " << piece;
        EXPECT_EQ(renumberer.next(), 5);
    }
}

TEST(Renumberer, WrapsAndGoesOnAfterThePeersPackets) {
    Renumberer renumberer;
    renumberer.heard(254);
    Bytes bytes{0, 0, 0, 9, 0, 0, 0, 9};
    renumberer.apply(bytes);
    EXPECT_EQ(bytes, (Bytes{0, 0, 0, 255, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace leasehold::wire
