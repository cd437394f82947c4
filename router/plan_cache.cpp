#include "router/plan_cache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <boost/intrusive/list.hpp>
#include <unordered_set>
#include <utility>

#include "base/memory_account.h"
#include "router/merge_plan.h"
#include "router/planner.h"
#include "router/schema.h"
#include "router/sql/normalize.h"
#include "router/unsupported.h"
#include "router/value_ref.h"

namespace leasehold::router {

namespace {

// What an entry is found by, without owning it.
struct KeyView {
    std::string_view text;
    std::string_view keyspace;
    std::string_view shard;
    bool to_shard = false;
    bool prepared = false;
    SqlMode mode;
    std::uint64_t hash = 0;

    bool operator==(const KeyView& other) const {
        return hash == other.hash && text == other.text && keyspace == other.keyspace &&
               shard == other.shard && to_shard == other.to_shard && prepared == other.prepared &&
               mode == other.mode;
    }
};

// What a string has outside itself.
std::size_t text_bytes(const std::string& text) {
    return text.capacity() > std::string().capacity() ? allocated_size(text.capacity() + 1) : 0;
}

std::size_t texts_bytes(const std::vector<std::string>& texts) {
    std::size_t sum = texts.capacity() * sizeof(std::string);
    for (const std::string& text : texts) sum += text_bytes(text);
    return sum;
}

struct Entry : boost::intrusive::list_base_hook<> {
    Entry(const KeyView& key, PlanRef made)
        : text(key.text), keyspace(key.keyspace), shard(key.shard), view(key), plan(std::move(made)) {
        view.text = text;
        view.keyspace = keyspace;
        view.shard = shard;
    }
    std::size_t bytes() const {
        constexpr std::size_t set_node = 32;
        std::size_t sum = allocated_size(sizeof(Entry)) + set_node + text_bytes(text) + text_bytes(keyspace) +
                          text_bytes(shard) + allocated_size(sizeof(Plan)) + text_bytes(plan->prepared_as);
        if (plan->routing != nullptr) sum += plan->routing->bytes();
        if (plan->merge != nullptr) sum += plan->merge->bytes();
        const Effects& effects = plan->effects;
        for (const Assignment& assignment : effects.assignments) {
            sum += sizeof(assignment) + text_bytes(assignment.name) + text_bytes(assignment.value_sql);
        }
        return sum + texts_bytes(effects.advisory_locks) + texts_bytes(effects.tables);
    }

    std::string text;
    std::string keyspace;
    std::string shard;
    KeyView view;  // of the strings above
    PlanRef plan;
    std::size_t charged = 0;
};

struct ByKey {
    using is_transparent = void;
    static const KeyView& view(const std::unique_ptr<Entry>& entry) { return entry->view; }
    static const KeyView& view(const KeyView& key) { return key; }
    template <typename T>
    std::size_t operator()(const T& key) const {
        return view(key).hash;
    }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
        return view(a) == view(b);
    }
};

bool needs_values(const Plan& plan) {
    return plan.opcode == Opcode::equal_unique || plan.opcode == Opcode::equal || plan.opcode == Opcode::in ||
           plan.opcode == Opcode::subshard || plan.opcode == Opcode::insert ||
           plan.opcode == Opcode::gather || plan.opcode == Opcode::next || plan.opcode == Opcode::vindex ||
           plan.merge != nullptr;
}

}  // namespace

struct PlanCache::Impl {
    Impl(std::shared_ptr<const Topology> topology, PlanLimits plan_limits)
        : schema(std::make_shared<Schema>(std::move(topology))), limits(plan_limits) {}

    Result<PlannedStatement> plan(std::string_view sql, const PlanContext& context) {
        if (context.gathers || sql.size() > limits.max_cached_statement) return plan_uncached(sql, context);
        if (context.prepared) {
            Result<PlanRef> plan = find_or_make(sql, sql, XXH3_64bits(sql.data(), sql.size()), context);
            if (!plan) return plan.error();
            return PlannedStatement{*std::move(plan), {}, {}};
        }
        const Normalized normalized = normalize(sql, context.sql_mode, buffer);
        // Each KILL has another number, which its plan holds: kept, they would push out what is asked again.
        if (normalized.lexical_error || normalized.first_keyword == Keyword::kill)
            return plan_uncached(sql, context);
        const bool own = normalized.keyed_by_text;
        const std::uint64_t hash = own ? XXH3_64bits(sql.data(), sql.size()) : normalized.hash;
        Result<PlanRef> plan = find_or_make(sql, own ? sql : normalized.key, hash, context);
        if (!plan) return plan.error();
        PlannedStatement planned{*std::move(plan), {}, {}};
        if (needs_values(*planned.plan)) read_literals(sql, context.sql_mode, normalized.literals, planned);
        const MergePlan* const merge = planned.plan->merge.get();
        if (merge != nullptr && !merge->holds_for(planned.literals)) return plan_uncached(sql, context);
        return planned;
    }

    Result<PlannedStatement> plan_uncached(std::string_view sql, const PlanContext& context) {
        ++counts.misses;
        Result<PlanRef> plan = make(sql, context);
        if (!plan) return plan.error();
        PlannedStatement planned{*std::move(plan), {}, {}};
        if (!context.prepared && needs_values(*planned.plan)) {
            NormalizeBuffer own_buffer;  // too large to keep
            read_literals(sql, context.sql_mode, normalize(sql, context.sql_mode, own_buffer).literals,
                          planned);
        }
        return planned;
    }

    static void read_literals(std::string_view sql, SqlMode mode, std::span<const LiteralToken> literals,
                              PlannedStatement& planned) {
        planned.literals.reserve(literals.size());
        for (const LiteralToken& literal : literals) {
            planned.literals.push_back(routing_value(sql, literal, mode, planned.storage));
        }
    }

    Result<PlanRef> make(std::string_view sql, const PlanContext& context) const {
        return make_plan({sql, context.target, context.sql_mode, context.prepared, limits.max_depth,
                          context.gathers, &learned},
                         schema);
    }

    Result<PlanRef> find_or_make(std::string_view sql, std::string_view text, std::uint64_t text_hash,
                                 const PlanContext& context) {
        const KeyView key = key_of(text, text_hash, context);
        if (const auto found = entries.find(key); found != entries.end()) {
            ++counts.hits;
            Entry& entry = **found;
            recent.splice(recent.begin(), recent, recent.iterator_to(entry));
            return entry.plan;
        }
        ++counts.misses;
        Result<PlanRef> plan = make(sql, context);
        if (plan && !(*plan)->wants_columns) keep(key, *plan);
        return plan;
    }

    static KeyView key_of(std::string_view text, std::uint64_t text_hash, const PlanContext& context) {
        KeyView key{text, {}, {}, false, context.prepared, context.sql_mode, text_hash};
        if (context.target != nullptr) {
            key.keyspace = context.target->keyspace;
            key.hash ^= XXH3_64bits(key.keyspace.data(), key.keyspace.size());
            if (context.target->shard) {
                // A schema of the servers' own is no shard that a session chose.
                const std::string& schema = context.target->schema;
                key.shard = schema.empty() ? *context.target->shard : schema;
                key.to_shard = true;
                key.hash += XXH3_64bits(key.shard.data(), key.shard.size());
            }
        }
        return key;
    }

    void keep(const KeyView& key, PlanRef plan) {
        auto entry = std::make_unique<Entry>(key, std::move(plan));
        entry->charged = entry->bytes();
        if (entry->charged > limits.cache_bytes || limits.cache_entries == 0) return;
        while (!recent.empty() && (counts.bytes + entry->charged > limits.cache_bytes ||
                                   entries.size() >= limits.cache_entries)) {
            ++counts.evictions;
            drop(recent.back());
        }
        counts.bytes += entry->charged;
        memory.set(counts.bytes);
        recent.push_front(*entry);
        entries.insert(std::move(entry));
    }

    void drop(Entry& entry) {
        counts.bytes -= entry.charged;
        memory.set(counts.bytes);
        recent.erase(recent.iterator_to(entry));
        entries.erase(entries.find(entry.view));
    }

    void clear() {
        recent.clear();
        entries.clear();
        counts.bytes = 0;
        memory.set(0);
    }

    void forget_columns() {
        learned.clear();
        for (auto at = recent.begin(); at != recent.end();) {
            Entry& entry = *at++;
            if (entry.plan->uses_learned_columns) drop(entry);
        }
    }

    void shrink(std::size_t to_bytes) {
        while (!recent.empty() && counts.bytes > to_bytes) {
            ++counts.evictions;
            drop(recent.back());
        }
    }

    std::shared_ptr<const Schema> schema;
    PlanLimits limits;
    LearnedColumns learned;
    NormalizeBuffer buffer;
    std::unordered_set<std::unique_ptr<Entry>, ByKey, ByKey> entries;
    boost::intrusive::list<Entry> recent;  // every entry, the one used last in front; owned by `entries`
    PlanCacheStats counts;                 // without `entries`
    MemoryCharge memory{MemoryPart::plan_cache};
};

PlanCache::PlanCache(std::shared_ptr<const Topology> topology, PlanLimits limits)
    : impl_(std::make_unique<Impl>(std::move(topology), limits)) {}

PlanCache::~PlanCache() {
    impl_->clear();
}

Result<PlannedStatement> PlanCache::plan(std::string_view sql, const PlanContext& context) {
    return impl_->plan(sql, context);
}

Result<Route> PlanCache::route(const Plan& plan, std::string_view sql, std::span<const SqlValue> values) {
    return route(plan, sql, values, Supplies{});
}

Result<Route> PlanCache::route(const Plan& plan, std::string_view sql, std::span<const SqlValue> values,
                               const Supplies& supplies) {
    if (plan.routing == nullptr) return unsupported("routing a statement of the session");
    Result<Route> route =
        plan.asks_first ? plan.routing->route_with(sql, values, supplies) : plan.routing->route(sql, values);
    if (!route || plan.merge == nullptr || route->shards.size() == 1) return route;
    const Result<void> written = plan.merge->write(*route, sql, values);
    if (!written) return written.error();
    return route;
}

void PlanCache::replace_topology(std::shared_ptr<const Topology> topology) {
    impl_->clear();
    impl_->learned.clear();
    impl_->schema = std::make_shared<Schema>(std::move(topology));
}

void PlanCache::learn_columns(const KeyspaceTable& table, std::vector<std::string> columns) {
    impl_->learned.learn(table, std::move(columns));
}

bool PlanCache::forget_columns() {
    if (impl_->learned.empty()) return false;
    impl_->forget_columns();
    return true;
}

void PlanCache::shrink(std::size_t to_bytes) {
    impl_->shrink(to_bytes);
}

const Topology& PlanCache::topology() const {
    return impl_->schema->topology();
}

PlanCacheStats PlanCache::stats() const {
    PlanCacheStats stats = impl_->counts;
    stats.entries = impl_->entries.size();
    return stats;
}

}  // namespace leasehold::router
