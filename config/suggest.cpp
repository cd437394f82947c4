#include "config/suggest.h"

#include <algorithm>
#include <array>
#include <utility>

namespace leasehold::config {
namespace {

constexpr std::size_t max_length = 64;  // names longer than this are not compared

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    if (a.size() > max_length || b.size() > max_length) return std::max(a.size(), b.size());
    using Row = std::array<std::size_t, max_length + 1>;
    Row before{};
    Row last{};
    Row now{};
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
            bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before = last;
        last = now;
    }
    return last[b.size()];
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
    std::string_view best;
    std::size_t best_distance = max_length;
    for (std::string_view candidate : candidates) {
        std::size_t distance = edit_distance(name, candidate);
        std::size_t reach = std::max<std::size_t>(1, candidate.size() / 3);
        bool alike = distance <= reach && distance < name.size();  // something is left of what was written
        if (alike && distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace leasehold::config
