// SELECT NEXT VALUE FROM seq, SELECT NEXT n VALUES FROM seq: Vitess's way to ask for ids of a sequence (its
// grammar, go/vt/sqlparser/sql.y, rule select_statement; FOR in place of FROM as well). Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "router/routing.h"
#include "router/sql/lexer.h"

namespace leasehold::router {

struct NextValues {
    std::string keyspace;  // empty: not qualified
    std::string table;
    std::uint64_t count = 1;  // as written
    bool literal = false;     // the count is the text's first literal
    bool parameter = false;   // the count is a parameter
};

// Nothing for any other statement.
std::optional<NextValues> parse_next_values(const TokenList& tokens);

// The first of the ids, as a row that the sequence's own tablet makes.
class NextRouting final : public Routing {
  public:
    NextRouting(SequenceRef sequence, std::string name, const NextValues& asked, bool prepared)
        : sequence_(std::move(sequence)),
          name_(std::move(name)),
          from_execution_(asked.parameter || (asked.literal && !prepared)),
          count_(asked.count),
          prepared_(prepared) {}
    Result<Route> route(std::string_view sql, std::span<const SqlValue> values) const override;
    bool asks_first() const override { return true; }
    Result<std::optional<Need>> need(std::span<const SqlValue> values, const Supplies& had) const override;
    Result<Route> route_with(std::string_view sql, std::span<const SqlValue> values,
                             const Supplies& supplies) const override;
    std::string describe() const override { return "ids of sequence " + name_; }
    std::size_t bytes() const override { return sizeof(*this) + name_.size() + sequence_.table.size(); }

    // A statement with the same columns and as many parameters.
    static std::string prepared_as(const NextValues& asked);

  private:
    SequenceRef sequence_;
    std::string name_;
    bool from_execution_;
    std::uint64_t count_;
    bool prepared_;
};

}  // namespace leasehold::router
