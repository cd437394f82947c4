#include "proxy/prepared_statements.h"

#include <algorithm>

namespace leasehold::proxy {
namespace {

std::size_t bytes_of(const std::string& name, const NamedStatement& statement) {
    return allocated_size(sizeof(NamedStatement) + sizeof(std::string) + 32) + name.size() +
           statement.sql.size();
}

}  // namespace

void PreparedStatements::name(const std::string& name, NamedStatement statement) {
    erase(name);
    const auto added = named_.emplace(name, std::move(statement)).first;
    named_bytes_ += bytes_of(added->first, added->second);
    account();
}

const NamedStatement* PreparedStatements::find(std::string_view name) const {
    const auto found = named_.find(name);
    return found == named_.end() ? nullptr : &found->second;
}

bool PreparedStatements::erase(std::string_view name) {
    const auto found = named_.find(name);
    if (found == named_.end()) return false;
    named_bytes_ -= bytes_of(found->first, found->second);
    named_.erase(found);
    account();
    return true;
}

std::uint32_t PreparedStatements::add(PreparedStatement statement) {
    do {
        ++last_id_;
    } while (last_id_ == 0 || last_id_ == newest || statements_.contains(last_id_));
    newest_id_ = last_id_;
    statements_.emplace(last_id_, std::move(statement));
    account();
    return last_id_;
}

bool PreparedStatements::erase(std::uint32_t id) {
    id = id_of(id);
    const bool known = statements_.erase(id) > 0;
    if (id == newest_id_) forget_newest();
    account();
    return known;
}

void PreparedStatements::account() {
    constexpr std::size_t map_node = allocated_size(sizeof(PreparedStatement) + 24);
    memory_.set(statements_.size() * map_node + named_bytes_);
}

PreparedStatement* PreparedStatements::find(std::uint32_t id) {
    const auto found = statements_.find(id_of(id));
    return found == statements_.end() ? nullptr : &found->second;
}

bool PreparedStatements::has_long_data() const {
    return std::ranges::any_of(statements_,
                               [](const auto& entry) { return !entry.second.long_data.empty(); });
}

std::size_t PreparedStatements::clear() {
    const std::size_t count = size();
    statements_.clear();
    forget_newest();
    named_.clear();
    named_bytes_ = 0;
    account();
    return count;
}

}  // namespace leasehold::proxy
