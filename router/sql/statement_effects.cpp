#include "router/sql/statement_effects.h"

#include <algorithm>
#include <utility>

#include "router/sql/ddl_head.h"
#include "router/sql/effects_table.h"
#include "router/sql/fold.h"
#include "router/sql/normalize.h"
#include "router/sql/set_items.h"

namespace leasehold::router {
namespace {

// Effects of the text that PREPARE and EXECUTE IMMEDIATE hold are looked into once.
enum class Nesting : std::uint8_t { outer, prepared };
Effects collect_effects(const TokenList& list, StatementKind kind, bool known, Nesting nesting);

class Collector {
  public:
    Collector(const TokenList& list, StatementKind kind, Nesting nesting)
        : list_(list), kind_(kind), nesting_(nesting) {}

    Effects collect(bool known) {
        if (!known || kind_ == StatementKind::unknown) add(Effect::unknown);
        if (list_.empty()) return {};
        find_statement();
        by_kind();
        if (!holds_a_body()) scan();
        return std::move(effects_);
    }

  private:
    void add(Effect effect) { effects_.set.add(effect); }
    const Token& token(std::size_t i) const { return list_.tokens[std::min(i, list_.tokens.size() - 1)]; }
    Keyword word(std::size_t i) const { return token(i).keyword; }
    bool is(std::size_t i, TokenKind kind) const { return token(i).kind == kind; }
    bool ends(std::size_t i) const {
        return is(i, TokenKind::end) || is(i, TokenKind::error) || is(i, TokenKind::semicolon);
    }
    std::string_view text(std::size_t i) const { return token(i).text(list_.sql); }

    // SET STATEMENT a = 1 FOR statement: the statement begins behind FOR.
    void find_statement() {
        if (word(0) != Keyword::set || kind_ == StatementKind::set) return;
        const SetClause clause = read_set_clause(list_, 0);
        if (clause.form == SetForm::for_statement) first_ = clause.end + 1;
    }

    void by_kind() {
        switch (kind_) {
            case StatementKind::begin:
                return add(Effect::begins_transaction);
            case StatementKind::commit:
            case StatementKind::rollback:
                return completion();
            case StatementKind::ddl:
                return ddl();
            case StatementKind::lock_tables:
                add(Effect::implicit_commit);
                return add(Effect::locks_tables);
            case StatementKind::unlock_tables:
                return add(Effect::unlocks_tables);
            case StatementKind::flush:
                return flush();
            case StatementKind::prepare:
                add(Effect::text_prepare);
                effects_.prepared_name = to_lower(unquote_name(text(first_ + 1)));
                return prepared_text(first_ + 3);  // PREPARE name FROM text
            case StatementKind::execute:
                add(Effect::text_execute);
                if (word(first_ + 1) == Keyword::immediate) prepared_text(first_ + 2);
                return;
            case StatementKind::deallocate:
                effects_.prepared_name =
                    to_lower(unquote_name(text(first_ + 2)));  // {DEALLOCATE | DROP} PREPARE name
                return add(Effect::text_deallocate);
            case StatementKind::handler:
                return handler();
            case StatementKind::xa:
                return add(Effect::xa);
            case StatementKind::call:
                return add(Effect::calls_procedure);
            case StatementKind::set:
                return set();
            case StatementKind::show:
                return show();
            case StatementKind::admin:
                return admin();
            case StatementKind::other:
                if (word(first_) == Keyword::get) add(Effect::reads_previous);
                if (word(first_) == Keyword::binlog || word(first_) == Keyword::backup) add(Effect::unknown);
                return commits();
            default:
                return;
        }
    }

    // COMMIT and ROLLBACK; AND CHAIN begins the next transaction at once.
    void completion() {
        add(Effect::ends_transaction);
        for (std::size_t i = first_; !ends(i); ++i) {
            if (word(i) == Keyword::chain && word(i - 1) == Keyword::and_) add(Effect::begins_transaction);
        }
    }

    void ddl() {
        const auto head = read_ddl_head(list_.tokens, first_);
        if (!head) return add(Effect::implicit_commit);
        const bool table = head->object == DdlObject::table || head->object == DdlObject::sequence;
        const bool drops = head->verb == DdlVerb::drop && table;
        const bool makes = head->verb == DdlVerb::create && table && head->temporary;
        if (!head->temporary) add(Effect::implicit_commit);
        if (!drops && !makes) return;
        add(drops ? Effect::drops_table : Effect::makes_temporary_table);
        std::size_t i = head->next;
        do {
            i = table_name(i);
        } while (drops && is(i++, TokenKind::comma));
    }

    // Adds the name at `i`; the index behind it.
    std::size_t table_name(std::size_t i) {
        std::string name;
        while (is_name(token(i).kind)) {
            name += to_lower(unquote_name(text(i++)));
            if (!is(i, TokenKind::dot)) break;
            name += '.';
            ++i;
        }
        if (!name.empty()) effects_.tables.push_back(std::move(name));
        return i;
    }

    // FLUSH TABLES WITH READ LOCK; with table names, or FOR EXPORT, it is a LOCK TABLES.
    void flush() {
        add(Effect::implicit_commit);
        std::size_t i = first_ + 1;
        while (word(i) == Keyword::local || word(i) == Keyword::no_write_to_binlog) ++i;
        if (word(i) != Keyword::table && word(i) != Keyword::tables) return;
        const bool named = is_name(token(i + 1).kind) && word(i + 1) != Keyword::with;
        for (; !ends(i); ++i) {
            if (word(i) == Keyword::read && word(i + 1) == Keyword::lock) {
                add(named ? Effect::locks_tables : Effect::global_read_lock);
            }
            if (word(i) == Keyword::for_ && word(i + 1) == Keyword::export_) add(Effect::locks_tables);
        }
    }

    void prepared_text(std::size_t i) {
        if (!is(i, TokenKind::string) || nesting_ == Nesting::prepared) return add(Effect::unknown);
        const std::string statement = unescape_string(text(i), list_.mode);
        const TokenList inner = tokenize(statement, list_.mode);
        const Effects inside =
            collect_effects(inner, kind_of(inner.tokens), !inner.lexical_error(), Nesting::prepared);
        if (outlasts_statement(inside.set)) add(Effect::unknown);
    }

    void handler() {
        for (std::size_t i = first_ + 1; !ends(i); ++i) {
            if (word(i) == Keyword::open) return add(Effect::opens_handler);
            if (word(i) == Keyword::close) return add(Effect::closes_handler);
            if (word(i) == Keyword::read) return;
        }
    }

    void show() {
        switch (word(first_ + 1)) {
            case Keyword::warnings:
            case Keyword::errors:
            case Keyword::count:
            case Keyword::profile:
            case Keyword::profiles:
                add(Effect::reads_previous);
                break;
            default:
                break;
        }
    }

    void admin() {
        // LOCK INSTANCE FOR BACKUP: held until the connection ends.
        if (word(first_) == Keyword::lock) add(Effect::unknown);
        commits();
    }

    void commits() {
        if (word(first_) == Keyword::reset && word(first_ + 1) == Keyword::persist) return;
        for (const CommittingWords& words : committing_words()) {
            if (words.first != word(first_)) continue;
            if (words.second == Keyword::none || words.second == word(first_ + 1))
                add(Effect::implicit_commit);
        }
    }

    void set() {
        const SetClause clause = read_set_clause(list_, first_);
        switch (clause.form) {
            case SetForm::password:
            case SetForm::default_role:
                return add(Effect::implicit_commit);
            case SetForm::role:
            case SetForm::resource_group:
                return add(Effect::unknown);
            default:
                break;
        }
        if (!clause.well_formed) add(Effect::unknown);
        for (const SetItem& item : clause.items) {
            if (clause.form == SetForm::transaction) {
                transaction_characteristic(item);
            } else {
                assignment(item);
            }
        }
    }

    void assignment(const SetItem& item) {
        Assignment assignment;
        assignment.scope = item.scope;
        assignment.name = to_lower(set_item_name(list_, item));
        assignment.value_sql = joined_text(list_, item.value_first, item.value_last);
        assignment.literal = is_constant(item) && read_alike(item, assignment.value_sql);
        if (item.scope == VariableScope::user) {
            add(Effect::sets_user_variable);
            set_names_.push_back(item.name_first);
        } else if (item.scope != VariableScope::global && item.scope != VariableScope::persist) {
            add(Effect::sets_variable);
        }
        const bool insert_id = assignment.name == "last_insert_id" || assignment.name == "identity";
        if (insert_id && item.scope == VariableScope::session) add(Effect::sets_last_insert_id);
        effects_.assignments.push_back(std::move(assignment));
    }

    bool is_constant(const SetItem& item) const {
        std::size_t i = item.value_first;
        if (item.scope == VariableScope::names || item.scope == VariableScope::character_set) {
            while (i < item.value_last && (is_name(token(i).kind) || is(i, TokenKind::string))) ++i;
            return i == item.value_last && i > item.value_first;
        }
        const bool prefixed =
            is(i, TokenKind::introducer) || is(i, TokenKind::minus) || is(i, TokenKind::plus);
        if (prefixed) ++i;
        if (i + 1 != item.value_last) return false;
        return is_literal(token(i).kind) ||
               (!prefixed && is_name(token(i).kind) && is_same_later(item, word(i)));
    }

    // A string is told to other connections in a form that each of them reads alike, whatever its sql_mode
    // and character set. False: there is none.
    bool read_alike(const SetItem& item, std::string& value_sql) const {
        const std::size_t last = item.value_last - 1;
        if (item.scope == VariableScope::names || item.scope == VariableScope::character_set ||
            token(last).kind != TokenKind::string) {
            return true;
        }
        std::string quoted = "'";
        for (const char c : unescape_string(text(last), list_.mode)) {
            if (c == '\\' || static_cast<unsigned char>(c) >= 0x80) return false;
            if (c == '\'') quoted += c;
            quoted += c;
        }
        value_sql = joined_text(list_, item.value_first, last) + quoted + "'";
        return true;
    }

    // A bare word is a name among a variable's values, or a function that needs no parentheses.
    static bool is_same_later(const SetItem& item, Keyword name) {
        switch (name) {
            case Keyword::null:
            case Keyword::true_:
            case Keyword::false_:
                return true;
            case Keyword::current_date:
            case Keyword::current_time:
            case Keyword::current_timestamp:
            case Keyword::current_user:
            case Keyword::localtime:
            case Keyword::localtimestamp:
            case Keyword::utc_date:
            case Keyword::utc_time:
            case Keyword::utc_timestamp:
                return false;
            default:
                return item.scope != VariableScope::user;
        }
    }

    // As the assignment to the variable that it stands for.
    void transaction_characteristic(const SetItem& item) {
        const std::uint32_t server = list_.mode.server_version;
        const bool short_names = server >= 100000 && server < 110100;  // MariaDB before 11.1
        Assignment assignment;
        assignment.scope = item.scope;
        assignment.literal = true;
        if (word(item.name_first) == Keyword::isolation) {
            assignment.name = short_names ? "tx_isolation" : "transaction_isolation";
            assignment.value_sql = "'";
            for (std::size_t i = item.value_first; i < item.value_last; ++i) {
                if (i > item.value_first) assignment.value_sql += '-';
                for (const char c : text(i)) assignment.value_sql += to_upper(c);
            }
            assignment.value_sql += '\'';
        } else {
            assignment.name = short_names ? "tx_read_only" : "transaction_read_only";
            assignment.value_sql = word(item.value_last - 1) == Keyword::only ? "ON" : "OFF";
        }
        if (item.scope == VariableScope::session || item.scope == VariableScope::next_transaction) {
            add(Effect::sets_variable);
        }
        effects_.assignments.push_back(std::move(assignment));
    }

    // Stored programs and views do not run when they are made.
    bool holds_a_body() const {
        if (kind_ != StatementKind::ddl) return false;
        const auto head = read_ddl_head(list_.tokens, first_);
        return head && (head->has_body() || head->object == DdlObject::view);
    }

    void scan() {
        bool into = false;
        for (std::size_t i = 0; !is(i, TokenKind::end) && !is(i, TokenKind::error); ++i) {
            switch (token(i).kind) {
                case TokenKind::word:
                case TokenKind::quoted_identifier:
                    if (is(i + 1, TokenKind::left_paren) && !(i > 0 && is(i - 1, TokenKind::dot)))
                        function(i);
                    if (word(i) == Keyword::current_user) add(Effect::reads_session);
                    if (word(i) == Keyword::sql_calc_found_rows) add(Effect::calculates_found_rows);
                    if (word(i) == Keyword::previous && word(i + 1) == Keyword::value)
                        add(Effect::reads_previous);
                    into = word(i) == Keyword::into;
                    break;
                case TokenKind::user_variable:
                    user_variable(i, into);
                    break;
                case TokenKind::system_variable:
                    system_variable(i);
                    break;
                case TokenKind::comma:
                    break;
                case TokenKind::semicolon:
                    // A statement behind this one: it should have been split off.
                    if (!ends(i + 1)) add(Effect::unknown);
                    break;
                default:
                    into = false;
                    break;
            }
        }
    }

    void function(std::size_t i) {
        const Token& name_token = token(i);
        if (name_token.length < 4 || name_token.length > 26)
            return;  // shorter and longer than any in the table
        std::string_view name = text(i);
        if (name_token.kind == TokenKind::quoted_identifier) name = name.substr(1, name.size() - 2);
        if (equal_folded(name, "last_insert_id")) {
            add(is(i + 2, TokenKind::right_paren) ? Effect::reads_insert_id : Effect::sets_last_insert_id);
            return;
        }
        for (const NamedEffect& known : function_effects()) {
            if (!equal_folded(name, known.name)) continue;
            add(known.effect);
            if (known.effect == Effect::takes_advisory_lock || known.effect == Effect::frees_advisory_lock) {
                lock_name(i + 2, name);
            }
        }
    }

    // The first argument of GET_LOCK or RELEASE_LOCK.
    void lock_name(std::size_t i, std::string_view function_name) {
        if (is(i, TokenKind::introducer)) ++i;
        const bool alone = is(i + 1, TokenKind::comma) || is(i + 1, TokenKind::right_paren);
        const bool service =
            function_name.size() > 12;  // service_get_..._locks take a namespace and many names
        if (is(i, TokenKind::string) && alone && !service) {
            effects_.advisory_locks.push_back(unescape_string(text(i), list_.mode));
        } else if (is(i, TokenKind::parameter) && alone && !service) {
            const auto here = list_.tokens.begin() + static_cast<std::ptrdiff_t>(i);
            effects_.advisory_lock_parameters.push_back(static_cast<std::size_t>(
                std::ranges::count(list_.tokens.begin(), here, TokenKind::parameter, &Token::kind)));
        } else {
            effects_.advisory_lock_unnamed = true;
        }
    }

    void user_variable(std::size_t i, bool into) {
        if (i > 0 && token(i - 1).end() == token(i).offset &&
            (is_name(token(i - 1).kind) || is(i - 1, TokenKind::string))) {
            return;  // the host of 'user'@'host'
        }
        const bool set_name = next_set_name_ < set_names_.size() && set_names_[next_set_name_] == i;
        if (set_name) ++next_set_name_;
        const bool assigned = is(i + 1, TokenKind::assign) && kind_ != StatementKind::set;
        const bool diagnostic = kind_ == StatementKind::other && is(i + 1, TokenKind::equal);
        const bool out = kind_ == StatementKind::call || kind_ == StatementKind::load_data;
        if (set_name || assigned || diagnostic || out || into || is(i + 1, TokenKind::assign)) {
            add(Effect::sets_user_variable);
        }
        if (!(set_name || assigned || diagnostic || into)) add(Effect::reads_user_variable);
    }

    void system_variable(std::size_t i) {
        std::string_view name = text(i).substr(2);
        if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos)
            name.remove_prefix(dot + 1);
        if (name.size() > 2 && name.front() == '`') name = name.substr(1, name.size() - 2);
        for (const NamedEffect& known : variable_effects()) {
            if (equal_folded(name, known.name)) add(known.effect);
        }
    }

    static char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

    const TokenList& list_;
    StatementKind kind_;
    Nesting nesting_;
    std::size_t first_ = 0;
    std::vector<std::size_t> set_names_;  // tokens of user variables that SET assigns to, in order
    std::size_t next_set_name_ = 0;
    Effects effects_;
};

Effects collect_effects(const TokenList& list, StatementKind kind, bool known, Nesting nesting) {
    return Collector(list, kind, nesting).collect(known);
}

}  // namespace

StatementKind kind_of(const TokenList& tokens) {
    return kind_of(tokens.tokens);
}

Effects effects_of(const TokenList& tokens, StatementKind kind, bool known) {
    return collect_effects(tokens, kind, known, Nesting::outer);
}

Effects effects_of(const ParseTree& tree) {
    const bool known = tree.outcome == ParseOutcome::parsed || tree.outcome == ParseOutcome::empty;
    return effects_of(tree.tokens, tree.statement->kind, known);
}

}  // namespace leasehold::router
