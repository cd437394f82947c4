// A list that grows in an arena and ends as a span: how the parser gathers the children of a node.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <span>
#include <type_traits>

namespace leasehold::router {

template <typename T>
class ArenaList {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  public:
    explicit ArenaList(std::pmr::memory_resource& arena) : arena_(arena) {}

    void push(const T& item) {
        if (size_ == capacity_) grow();
        data_[size_++] = item;
    }
    T& back() { return data_[size_ - 1]; }
    void pop() { --size_; }
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::span<T> span() const { return {data_, size_}; }

  private:
    void grow() {
        const std::size_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
        T* data = static_cast<T*>(arena_.allocate(capacity * sizeof(T), alignof(T)));
        for (std::size_t i = 0; i < size_; ++i) new (data + i) T(data_[i]);
        for (std::size_t i = size_; i < capacity; ++i) new (data + i) T();
        data_ = data;
        capacity_ = capacity;
    }

    std::pmr::memory_resource& arena_;
    T* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace leasehold::router
