// Rows as far as lookups are concerned: where they belong, and their values as literals that mean the same in
// any session. What to select for that, and what the answer's text says. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "router/lookup_owner.h"
#include "router/lookup_upkeep.h"
#include "router/needs.h"

namespace leasehold::router {

struct RowImage {
    KeyspaceId id;
    std::vector<std::string> key;                    // literals: of the columns that place the row
    std::vector<std::optional<std::string>> values;  // literals: one a lookup; unset: NULL
};

// Takes the place of the session's sql_select_limit.
inline constexpr std::string_view every_row = " LIMIT 18446744073709551615";

// Of a row that an INSERT gives. Errors: 1105 for a lookup's value that is not in the text.
Result<RowImage> image_of(const InsertedRows& inserted, const InsertedRow& row, const OwnedLookups& owned);

class RowImages {
  public:
    explicit RowImages(const OwnedLookups& owned) : owned_(owned) {}

    // The select list: the columns that place rows, those of the lookups, and further expressions.
    // `qualifier`: "`t`." or empty.
    std::string select_list(std::string_view qualifier, std::span<const std::string> expressions = {}) const;

    // Rows of the owner that have one of these keys and one of these values of a lookup, and perhaps others
    // of the same keys; locked against changes. All lists have at least one item.
    std::string rows_of(std::span<const RowImage> images, std::size_t lookup) const;

    // Rows of the owner that have a value of a lookup; likewise.
    std::string rows_with(std::size_t lookup, std::string_view value) const;

    // A row of the answer. `numeric`: of the answer's columns, whether they are numbers. Errors: 1105 for a
    // row that has no keyspace id.
    struct Read {
        RowImage image;
        std::vector<std::optional<std::string>> expressions;
    };
    Result<Read> read(std::span<const std::optional<std::string>> row,
                      const std::vector<bool>& numeric) const;

  private:
    const OwnedLookups& owned_;
};

}  // namespace leasehold::router
