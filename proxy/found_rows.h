// FOUND_ROWS() after a statement, as MariaDB and MySQL have it: a query counts its rows also where they are
// no answer (INSERT ... SELECT, SELECT ... INTO), and what is no query leaves it as it was. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "router/plan.h"

namespace leasehold::proxy {

// "Records: 4  Duplicates: 0  Warnings: 0". Nothing: another text.
std::optional<std::uint64_t> records_of(std::string_view info);

// Whether the rows of the answer are those that FOUND_ROWS() counts.
bool counts_answer(const router::Plan& plan);

// Of a statement without rows that succeeded. `records`: what its info says. Nothing: as it was before.
std::optional<std::uint64_t> found_without_rows(const router::Plan& plan, std::uint64_t affected_rows,
                                                std::optional<std::uint64_t> records);

}  // namespace leasehold::proxy
