#include "router/placement.h"

#include <algorithm>
#include <deque>
#include <tuple>

namespace leasehold::router {

namespace {

// Lists of several columns have so many combinations at most, and a statement so many tables whose columns
// are compared with each other's.
constexpr std::size_t max_keys = 256;
constexpr std::size_t max_instances = 64;

bool is_spread(const TableInstance& instance) {
    return instance.table->type != TableType::reference;
}

class Placer {
  public:
    Placer(const Analysis& analysis, const TokenList& tokens) : analysis_(analysis), tokens_(tokens) {
        links_from_.resize(analysis.columns.size());
        for (const Link& link : analysis.links) links_from_[link.from].push_back(link.to);
        columns_of_.resize(analysis.instances.size());
        for (ColumnId id = 0; id < analysis.columns.size(); ++id) {
            columns_of_[analysis.columns[id].instance].push_back(id);
        }
    }

    Placement place() {
        Placement placement;
        for (const TableInstance& instance : analysis_.instances) placement.sharded |= is_spread(instance);
        if (!placement.sharded) return placement;
        pin(false);
        pin(true);
        placement.obstacle = obstacle();
        std::set<std::pair<const Vindex*, std::vector<std::uint32_t>>> known;
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            if (!is_spread(analysis_.instances[i])) continue;
            std::optional<Choice> choice = choose(i);
            if (!choice) {
                placement.constraints.clear();
                placement.split.reset();
                return placement;
            }
            if (!known.insert({choice->constraint.vindex.get(), choice->reasons}).second) continue;
            placement.split = choice->list == nullptr ? std::nullopt : std::optional(split_of(*choice->list));
            placement.constraints.push_back(std::move(choice->constraint));
        }
        if (placement.constraints.size() != 1) placement.split.reset();
        return placement;
    }

    std::vector<std::optional<KeyConstraint>> place_each() {
        pin(false);
        pin(true);
        std::vector<std::optional<KeyConstraint>> places;
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            std::optional<Choice> choice;
            if (is_spread(analysis_.instances[i])) choice = choose(i);
            places.push_back(choice ? std::optional(std::move(choice->constraint)) : std::nullopt);
        }
        return places;
    }

  private:
    // Carries restrictions along the links; what has one keeps it.
    void pin(bool lists) {
        pinned_.resize(analysis_.columns.size());
        std::deque<ColumnId> reached;
        for (std::uint32_t i = 0; i < analysis_.restrictions.size(); ++i) {
            const Restriction& restriction = analysis_.restrictions[i];
            if (restriction.list != lists || pinned_[restriction.column]) continue;
            pinned_[restriction.column] = i;
            reached.push_back(restriction.column);
        }
        while (!reached.empty()) {
            const ColumnId from = reached.front();
            reached.pop_front();
            for (const ColumnId to : links_from_[from]) {
                if (pinned_[to]) continue;
                pinned_[to] = pinned_[from];
                reached.push_back(to);
            }
        }
    }

    // How one instance is restricted, and by which restrictions (or to which shard).
    struct Choice {
        KeyConstraint constraint;
        std::vector<std::uint32_t> reasons;
        const InExpr* list = nullptr;
    };

    std::optional<std::uint32_t> restriction_of(std::uint32_t instance, const std::string& column) const {
        const std::optional<ColumnId> id = column_of(instance, column);
        return id ? pinned_[*id] : std::nullopt;
    }

    // The cheapest unique vindex whose columns are all restricted; a single value before a list.
    std::optional<Choice> choose(std::uint32_t instance) const {
        const SchemaTable& table = *analysis_.instances[instance].table;
        if (table.pinned) {
            Choice pinned;
            pinned.constraint.what = table.name;
            pinned.constraint.shard = *table.pinned;
            pinned.reasons = {*table.pinned};
            return pinned;
        }
        std::optional<Choice> best;
        for (const TableVindex& use : table.vindexes) {
            if (use.vindex == nullptr || (!use.vindex->unique() && use.vindex->lookup() == nullptr)) continue;
            std::optional<Choice> choice = restricted_by(instance, use);
            if (!choice) continue;
            choice->constraint.what = table.name + "." + words_for(use);
            const auto rank = [](const KeyConstraint& c) {
                return std::tuple(c.vindex->lookup() != nullptr, c.partial(), c.list, c.vindex->cost());
            };
            if (!best || rank(choice->constraint) < rank(best->constraint)) best = std::move(choice);
        }
        return best;
    }

    std::optional<Choice> restricted_by(std::uint32_t instance, const TableVindex& use) const {
        if (use.columns.size() > 1) return restricted_by_columns(instance, use);
        Choice choice;
        KeyConstraint& constraint = choice.constraint;
        constraint.vindex_name = use.name;
        constraint.vindex = use.vindex;
        for (const std::string& column : use.columns) {
            const std::optional<std::uint32_t> index = restriction_of(instance, column);
            if (!index) return std::nullopt;
            const Restriction& restriction = analysis_.restrictions[*index];
            constraint.list = restriction.list;
            constraint.null_safe = restriction.null_safe;
            constraint.values.insert(constraint.values.end(), restriction.values.begin(),
                                     restriction.values.end());
            choice.reasons.push_back(*index);
            choice.list = restriction.in;
        }
        return choice;
    }

    // Every combination of the columns' values; without those behind the first column that is not restricted,
    // for vindexes that allow it.
    std::optional<Choice> restricted_by_columns(std::uint32_t instance, const TableVindex& use) const {
        Choice choice;
        KeyConstraint& constraint = choice.constraint;
        constraint.vindex_name = use.name;
        constraint.vindex = use.vindex;
        std::vector<std::vector<ValueRef>> keys{{}};
        for (const std::string& column : use.columns) {
            const std::optional<std::uint32_t> index = restriction_of(instance, column);
            if (!index) break;
            const Restriction& restriction = analysis_.restrictions[*index];
            if (keys.size() * restriction.values.size() > max_keys) break;
            std::vector<std::vector<ValueRef>> longer;
            for (const std::vector<ValueRef>& key : keys) {
                for (const ValueRef value : restriction.values) longer.emplace_back(key).push_back(value);
            }
            keys = std::move(longer);
            constraint.list |= restriction.list;
            constraint.null_safe |= restriction.null_safe;
            choice.reasons.push_back(*index);
        }
        constraint.columns = choice.reasons.size();
        if (constraint.columns == 0) return std::nullopt;
        if (constraint.columns < use.columns.size() && !use.vindex->partial()) return std::nullopt;
        for (const std::vector<ValueRef>& key : keys) {
            constraint.values.insert(constraint.values.end(), key.begin(), key.end());
        }
        return choice;
    }

    static std::string words_for(const TableVindex& use) {
        if (use.columns.size() == 1) return use.columns.front();
        std::string words;
        for (const std::string& column : use.columns) words += (words.empty() ? "(" : ", ") + column;
        return words + ")";
    }

    SplitList split_of(const InExpr& in) const {
        SplitList split;
        for (const Expr* element : in.list) split.elements.push_back(tokens_of(tokens_, element->range));
        return split;
    }

    // Concatenation is right when every spread table's rows that belong to one row of the first table of the
    // outermost FROM stand on that row's shard.
    std::string obstacle() const {
        if (!analysis_.system_table.empty())
            return analysis_.system_table + " together with tables of the keyspace";
        if (!analysis_.join_obstacle.empty()) return analysis_.join_obstacle;
        const std::optional<std::uint32_t> root = find_root();
        const std::vector<bool> attached =
            root ? attached_to(*root) : std::vector<bool>(analysis_.instances.size());
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            const TableInstance& instance = analysis_.instances[i];
            if (!is_spread(instance)) continue;
            if (instance.table->pinned) return "pinned table " + instance.table->name + " together with rows";
            if (!attached[i]) return words_for(instance, root);
        }
        return {};
    }

    std::optional<std::uint32_t> find_root() const {
        for (std::uint32_t i = 0; i < analysis_.instances.size(); ++i) {
            const TableInstance& instance = analysis_.instances[i];
            const Scope& scope = analysis_.scopes[instance.scope];
            if (scope.kind == ScopeKind::top && is_spread(instance) &&
                !scope.sources[instance.source].nullable)
                return i;
        }
        return std::nullopt;
    }

    std::vector<bool> attached_to(std::uint32_t root) const {
        std::vector<bool> attached(analysis_.instances.size(), false);
        struct Reached {
            ColumnId column;
            const Vindex* vindex;
        };
        std::deque<Reached> queue;
        std::set<std::pair<ColumnId, const Vindex*>> seen;
        const auto attach = [&](std::uint32_t instance) {
            attached[instance] = true;
            for (const ColumnId id : columns_of_[instance]) {
                for (const Vindex* vindex : vindexes_on(id)) {
                    if (seen.insert({id, vindex}).second) queue.push_back({id, vindex});
                }
            }
        };
        attach(root);
        for (std::optional<std::uint32_t> next = root; next; next = joined_by_columns(attached)) {
            if (!attached[*next]) attach(*next);
            follow(queue, seen, attached, attach);
        }
        return attached;
    }

    template <typename Queue, typename Seen, typename Attach>
    void follow(Queue& queue, Seen& seen, const std::vector<bool>& attached, const Attach& attach) const {
        while (!queue.empty()) {
            const auto reached = queue.front();
            queue.pop_front();
            for (const ColumnId to : links_from_[reached.column]) {
                if (!seen.insert({to, reached.vindex}).second) continue;
                queue.push_back({to, reached.vindex});
                const std::vector<const Vindex*> there = vindexes_on(to);
                const std::uint32_t instance = analysis_.columns[to].instance;
                if (!attached[instance] && std::ranges::find(there, reached.vindex) != there.end())
                    attach(instance);
            }
        }
    }

    // A table that is not attached but joined to one that is on all columns of a vindex they share.
    std::optional<std::uint32_t> joined_by_columns(const std::vector<bool>& attached) const {
        if (analysis_.instances.size() > max_instances) return std::nullopt;
        for (std::uint32_t to = 0; to < attached.size(); ++to) {
            if (attached[to] || !is_spread(analysis_.instances[to])) continue;
            for (std::uint32_t from = 0; from < attached.size(); ++from) {
                if (attached[from] && joined_by_columns(from, to)) return to;
            }
        }
        return std::nullopt;
    }

    bool joined_by_columns(std::uint32_t from, std::uint32_t to) const {
        for (const TableVindex& a : analysis_.instances[from].table->vindexes) {
            if (a.columns.size() < 2 || a.vindex == nullptr || !a.vindex->unique()) continue;
            for (const TableVindex& b : analysis_.instances[to].table->vindexes) {
                if (a.vindex != b.vindex || a.columns.size() != b.columns.size()) continue;
                bool all = true;
                for (std::size_t i = 0; all && i < a.columns.size(); ++i) {
                    all = linked(from, a.columns[i], to, b.columns[i]);
                }
                if (all) return true;
            }
        }
        return false;
    }

    bool linked(std::uint32_t from, const std::string& from_column, std::uint32_t to,
                const std::string& to_column) const {
        const std::optional<ColumnId> start = column_of(from, from_column);
        const std::optional<ColumnId> goal = column_of(to, to_column);
        if (!start || !goal) return false;
        std::vector<bool> seen(analysis_.columns.size(), false);
        std::deque<ColumnId> queue{*start};
        seen[*start] = true;
        while (!queue.empty() && !seen[*goal]) {
            for (const ColumnId next : links_from_[queue.front()]) {
                if (!seen[next]) queue.push_back(next);
                seen[next] = true;
            }
            queue.pop_front();
        }
        return seen[*goal];
    }

    std::optional<ColumnId> column_of(std::uint32_t instance, const std::string& name) const {
        for (const ColumnId id : columns_of_[instance]) {
            if (analysis_.columns[id].name == name) return id;
        }
        return std::nullopt;
    }

    std::vector<const Vindex*> vindexes_on(ColumnId id) const {
        const InstanceColumn& column = analysis_.columns[id];
        std::vector<const Vindex*> found;
        for (const TableVindex& use : analysis_.instances[column.instance].table->vindexes) {
            if (use.vindex != nullptr && use.vindex->unique() && use.vindex->lookup() == nullptr &&
                use.columns.size() == 1 && use.columns.front() == column.name) {
                found.push_back(use.vindex.get());
            }
        }
        return found;
    }

    std::string words_for(const TableInstance& instance, std::optional<std::uint32_t> root) const {
        const std::string& table = instance.table->name;
        switch (analysis_.scopes[instance.scope].kind) {
            case ScopeKind::subquery:
                return "a subquery on " + table;
            case ScopeKind::derived:
                return "a derived table on " + table;
            case ScopeKind::common_table:
                return "a common table expression on " + table;
            case ScopeKind::set_operand:
                return "UNION";
            case ScopeKind::top:
                break;
        }
        if (!root) return "an outer join that keeps the rows of a table which every shard has";
        return "a join of " + analysis_.instances[*root].table->name + " and " + table +
               " that is not on a vindex they share";
    }

    const Analysis& analysis_;
    const TokenList& tokens_;
    std::vector<std::vector<ColumnId>> links_from_;
    std::vector<std::vector<ColumnId>> columns_of_;     // by instance
    std::vector<std::optional<std::uint32_t>> pinned_;  // by column: which restriction
};

}  // namespace

Placement place(const Analysis& analysis, const TokenList& tokens) {
    return Placer(analysis, tokens).place();
}

std::vector<std::optional<KeyConstraint>> place_each(const Analysis& analysis, const TokenList& tokens) {
    return Placer(analysis, tokens).place_each();
}

TokenSpan tokens_of(const TokenList& list, Range range) {
    const auto first = std::ranges::lower_bound(list.tokens, range.begin, {}, &Token::offset);
    const auto last = std::ranges::lower_bound(first, list.tokens.end(), range.end, {}, &Token::offset);
    return {static_cast<std::uint32_t>(first - list.tokens.begin()),
            static_cast<std::uint32_t>(last - list.tokens.begin())};
}

}  // namespace leasehold::router
