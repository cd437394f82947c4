// Prepared statements of one tablet connection: text to the tablet's statement id, least recently used first
// out, bounded in number and in bytes of text. A text is compared by pointer: sessions share texts through
// the worker's PreparedTexts. Thread: the worker's.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/memory_account.h"

namespace leasehold::pool {

// The text of a prepared statement and what the tablet said of it; shared by all that prepared the same text.
struct PreparedText {
    std::string sql;
};
using PreparedTextRef = std::shared_ptr<const PreparedText>;

class StatementCache {
  public:
    // Of the texts that one connection keeps alive. A longer one is kept alone.
    static constexpr std::size_t text_cap = std::size_t{1} << 20;

    explicit StatementCache(std::size_t cap) : cap_(cap) {}

    // The tablet's id of the statement, now the most recently used.
    std::optional<std::uint32_t> find(const PreparedTextRef& text);
    // Remembers a freshly prepared statement. Gives the ids of those that have to be closed on the tablet.
    std::vector<std::uint32_t> put(const PreparedTextRef& text, std::uint32_t id);
    // The tablet no longer knows it (or it was closed).
    void forget(const PreparedTextRef& text);
    // After a reset the tablet knows none.
    void clear();
    // All ids, which are to be closed on the tablet; the cache is empty then.
    std::vector<std::uint32_t> take_all();
    std::size_t size() const { return by_text_.size(); }
    std::size_t memory() const { return memory_.bytes(); }

  private:
    struct Entry {
        PreparedTextRef text;
        std::uint32_t id;
    };
    std::size_t cap_;
    std::size_t text_bytes_ = 0;
    std::list<Entry> recent_;  // the most recently used first
    std::unordered_map<const PreparedText*, std::list<Entry>::iterator> by_text_;
    void account();
    MemoryCharge memory_{MemoryPart::tablet_connections};
};

// Interns texts for one worker; a text lives as long as a session or a connection holds it.
class PreparedTexts {
  public:
    PreparedTextRef intern(std::string_view sql);
    std::size_t size() const { return texts_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    // The key views the text's own string; the entry is erased by the text's deleter.
    using Map = std::unordered_map<std::string_view, std::weak_ptr<const PreparedText>, Hash>;
    std::shared_ptr<Map> map_ = std::make_shared<Map>();
    Map& texts_ = *map_;
};

}  // namespace leasehold::pool
