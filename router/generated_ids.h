// The column of an INSERT that a sequence fills: which rows ask for an id, and where the ids go in the
// statement's text. An id is one more value of the execution, behind those that it brought: digits in a text
// statement, a parameter in a prepared one. Pure. Internal to the planner's INSERT.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "router/needs.h"
#include "router/statement_text.h"
#include "router/value_ref.h"

namespace leasehold::router {

// Which row gets which of the statement's ids.
struct AskingRows {
    std::vector<std::optional<std::uint32_t>> ids;  // one a row; unset: the row has a value of its own
    std::uint32_t count = 0;
};

struct GeneratedIds {
    // in_text: the statement has the column, so values of it are replaced; otherwise the column is added.
    enum class Form : std::uint8_t { in_text, added };
    // What a row says for the column.
    struct Given {
        std::optional<ValueRef> value;  // unset: DEFAULT
        TokenSpan place;
    };

    SequenceRef sequence;
    std::string words;   // "id from sequence commerce.customer_seq"
    std::string column;  // as it is written into the text
    Form form = Form::added;
    std::vector<Given> given;  // of the form in_text, one a row
    std::size_t rows = 0;
    bool set = false;              // INSERT ... SET
    bool zero_is_a_value = false;  // NO_AUTO_VALUE_ON_ZERO
    bool prepared = false;
    bool empty_rows = false;         // VALUES (), ()
    std::uint32_t columns_end = 0;   // before this token the column's name is added to the list of columns
    bool makes_list = false;         // there is no such list
    std::optional<std::size_t> key;  // which column of the primary vindex it is

    AskingRows asking(const Constants& constants, std::span<const SqlValue> values) const;
    std::size_t bytes() const;
};

// Writes the ids of one execution into texts.
class IdWriter {
  public:
    // `values`: how many the execution brought.
    IdWriter(const GeneratedIds& ids, const AskingRows& rows, std::uint64_t first_id, std::size_t values)
        : ids_(ids), rows_(rows), first_id_(first_id), values_(values) {}

    // From the text's begin to the token `to`, the list of columns completed on the way.
    void head(TextBuilder& builder, std::uint32_t to) const;
    // One row in parentheses, or the assignments of a SET.
    void row(TextBuilder& builder, std::size_t row, TokenSpan span) const;

  private:
    void id(TextBuilder& builder, std::uint32_t which) const;

    const GeneratedIds& ids_;
    const AskingRows& rows_;
    std::uint64_t first_id_;
    std::size_t values_;
};

}  // namespace leasehold::router
