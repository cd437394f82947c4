// Why a lease is reserved. A closed set: each reason has a statement that adds it and one that ends it
// (docs/what_reserves.md). Pure.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace leasehold::pool {

enum class Reason : std::uint8_t {
    transaction,         // until COMMIT, ROLLBACK or an implicit commit
    advisory_lock,       // until the last GET_LOCK is released
    temporary_table,     // until the last one is dropped
    lock_tables,         // until UNLOCK TABLES
    global_read_lock,    // FLUSH TABLES WITH READ LOCK, until UNLOCK TABLES
    user_variable,       // until the session is reset
    text_prepare,        // SQL PREPARE, until DEALLOCATE
    previous_statement,  // FOUND_ROWS() and the like may follow; until the next statement that does not ask
    untracked_setting,   // a setting that cannot be replayed, until the session is reset
    handler,             // HANDLER ... OPEN, until CLOSE
    xa,                  // an XA transaction, until its end
    cursor,              // an open cursor, until it is closed or read to its end
    long_data,           // COM_STMT_SEND_LONG_DATA, until the execute
    procedure,           // CALL: what the body left behind cannot be known
    unknown_statement,   // the grammar does not know it
    gather,              // temporary tables of a gathered SELECT, until its answer has ended
};
inline constexpr std::size_t reason_count = 16;

std::string_view to_string(Reason reason);

class ReasonSet {
  public:
    constexpr ReasonSet() = default;
    constexpr ReasonSet(std::initializer_list<Reason> reasons) {
        for (const Reason reason : reasons) add(reason);
    }
    constexpr void add(Reason reason) { bits_ |= bit(reason); }
    constexpr void add(ReasonSet other) { bits_ |= other.bits_; }
    constexpr void remove(Reason reason) { bits_ &= static_cast<std::uint16_t>(~bit(reason)); }
    constexpr bool has(Reason reason) const { return (bits_ & bit(reason)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool only(Reason reason) const { return bits_ == bit(reason); }
    constexpr bool operator==(const ReasonSet&) const = default;

    template <typename F>
    constexpr void each(F&& f) const {
        for (unsigned rest = bits_; rest != 0; rest &= rest - 1) {
            f(static_cast<Reason>(std::countr_zero(rest)));
        }
    }

  private:
    static constexpr std::uint16_t bit(Reason reason) {
        return static_cast<std::uint16_t>(1u << static_cast<unsigned>(reason));
    }
    std::uint16_t bits_ = 0;
};

// "advisory_lock,transaction"; "" for none.
std::string to_string(ReasonSet reasons);

}  // namespace leasehold::pool
