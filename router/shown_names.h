// Keyspaces in place of databases in what a tablet says: messages, and the answers of SHOW and of reports on
// tables. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/topology.h"

namespace leasehold::router {

// Nothing: the message of this error (0: a warning) names no database that a keyspace has another name for.
std::optional<std::string> shown_message(const Topology& topology, std::uint16_t code,
                                         std::string_view message);

// The keyspace whose database this is, where that has another name; `keyspace` is asked first.
std::optional<std::string_view> shown_database(const Topology& topology, std::string_view keyspace,
                                               std::string_view database);

// A column of an answer to SHOW, DESCRIBE, EXPLAIN, CHECK TABLE and their like.
class ShownNames {
  public:
    explicit ShownNames(const Keyspace& keyspace) : keyspace_(keyspace) {}

    bool needed() const { return keyspace_.database != keyspace_.name; }
    // Headings: "Tables_in_customer_db".
    std::optional<std::string> heading(std::string_view name) const;
    // `column`: the heading, in any case. Nothing: the value stays as it is.
    std::optional<std::string> value(std::string_view column, std::string_view text) const;

  private:
    const Keyspace& keyspace_;
};

}  // namespace leasehold::router
