#include "net/object_slab.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace leasehold::net {
namespace {

TEST(ObjectSlab, ObjectsAreApartAndAligned) {
    ObjectSlab slab(960);
    std::set<std::uintptr_t> places;
    std::vector<void*> objects;
    for (int i = 0; i < 500; ++i) {
        objects.push_back(slab.allocate());
        std::memset(objects.back(), i & 0xFF, 960);
        places.insert(reinterpret_cast<std::uintptr_t>(objects.back()));
    }
    std::uintptr_t last = 0;
    for (const std::uintptr_t place : places) {
        EXPECT_EQ(place % 16, 0u);
        EXPECT_GE(place - last, 960u);
        last = place;
    }
    for (int i = 0; i < 500; ++i) {
        const auto* const bytes = static_cast<const std::uint8_t*>(objects[static_cast<std::size_t>(i)]);
        EXPECT_EQ(bytes[0], i & 0xFF);
        EXPECT_EQ(bytes[959], i & 0xFF);
    }
    for (void* object : objects) EXPECT_TRUE(slab.release(object));
}

TEST(ObjectSlab, FifteenConnectionsOfOpenSslToAChunk) {
    ObjectSlab slab(7632);
    std::vector<void*> objects;
    for (int i = 0; i < 150; ++i) objects.push_back(slab.allocate());
    EXPECT_EQ(slab.chunks(), 10u);
    for (void* object : objects) slab.release(object);
}

TEST(ObjectSlab, ChunksGoBackAndOneStays) {
    ObjectSlab slab(7632);
    std::vector<void*> objects;
    for (int i = 0; i < 150; ++i) objects.push_back(slab.allocate());
    for (std::size_t i = 0; i < objects.size(); i += 2) slab.release(objects[i]);
    EXPECT_EQ(slab.chunks(), 10u);  // each has objects that are in use
    for (std::size_t i = 1; i < objects.size(); i += 2) slab.release(objects[i]);
    EXPECT_EQ(slab.chunks(), 1u);
    // What was freed is taken again.
    for (int i = 0; i < 15; ++i) objects[static_cast<std::size_t>(i)] = slab.allocate();
    EXPECT_EQ(slab.chunks(), 1u);
    for (int i = 0; i < 15; ++i) slab.release(objects[static_cast<std::size_t>(i)]);
}

TEST(ObjectSlab, WhatIsNotFromItIsLeftAlone) {
    ObjectSlab slab(960), other(960);
    int local = 0;
    const auto large = std::make_unique<std::uint8_t[]>(1u << 20);
    EXPECT_FALSE(slab.release(&local));
    for (std::size_t i = 0; i < 1u << 20; i += 16) {
        EXPECT_FALSE(slab.owns(&large[i]));
        EXPECT_FALSE(slab.release(&large[i]));
    }
    void* const theirs = other.allocate();
    EXPECT_FALSE(slab.owns(theirs));
    EXPECT_FALSE(slab.release(theirs));
    EXPECT_TRUE(other.owns(theirs));
    EXPECT_TRUE(other.release(theirs));
}

TEST(ObjectSlab, ThreadsMayFreeForEachOther) {
    ObjectSlab slab(960);
    std::vector<void*> objects(2000);
    const auto fill = [&](std::size_t from) {
        for (std::size_t i = from; i < objects.size(); i += 2) objects[i] = slab.allocate();
    };
    const auto empty = [&](std::size_t from) {
        for (std::size_t i = from; i < objects.size(); i += 2) EXPECT_TRUE(slab.release(objects[i]));
    };
    { std::jthread even(fill, 0), odd(fill, 1); }
    { std::jthread even(empty, 1), odd(empty, 0); }
    EXPECT_EQ(slab.chunks(), 1u);
}

}  // namespace
}  // namespace leasehold::net
