#include "pool/statement_cache.h"

namespace leasehold::pool {

std::optional<std::uint32_t> StatementCache::find(const PreparedTextRef& text) {
    const auto found = by_text_.find(text.get());
    if (found == by_text_.end()) return std::nullopt;
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->id;
}

std::vector<std::uint32_t> StatementCache::put(const PreparedTextRef& text, std::uint32_t id) {
    recent_.push_front({text, id});
    by_text_[text.get()] = recent_.begin();
    text_bytes_ += text->sql.size();
    std::vector<std::uint32_t> oldest;
    while (recent_.size() > cap_ || (text_bytes_ > text_cap && recent_.size() > 1)) {
        const Entry& last = recent_.back();
        oldest.push_back(last.id);
        text_bytes_ -= last.text->sql.size();
        by_text_.erase(last.text.get());
        recent_.pop_back();
    }
    account();
    return oldest;
}

void StatementCache::forget(const PreparedTextRef& text) {
    const auto found = by_text_.find(text.get());
    if (found == by_text_.end()) return;
    text_bytes_ -= text->sql.size();
    recent_.erase(found->second);
    by_text_.erase(found);
    account();
}

void StatementCache::account() {
    constexpr std::size_t list_node = 48;
    constexpr std::size_t map_node = 48;  // with its share of the buckets
    memory_.set(recent_.size() * (list_node + map_node));
}

std::vector<std::uint32_t> StatementCache::take_all() {
    std::vector<std::uint32_t> ids;
    for (const Entry& entry : recent_) ids.push_back(entry.id);
    clear();
    return ids;
}

void StatementCache::clear() {
    by_text_.clear();
    recent_.clear();
    text_bytes_ = 0;
    account();
}

namespace {

// The text, its reference counts and its place in the map.
std::int64_t text_bytes(std::string_view sql) {
    constexpr std::size_t control_block = 64;
    constexpr std::size_t map_node = 80;
    return static_cast<std::int64_t>(allocated_size(sizeof(PreparedText)) + allocated_size(sql.size() + 1) +
                                     control_block + map_node);
}

}  // namespace

PreparedTextRef PreparedTexts::intern(std::string_view sql) {
    const auto found = texts_.find(sql);
    if (found != texts_.end()) {
        if (auto text = found->second.lock()) return text;
        texts_.erase(found);
    }
    const auto forget = [map = std::weak_ptr<Map>(map_)](const PreparedText* gone) {
        if (const auto alive = map.lock()) alive->erase(gone->sql);
        charge(MemoryPart::prepared_statements, -text_bytes(gone->sql));
        delete gone;
    };
    const PreparedTextRef text(new PreparedText{std::string(sql)}, forget);
    charge(MemoryPart::prepared_statements, text_bytes(text->sql));
    texts_.emplace(text->sql, text);
    return text;
}

}  // namespace leasehold::pool
