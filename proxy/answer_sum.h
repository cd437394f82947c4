// The OK of one statement that ran on several shards. Pure.
#pragma once

#include <string>
#include <string_view>

#include "router/sql/statement_kind.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {

class AnswerSum {
  public:
    // Each shard did a part of the work, or all of them did the same to their copies of a table.
    enum class Of : unsigned char { parts, copies };
    AnswerSum(Of of, router::StatementKind kind) : of_(of), kind_(kind) {}
    AnswerSum(const AnswerSum&) = delete;
    AnswerSum& operator=(const AnswerSum&) = delete;

    void add(const wire::OkPacket& ok);
    // The first insert id that a shard gave, unless told otherwise. Status and session state are the
    // caller's. The info lives as long as this object, until the next add().
    const wire::OkPacket& total() const { return total_; }
    void set_insert_id(std::uint64_t id) { total_.last_insert_id = id; }

  private:
    Of of_;
    router::StatementKind kind_;
    wire::OkPacket total_;
    std::string info_;
};

// "Rows matched: 1  Changed: 0  Warnings: 0" and another of the same words: the words with the sums. What has
// other words leaves `sum` as it is.
std::string add_info(std::string sum, std::string_view more);

}  // namespace leasehold::proxy
