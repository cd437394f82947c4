#include "router/sql/keyword.h"

#include <array>

#include "router/sql/fold.h"

namespace leasehold::router {
namespace {

struct Entry {
    std::string_view text;
    Keyword keyword = Keyword::none;
};

constexpr Entry entries[] = {
#define LEASEHOLD_X(name, text) {text, Keyword::name},
    LEASEHOLD_RESERVED_WORDS(LEASEHOLD_X) LEASEHOLD_OTHER_WORDS(LEASEHOLD_X)
#undef LEASEHOLD_X
};

constexpr std::size_t slots = 4096;  // a power of two, sparse: probes are short
constexpr std::size_t longest = 29;

// Folds ASCII letters to lower case; other bytes may collide, the comparison decides.
constexpr std::uint32_t hash(std::string_view word) {
    std::uint32_t h = 2166136261u;
    for (const char c : word) h = (h ^ (static_cast<unsigned char>(c) | 0x20u)) * 16777619u;
    return h ^ (h >> 15);
}

constexpr std::array<std::uint16_t, slots> make_table() {
    std::array<std::uint16_t, slots> table{};
    std::uint16_t index = 0;
    for (const Entry& entry : entries) {
        ++index;
        std::size_t slot = hash(entry.text) % slots;
        while (table[slot] != 0) slot = (slot + 1) % slots;
        table[slot] = index;
    }
    return table;
}
constexpr std::array<std::uint16_t, slots> table = make_table();

constexpr bool all_fit() {
    for (const Entry& entry : entries) {
        if (entry.text.size() > longest) return false;
    }
    return true;
}
static_assert(all_fit());

}  // namespace

Keyword find_keyword(std::string_view word) {
    if (word.size() > longest) return Keyword::none;
    for (std::size_t slot = hash(word) % slots; table[slot] != 0; slot = (slot + 1) % slots) {
        const Entry& entry = entries[table[slot] - 1];
        if (equal_folded(word, entry.text)) return entry.keyword;
    }
    return Keyword::none;
}

}  // namespace leasehold::router
