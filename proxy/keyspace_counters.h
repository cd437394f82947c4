// What one worker counts for one keyspace. Written and read on the worker; summed over workers by
// proxy/view.cpp. Bounded: the error codes are a fixed number of places and one for the rest.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>

#include "base/counter.h"
#include "router/plan.h"

namespace leasehold::proxy {

inline constexpr std::size_t statement_kind_count =
    static_cast<std::size_t>(router::StatementKind::unknown) + 1;
inline constexpr std::size_t opcode_count = static_cast<std::size_t>(router::Opcode::session) + 1;

enum class TransactionKind : std::uint8_t { single, multi };
enum class TransactionOutcome : std::uint8_t { committed, rolled_back, failed };

struct KeyspaceCounters {
    std::array<std::array<std::uint64_t, statement_kind_count>, opcode_count> statements{};
    std::array<DurationHistogram, opcode_count> seconds;
    std::map<std::uint16_t, std::uint64_t> errors;  // by code, at most max_error_codes of them
    std::uint64_t other_errors = 0;
    std::uint64_t rows_out = 0, rows_in = 0;  // to clients; affected by them
    std::uint64_t bytes_out = 0, bytes_in = 0;
    std::array<std::array<std::uint64_t, 3>, 2> transactions{};  // kind, outcome
    std::uint64_t wait_us = 0;
    std::uint64_t gathered_rows = 0, gathered_bytes = 0;  // brought together for SELECTs
    std::chrono::steady_clock::time_point next_gather_log{};

    static constexpr std::size_t max_error_codes = 64;
    void count_error(std::uint16_t code) {
        const auto found = errors.find(code);
        if (found != errors.end()) {
            ++found->second;
        } else if (errors.size() < max_error_codes) {
            errors.emplace(code, 1);
        } else {
            ++other_errors;
        }
    }
    void count_transaction(TransactionKind kind, TransactionOutcome outcome) {
        ++transactions[static_cast<std::size_t>(kind)][static_cast<std::size_t>(outcome)];
    }
};

}  // namespace leasehold::proxy
