#include "proxy/prepared_statements.h"

namespace leasehold::proxy {

std::uint32_t PreparedStatements::add(PreparedStatement statement) {
    do {
        ++last_id_;
    } while (last_id_ == 0 || statements_.contains(last_id_));
    statements_.emplace(last_id_, std::move(statement));
    account();
    return last_id_;
}

bool PreparedStatements::erase(std::uint32_t id) {
    const bool known = statements_.erase(id) > 0;
    account();
    return known;
}

void PreparedStatements::account() {
    constexpr std::size_t map_node = allocated_size(sizeof(PreparedStatement) + 24);
    memory_.set(statements_.size() * map_node);
}

PreparedStatement* PreparedStatements::find(std::uint32_t id) {
    const auto found = statements_.find(id);
    return found == statements_.end() ? nullptr : &found->second;
}

std::size_t PreparedStatements::clear() {
    const std::size_t count = statements_.size();
    statements_.clear();
    account();
    return count;
}

}  // namespace leasehold::proxy
