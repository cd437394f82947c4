// Makes a whole text-protocol result set in memory: for the admin port and for statements that the proxy
// answers itself. Small results only: everything is kept until finish(). Used by one thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/capabilities.h"
#include "wire/response_packets.h"

namespace leasehold::wire {

struct ResultColumn {
    std::string name;
    ColumnType type = ColumnType::var_string;
    ColumnFlags flags = 0;
    std::uint16_t collation = collation::utf8mb4_general_ci;  // numbers: collation::binary
    std::uint32_t length = 1024;                              // in bytes, at most
    std::uint8_t decimals = 0;
};
[[nodiscard]] ResultColumn text_column(std::string_view name);
[[nodiscard]] ResultColumn integer_column(std::string_view name);  // BIGINT
[[nodiscard]] ResultColumn double_column(std::string_view name);

class ResultSetBuilder {
  public:
    // `sequence`: of the first packet; 1 for the answer to a command.
    ResultSetBuilder(std::span<const ResultColumn> columns, Capabilities client, std::uint8_t sequence = 1,
                     StatusFlags status = server_status::autocommit);

    // As many values as columns; missing ones are NULL, further ones are dropped.
    void add_row(std::span<const TextValue> values);
    void add_row(std::initializer_list<TextValue> values) {
        add_row(std::span<const TextValue>(values.begin(), values.size()));
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t size() const { return out_.size(); }
    // Ends the result set and gives the frames. The builder is then empty.
    [[nodiscard]] Bytes finish(std::uint16_t warnings = 0);

  private:
    Bytes out_;
    std::size_t columns_;
    std::size_t rows_ = 0;
    Capabilities client_;
    std::uint8_t sequence_;
    StatusFlags status_;
};

}  // namespace leasehold::wire
