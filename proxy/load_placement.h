// Where one line of LOAD DATA's file belongs. Pure, but for asking one shard how the table's columns are
// called. Thread: the worker's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/query.h"
#include "proxy/table_columns.h"
#include "router/load_lines.h"
#include "router/load_routing.h"

namespace leasehold::proxy {

class LoadPlacement {
  public:
    // Errors: 1105 where the file's fields cannot be told without a list of columns; the shard's own.
    static net::Task<Result<LoadPlacement>> learn(Session& session, const router::Route& route);

    // How many fields a line has, and which of them shard_of() needs.
    std::size_t columns() const { return columns_; }
    const std::vector<std::size_t>& keys() const { return keys_; }

    // Unset: every shard. Errors: 1105, with the line's number.
    Result<std::optional<std::uint16_t>> shard_of(const router::LoadLines& lines) const;

  private:
    explicit LoadPlacement(const router::LoadRoute& load) : load_(&load) {}

    Result<void> find_keys(const std::vector<TableColumn>& table);

    const router::LoadRoute* load_;
    std::size_t columns_ = 0;
    std::vector<std::size_t> keys_;         // of the vindex, in order
    std::optional<std::size_t> generated_;  // place in keys_ of the column that a sequence would fill
    std::vector<bool> numbers_;             // of the vindex's columns
    bool other_charset_ = false;            // bytes from 0x80 are not those that the row will have
};

}  // namespace leasehold::proxy
