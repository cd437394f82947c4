#include "proxy/prepared_statements.h"

namespace leasehold::proxy {

std::uint32_t PreparedStatements::add(PreparedStatement statement) {
    do {
        ++last_id_;
    } while (last_id_ == 0 || statements_.contains(last_id_));
    statements_.emplace(last_id_, std::move(statement));
    return last_id_;
}

PreparedStatement* PreparedStatements::find(std::uint32_t id) {
    const auto found = statements_.find(id);
    return found == statements_.end() ? nullptr : &found->second;
}

std::size_t PreparedStatements::clear() {
    const std::size_t count = statements_.size();
    statements_.clear();
    return count;
}

}  // namespace leasehold::proxy
