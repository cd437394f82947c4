// Statements in, EXPLAIN ROUTE out: every file of testdata/. LEASEHOLD_REWRITE_TESTDATA=1 writes the answers
// anew (read the difference before keeping it).
//
// A case is a block of lines between empty ones: the statement, a line `--`, the answer. Lines that begin
// with `#` are comments. In front of a statement: `@target NAME` (for all blocks behind it), `@mode SQL_MODE`
// (likewise, `@mode` alone ends it), `@prepared VALUES` (for this block: its parameters, as literals), `@ids
// N` (for this block: the first id that a sequence gives), `@rows HEX HEX` (likewise: what a lookup table
// answers).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "router/explain.h"
#include "router/plan_cache.h"
#include "router/sql/normalize.h"
#include "router/sql/printer.h"
#include "router/value_ref.h"
#include "tests/router/test_topology.h"

namespace leasehold::router {
namespace {

struct Case {
    std::size_t line = 0;
    std::vector<std::string> head;  // comments and directives, as written
    std::string sql;
    std::string expected;
};

struct CaseFile {
    std::vector<Case> cases;

    static CaseFile read(const std::filesystem::path& path) {
        CaseFile file;
        std::ifstream in(path);
        std::string text;
        Case current;
        bool answer = false;
        const auto finish = [&] {
            if (!current.sql.empty() || !current.head.empty()) file.cases.push_back(std::move(current));
            current = Case{};
            answer = false;
        };
        for (std::size_t number = 1; std::getline(in, text); ++number) {
            if (text.empty()) {
                finish();
            } else if (current.sql.empty() && (text[0] == '#' || text[0] == '@')) {
                current.head.push_back(text);
            } else if (text == "--") {
                answer = true;
            } else if (answer) {
                current.expected += text + "\n";
            } else {
                if (current.sql.empty()) current.line = number;
                current.sql += (current.sql.empty() ? "" : "\n") + text;
            }
        }
        finish();
        return file;
    }

    void write(const std::filesystem::path& path) const {
        std::ofstream out(path);
        bool first = true;
        for (const Case& c : cases) {
            if (!first) out << "\n";
            first = false;
            for (const std::string& line : c.head) out << line << "\n";
            if (!c.sql.empty()) out << c.sql << "\n--\n" << c.expected;
        }
    }
};

// What a plan decides, without the texts that depend on how the statement is spelled.
std::string decisions(const std::string& explained) {
    std::istringstream in(explained);
    std::string decided;
    for (std::string line; std::getline(in, line);) {
        for (const std::string_view name : {"plan:", "statement:", "keyspace:", "route:", "properties:",
                                            "effects:", "locks:", "tables:", "columns:"}) {
            if (line.starts_with(name)) decided += line + "\n";
        }
        // Of which shards, not what they get.
        if (line.starts_with("shard ")) decided += line.substr(0, line.find(':')) + "\n";
    }
    return decided;
}

class Runner {
  public:
    std::string run(const Case& c) {
        bool prepared = false;
        std::string values;
        supplies_ = {};
        for (const std::string& line : c.head) {
            const std::string word = line.substr(0, line.find(' '));
            const std::string rest = word.size() < line.size() ? line.substr(word.size() + 1) : "";
            if (word == "@target")
                target_ = rest == "none" ? Target{} : parse_target(rest, {}, cache_.topology()).value();
            if (word == "@mode") mode_ = parse_sql_mode(rest);
            if (word == "@ids") supplies_.first_id = std::stoull(rest);
            if (word == "@rows") {
                std::vector<TextRow>& rows = supplies_.rows.emplace_back();
                std::istringstream ids(rest);
                for (std::string id; ids >> id;) rows.push_back({id});
            }
            if (word == "@prepared") {
                prepared = true;
                values = rest;
            }
        }
        if (c.sql.empty()) return {};
        const std::string answer = plan(c.sql, prepared, values);
        check_printed(c, prepared, values, answer);
        return answer;
    }

    std::size_t printed() const { return printed_; }

  private:
    // Printed from its tree and parsed again, a statement has the same tree: it prints the same text, and is
    // planned the same.
    void check_printed(const Case& c, bool prepared, const std::string& values, const std::string& answer) {
        const ParseTree tree = parse(c.sql, {mode_});
        if (!tree.parsed()) return;
        const std::string text = print(*tree.statement);
        const ParseTree again = parse(text, {mode_});
        ASSERT_TRUE(again.parsed()) << c.sql << " was printed as " << text;
        EXPECT_EQ(print(*again.statement), text) << c.sql;
        ++printed_;
        // Comments that servers execute and parentheses around a position hinder only what is cut or merged
        // by its text.
        const bool spelled =
            c.sql.find("/*!") != std::string::npos || c.sql.find("by (1)") != std::string::npos;
        const bool of_words = answer.starts_with("plan: next");  // NEXT VALUE FROM is told by its tokens
        if (answer.starts_with("error") || spelled || of_words) return;
        EXPECT_EQ(decisions(plan(text, prepared, values)), decisions(answer))
            << c.sql << " was printed as " << text;
    }

    std::string plan(const std::string& sql, bool prepared, const std::string& parameters) {
        const PlanContext context{&target_, mode_, prepared};
        // The second answer comes from the cache and must be the first one.
        std::string answers[2];
        for (std::string& answer : answers) {
            const Result<PlannedStatement> planned = cache_.plan(sql, context);
            if (!planned) {
                answer = error(planned.error());
                continue;
            }
            NormalizeBuffer buffer;
            std::vector<std::unique_ptr<std::string>> storage;
            std::vector<SqlValue> values;
            for (const LiteralToken& literal : normalize(parameters, {}, buffer).literals) {
                values.push_back(routing_value(parameters, literal, {}, storage));
            }
            if (parameters.find("null") != std::string::npos) values.push_back(Null{});
            if (!prepared) values = planned->literals;
            std::optional<Route> route;
            if (planned->plan->asks_first && !supplies_.first_id && supplies_.rows.empty()) {
                const Result<std::string> text =
                    explain_execution(*planned->plan, cache_.topology(), sql, values);
                answer = text ? *text : error(text.error());
                continue;
            }
            if (planned->plan->routing != nullptr) {
                Result<Route> routed = PlanCache::route(*planned->plan, sql, values, supplies_);
                if (!routed) {
                    answer = error(routed.error());
                    continue;
                }
                EXPECT_TRUE(!routed->shards.empty() || routed->gather != nullptr);
                route = std::move(*routed);
            }
            answer = explain(*planned->plan, cache_.topology(), route);
        }
        EXPECT_EQ(answers[0], answers[1]) << sql;
        return answers[0];
    }

    static std::string error(const Error& e) {
        return "error " + std::to_string(e.code) + ": " + e.message + "\n";
    }

    PlanCache cache_{test_topology(), {}};
    Target target_;
    SqlMode mode_;
    std::size_t printed_ = 0;
    Supplies supplies_;
};

TEST(PlanCases, answers_of_every_file) {
    const std::filesystem::path folder =
        std::filesystem::path(LEASEHOLD_SOURCE_DIR) / "tests/router/testdata";
    const bool rewrite = std::getenv("LEASEHOLD_REWRITE_TESTDATA") != nullptr;
    std::size_t count = 0;
    std::size_t printed = 0;
    for (const auto& item : std::filesystem::directory_iterator(folder)) {
        if (item.path().extension() != ".txt") continue;
        CaseFile file = CaseFile::read(item.path());
        Runner runner;
        for (Case& c : file.cases) {
            const std::string answer = runner.run(c);
            if (!rewrite) {
                EXPECT_EQ(answer, c.expected) << item.path().filename() << ":" << c.line << ": " << c.sql;
            }
            count += c.sql.empty() ? 0 : 1;
            c.expected = answer;
        }
        printed += runner.printed();
        if (rewrite) file.write(item.path());
    }
    EXPECT_GE(count, 780u);
    EXPECT_GE(printed, 600u);
}

}  // namespace
}  // namespace leasehold::router
