// Where a value that a plan routes by comes from: the values of the execution (literals of a text statement,
// parameters of a prepared one) or a constant of the plan.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/value.h"
#include "router/sql/normalize.h"
#include "router/sql/parser.h"

namespace leasehold::router {

struct ValueRef {
    enum class From : std::uint8_t { execution, constant };
    From from = From::execution;
    bool negated = false;  // written with a minus in front
    bool text = false;     // written with a character set in front: hex digits spell text, not a number
    std::uint32_t index = 0;

    bool operator==(const ValueRef&) const = default;
};

// The constants of one plan, with the bytes of their text.
class Constants {
  public:
    // The value that an expression is without being evaluated: a literal or a parameter, perhaps with a sign.
    // In a prepared statement literals become constants, because an execution brings only its parameters.
    std::optional<ValueRef> ref_to(const Expr& expr, const ParseTree& tree, bool prepared);
    // Copies what `value` views.
    ValueRef add(const SqlValue& value);
    const SqlValue& operator[](std::uint32_t index) const { return values_[index]; }
    std::size_t bytes() const { return bytes_; }

  private:
    std::optional<ValueRef> ref_to_literal(const LiteralExpr& literal, const ParseTree& tree, bool prepared);

    std::vector<SqlValue> values_;
    std::vector<std::unique_ptr<std::string>> text_;
    std::size_t bytes_ = 0;
};

// A value of one execution; `text` holds the digits of a negated number that no integer type can.
struct ReadValue {
    SqlValue value;
    std::unique_ptr<std::string> text;
};

// Unset: a negated value that is no number, or an index beyond what the execution brought.
std::optional<ReadValue> read_value(ValueRef ref, const Constants& constants,
                                    std::span<const SqlValue> execution);

// The values of a key of one column or more.
class ReadKey {
  public:
    std::span<const SqlValue> values() const {
        return rest_.empty() ? std::span(&first_.value, 1) : std::span(rest_);
    }

  private:
    friend std::optional<ReadKey> read_key(std::span<const ValueRef> refs, const Constants& constants,
                                           std::span<const SqlValue> execution);

    ReadValue first_;
    std::vector<SqlValue> rest_;  // all of them, when there are several
    std::vector<std::unique_ptr<std::string>> text_;
};
// Unset when one of the values is. `refs` has at least one.
std::optional<ReadKey> read_key(std::span<const ValueRef> refs, const Constants& constants,
                                std::span<const SqlValue> execution);

// A literal as routing wants it: its value, but hex and bit literals remain known as such.
SqlValue routing_value(std::string_view sql, const LiteralToken& literal, SqlMode mode,
                       std::vector<std::unique_ptr<std::string>>& storage);

}  // namespace leasehold::router
