#include "router/planner.h"

#include <algorithm>
#include <utility>

#include "base/mysql_errors.h"
#include "router/catalog.h"
#include "router/insert_values.h"
#include "router/keyspace_choice.h"
#include "router/next_values.h"
#include "router/session_statement.h"
#include "router/sharded_plan.h"
#include "router/skim.h"
#include "router/sql/statement_effects.h"
#include "router/text_prepared.h"
#include "router/unsupported.h"

namespace leasehold::router {

namespace {

// Effects that a read may have and still be sent again.
bool only_reads(const EffectSet& effects) {
    constexpr auto harmless = [] {
        EffectSet set;
        set.add(Effect::reads_user_variable);
        set.add(Effect::reads_connection_id);
        set.add(Effect::reads_insert_id);
        set.add(Effect::reads_session);
        set.add(Effect::calculates_found_rows);
        return set;
    }();
    return (effects.bits() & ~harmless.bits()) == 0;
}

// Locking reads, INTO and calls of stored functions (db.f()), wherever they stand; where the words are
// something else, caution costs little.
bool locks_or_writes(const TokenList& list) {
    const std::vector<Token>& tokens = list.tokens;
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (tokens[i].kind == TokenKind::dot && tokens[i + 2].kind == TokenKind::left_paren) return true;
    }
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const Keyword next = tokens[i + 1].keyword;
        if (tokens[i].keyword == Keyword::into) return true;
        if (tokens[i].keyword == Keyword::for_ && (next == Keyword::update || next == Keyword::share))
            return true;
        if (tokens[i].keyword == Keyword::lock && next == Keyword::in) return true;
    }
    return false;
}

bool writes_into(const TokenList& list) {
    return std::ranges::any_of(list.tokens,
                               [](const Token& token) { return token.keyword == Keyword::into; });
}

// EXPLAIN ANALYZE and ANALYZE run what they explain.
bool explains_only(const ParseTree& tree) {
    const auto* explain = tree.as<ExplainStatement>();
    if (explain == nullptr || !explain->analyze) return true;
    return explain->inner != nullptr && explain->inner->kind == StatementKind::select &&
           !locks_or_writes(tree.tokens);
}

bool returning(const ParseTree& tree) {
    if (const auto* insert = tree.as<InsertStatement>()) return !insert->returning.empty();
    if (const auto* deletion = tree.as<DeleteStatement>()) return !deletion->returning.empty();
    if (const auto* update = tree.as<UpdateStatement>()) return !update->returning.empty();
    return false;
}

bool is_read_only(const ParseTree& tree, const Effects& effects) {
    if (!tree.parsed() || !only_reads(effects.set)) return false;
    switch (tree.statement->kind) {
        case StatementKind::select:
            return !locks_or_writes(tree.tokens);
        case StatementKind::explain:
            return explains_only(tree);
        case StatementKind::show:
        case StatementKind::describe:
            return true;
        default:
            return false;
    }
}

bool returns_rows(const ParseTree& tree) {
    switch (tree.statement->kind) {
        case StatementKind::select:
            return !writes_into(tree.tokens);
        case StatementKind::show:
        case StatementKind::describe:
        case StatementKind::explain:
        case StatementKind::call:
        case StatementKind::execute:
        case StatementKind::handler:
        case StatementKind::xa:
            return true;
        case StatementKind::admin:
            return reports_on_tables(tree.tokens);
        default:
            return returning(tree);
    }
}

// What servers answer with names of databases in it, and not from tables.
bool shows_names(const ParseTree& tree) {
    switch (tree.statement->kind) {
        case StatementKind::show:
        case StatementKind::describe:
        case StatementKind::explain:
            return true;
        case StatementKind::admin:
            return reports_on_tables(tree.tokens);
        default:
            return false;
    }
}

class Planner {
  public:
    Planner(const PlanRequest& request, const std::shared_ptr<const Schema>& schema)
        : request_(request), schema_(schema), tree_(parse(request.sql, {request.mode, request.max_depth})) {}

    Result<PlanRef> plan() {
        if (tree_.outcome == ParseOutcome::empty) {
            const bool comment = request_.sql.find_first_not_of(" \t\r\n\f\v;") != std::string_view::npos;
            if (comment) {
                plan_->kind = StatementKind::other;
                return of_session(Nothing{});
            }
            return tree_.error;
        }
        if (const std::optional<NextValues> next = parse_next_values(tree_.tokens)) {
            if (const KeyspaceSchema* keyspace = sequence_keyspace(*next))
                return next_values(*next, *keyspace);
        }
        plan_->kind = tree_.statement->kind;
        plan_->effects = effects_of(tree_);
        plan_->read_only = is_read_only(tree_, plan_->effects);
        plan_->returns_rows = returns_rows(tree_);
        plan_->may_use_tables = tree_.outcome != ParseOutcome::parsed || !tree_.statement->tables.empty() ||
                                plan_->effects.set.has(Effect::calls_procedure) ||
                                plan_->effects.set.has(Effect::text_execute);
        plan_->inserts_query = inserts_query(tree_);
        plan_->inserts_unseen_values = inserts_unseen_values(tree_);
        plan_->catalog = catalog_use(tree_, request_.target);
        plan_->shows_names = shows_names(tree_);
        Result<std::optional<SessionStatement>> session = session_statement(tree_);
        if (!session) return session.error();
        const Target none;
        const Target& target = request_.target == nullptr ? none : *request_.target;
        if (*session && !asks_home_for_databases(**session, target)) return of_session(**std::move(session));
        if (!target.keyspace.empty() && schema_->find_keyspace(target.keyspace) == nullptr) {
            return unknown_database(target.keyspace);
        }
        // Who has chosen information_schema still finds all rows of what keyspaces are named for.
        const bool elsewhere = !target.schema.empty() && names_only_keyspaces(tree_, *schema_);
        if (target.shard && !elsewhere)
            return to_target(*schema_->find_keyspace(target.keyspace), *target.shard);
        const Result<KeyspaceChoice> choice = choose_keyspace(tree_, target, *schema_);
        if (!choice) return choice.error();
        return in_keyspace(*choice);
    }

    // After plan(): whether the statement's text has to change.
    bool edits_text() const { return edits_text_; }

  private:
    // SHOW DATABASES where a tablet has databases that are no keyspaces.
    bool asks_home_for_databases(const SessionStatement& statement, const Target& target) const {
        const auto* show = std::get_if<ShowProxy>(&statement);
        if (show == nullptr || show->what != ShowProxy::What::databases) return false;
        const Topology& topology = schema_->topology();
        const auto home = topology.home_of_other_databases(target.keyspace);
        return home && (target.keyspace.empty() || topology.keyspaces[*home].name == target.keyspace);
    }

    Result<PlanRef> of_session(SessionStatement statement) {
        plan_->opcode = Opcode::session;
        plan_->session = std::move(statement);
        return PlanRef(plan_);
    }

    Result<PlanRef> done(const KeyspaceSchema& keyspace, Opcode opcode,
                         std::unique_ptr<const Routing> routing) {
        plan_->keyspace = keyspace.index();
        plan_->opcode = opcode;
        plan_->asks_first = routing->asks_first();
        plan_->routing = std::move(routing);
        return PlanRef(plan_);
    }

    // The keyspace whose vschema has the sequence: the one named, the session's, or the only one.
    const KeyspaceSchema* sequence_keyspace(const NextValues& next) const {
        const auto has = [&](const KeyspaceSchema* keyspace) {
            return keyspace != nullptr && keyspace->sequence_ref(next.table, false).has_value();
        };
        if (!next.keyspace.empty()) {
            const KeyspaceSchema* named = schema_->find_keyspace(next.keyspace);
            return has(named) ? named : nullptr;
        }
        if (request_.target != nullptr) {
            if (request_.target->shard) return nullptr;
            const KeyspaceSchema* chosen = schema_->find_keyspace(request_.target->keyspace);
            if (has(chosen)) return chosen;
        }
        const KeyspaceSchema* only = nullptr;
        for (std::uint16_t i = 0; i < schema_->topology().keyspaces.size(); ++i) {
            if (!has(&schema_->keyspace(i))) continue;
            if (only != nullptr) return nullptr;
            only = &schema_->keyspace(i);
        }
        return only;
    }

    Result<PlanRef> next_values(const NextValues& next, const KeyspaceSchema& keyspace) {
        if (next.parameter && !request_.prepared) return misplaced_parameter();
        plan_->kind = StatementKind::select;
        plan_->returns_rows = true;
        plan_->prepared_as = NextRouting::prepared_as(next);
        return done(keyspace, Opcode::next,
                    std::make_unique<NextRouting>(*keyspace.sequence_ref(next.table, false),
                                                  keyspace.keyspace().name + "." + next.table, next,
                                                  request_.prepared));
    }

    Result<PlanRef> to_target(const KeyspaceSchema& keyspace, std::string_view shard_name) {
        const std::optional<std::uint16_t> shard = keyspace.keyspace().find_shard(shard_name);
        if (!shard) return unknown_database(keyspace.keyspace().name + ":" + std::string(shard_name));
        RoutingBase base{schema_, &keyspace, {request_.mode, {}}};
        return done(keyspace, Opcode::by_destination,
                    std::make_unique<FixedRouting>(std::move(base), std::vector{*shard},
                                                   "the shard the session chose"));
    }

    Result<PlanRef> in_keyspace(const KeyspaceChoice& choice) {
        if (choice.keyspace == nullptr) return without_keyspace(choice.needs_database);
        const KeyspaceSchema& keyspace = *choice.keyspace;
        if (keyspace.shard_count() == 0)
            return unsupported("keyspace " + keyspace.keyspace().name + " has no shard");
        RoutingBase base{schema_, &keyspace, {request_.mode, qualifier_edits(tree_, keyspace)}};
        edits_text_ = !base.text.edits.empty();
        if (edits_text_ && request_.prepared)
            plan_->prepared_as = unchanged_query(0, request_.sql, base.text).sql.value_or(std::string());
        if (choice.several) {
            const Query& query = *tree_.as<SelectStatement>()->query;
            return sharded(
                plan_select_of_keyspaces({tree_, plan_->effects, std::move(base), request_.prepared}, query),
                keyspace);
        }
        if (!keyspace.sharded()) {
            return done(keyspace, Opcode::unsharded,
                        std::make_unique<FixedRouting>(std::move(base), std::vector<std::uint16_t>{0},
                                                       "the one shard"));
        }
        if (tree_.statement->kind == StatementKind::set) return set_variables(&keyspace);
        if (!request_.prepared && tree_.tokens.parameters > 0) return misplaced_parameter();
        Result<std::optional<SessionStatement>> text = text_prepared_statement(tree_);
        if (!text) return text.error();
        if (*text && request_.prepared) {
            return make_error(mysql_error::unsupported_ps,
                              "This command is not supported in the prepared statement protocol yet");
        }
        if (*text) return of_session(**std::move(text));
        return sharded(plan_sharded({tree_, plan_->effects, std::move(base), request_.prepared,
                                     request_.gathers, request_.learned}),
                       keyspace);
    }

    Result<PlanRef> sharded(Result<ShardedPlan> planned, const KeyspaceSchema& keyspace) {
        if (!planned) return planned.error();
        plan_->merge = std::move(planned->merge);
        plan_->wants_columns = std::move(planned->wants_columns);
        plan_->uses_learned_columns = planned->uses_learned_columns;
        if (planned->opcode == Opcode::vindex && request_.prepared) {
            // No tablet knows the table; what stands in its place has the same columns without values.
            const Result<Route> route = planned->routing->route(request_.sql, {});
            if (!route) return route.error();
            plan_->prepared_as = route->shards.front().sql.value_or(std::string());
        }
        return done(keyspace, planned->opcode, std::move(planned->routing));
    }

    // What reads no table can be asked of any tablet.
    Result<PlanRef> without_keyspace(bool needs_database) {
        if (tree_.statement->kind == StatementKind::set) return set_variables(nullptr);
        if (tree_.outcome == ParseOutcome::invalid || plan_->kind == StatementKind::unknown)
            return tree_.error;
        if (needs_database || schema_->topology().keyspaces.empty()) return no_database();
        if (plan_->effects.set.has(Effect::global_read_lock) && tablets() > 1)
            return unsupported("FLUSH TABLES WITH READ LOCK without a keyspace: it would lock one tablet");
        const KeyspaceSchema& first = schema_->keyspace(0);
        if (first.shard_count() == 0) return no_database();
        RoutingBase base{schema_, &first, {request_.mode, {}}};
        return done(first, Opcode::any_shard,
                    std::make_unique<FixedRouting>(std::move(base), std::vector<std::uint16_t>{0},
                                                   "the first shard of the first keyspace"));
    }

    std::size_t tablets() const {
        std::size_t shards = 0;
        for (const Keyspace& keyspace : schema_->topology().keyspaces) shards += keyspace.shards.size();
        return shards;
    }

    // Sessions of several tablets carry the variables, so their values may not depend on rows of one.
    Result<PlanRef> set_variables(const KeyspaceSchema* keyspace) {
        if (tree_.outcome == ParseOutcome::invalid) return tree_.error;
        const auto refuse = [&](std::string_view what) -> Result<PlanRef> {
            if (keyspace == nullptr) return unsupported(std::string(what) + " without a keyspace");
            return unsupported_when_sharded(what, *keyspace);
        };
        const auto* set = tree_.as<SetStatement>();
        if (set == nullptr) return refuse("this form of SET");
        if (set->form != SetForm::assignments && set->form != SetForm::transaction) {
            return refuse("SET PASSWORD, SET ROLE and their like");
        }
        if (!tree_.statement->tables.empty()) return refuse("SET from a subquery");
        if (keyspace != nullptr) plan_->keyspace = keyspace->index();
        return of_session(SetVariables{});
    }

    Error misplaced_parameter() const {
        const auto parameter = std::ranges::find(tree_.tokens.tokens, TokenKind::parameter, &Token::kind);
        return syntax_error(request_.sql, parameter->offset);
    }

    const PlanRequest& request_;
    const std::shared_ptr<const Schema>& schema_;
    ParseTree tree_;
    bool edits_text_ = false;
    boost::intrusive_ptr<Plan> plan_{new Plan};
};

// From here on a text is large: its tree would take many times its size.
constexpr std::size_t large_statement = 64u << 10;

// Whether a plan asks nothing of the rows' text: it goes to one shard whatever they are, as it stands.
bool ignores_rows(const Plan& plan) {
    return plan.opcode == Opcode::by_destination || plan.opcode == Opcode::unsharded;
}

}  // namespace

Result<PlanRef> make_plan(const PlanRequest& request, const std::shared_ptr<const Schema>& schema) {
    if (request.sql.size() >= large_statement) {
        if (const std::optional<std::string> brief = without_plain_rows(request.sql, request.mode)) {
            PlanRequest short_request = request;
            short_request.sql = *brief;
            Planner planner(short_request, schema);
            Result<PlanRef> plan = planner.plan();
            if (plan && ignores_rows(**plan) && !planner.edits_text()) return plan;
        }
    }
    return Planner(request, schema).plan();
}

}  // namespace leasehold::router
