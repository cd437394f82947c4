#include "router/sql/lexer.h"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace leasehold::router {
namespace {

std::string_view short_name(TokenKind kind) {
    switch (kind) {
        case TokenKind::end:
            return "end";
        case TokenKind::error:
            return "error";
        case TokenKind::word:
            return "word";
        case TokenKind::identifier:
            return "ident";
        case TokenKind::quoted_identifier:
            return "quoted";
        case TokenKind::user_variable:
            return "uservar";
        case TokenKind::system_variable:
            return "sysvar";
        case TokenKind::introducer:
            return "introducer";
        case TokenKind::parameter:
            return "param";
        case TokenKind::hint:
            return "hint";
        case TokenKind::directive:
            return "directive";
        case TokenKind::string:
            return "string";
        case TokenKind::national_string:
            return "national";
        case TokenKind::dollar_string:
            return "dollar";
        case TokenKind::hex_string:
            return "hexstr";
        case TokenKind::hex_number:
            return "hexnum";
        case TokenKind::bit_string:
            return "bitstr";
        case TokenKind::bit_number:
            return "bitnum";
        case TokenKind::integer:
            return "int";
        case TokenKind::decimal:
            return "dec";
        case TokenKind::floating:
            return "float";
        case TokenKind::null_symbol:
            return "null";
        default:
            return "op";
    }
}

// "word:SELECT int:1": every token with its text, `end` left out, an error with its offset.
std::string lexed(std::string_view sql, SqlMode mode) {
    std::string out;
    Lexer lexer(sql, mode);
    for (;;) {
        const Token token = lexer.next();
        if (token.kind == TokenKind::end) return out;
        if (!out.empty()) out += ' ';
        out += short_name(token.kind);
        out += ':';
        if (token.kind == TokenKind::error) return out + std::to_string(token.offset);
        out += token.text(sql);
    }
}

struct Case {
    std::string_view sql;
    std::string_view tokens;
};

void check(std::span<const Case> cases, SqlMode mode) {
    for (const Case& c : cases) EXPECT_EQ(lexed(c.sql, mode), c.tokens) << c.sql;
}

TEST(SqlLexer, WordsNumbersAndOperators) {
    constexpr Case cases[] = {
        {"", ""},
        {" \t\r\n\v\f", ""},
        {"SELECT c FROM sbtest1 WHERE id=5012",
         "word:SELECT word:c word:FROM word:sbtest1 word:WHERE word:id op:= int:5012"},
        {"a1 $a _x a$b", "word:a1 word:$a word:_x word:a$b"},
        {"größe テーブル", "word:größe word:テーブル"},
        {"\x80\xff", "word:\x80\xff"},
        {"1 12.5 .5 5. 1e5 1E-5 1.5e+3 .5e1",
         "int:1 dec:12.5 dec:.5 dec:5. float:1e5 float:1E-5 float:1.5e+3 float:.5e1"},
        {"1abc 1e 1ea 0xg 0b2 0x", "ident:1abc ident:1e ident:1ea ident:0xg ident:0b2 ident:0x"},
        {"1e10abc 1.5and", "float:1e10 word:abc dec:1.5 word:and"},
        {"0x1F 0b01 0X1F 0B01", "hexnum:0x1F bitnum:0b01 ident:0X1F ident:0B01"},
        {"X'4142' x'' b'01' B'1' n'a' N'b'",
         "hexstr:X'4142' hexstr:x'' bitstr:b'01' bitstr:B'1' national:n'a' national:N'b'"},
        {"x 'a' N 'a'", "word:x string:'a' word:N string:'a'"},
        {"t.1a t.1e5 t.select t . x",
         "word:t op:. ident:1a word:t op:. ident:1e5 word:t op:. ident:select word:t op:. word:x"},
        {"`a`.b a.`b` .5 `a`.5", "quoted:`a` op:. ident:b word:a op:. quoted:`b` dec:.5 quoted:`a` dec:.5"},
        {"db.t.*", "word:db op:. ident:t op:. op:*"},
        {"< <= <=> <> << > >= >> != ! = := :",
         "op:< op:<= op:<=> op:<> op:<< op:> op:>= op:>> op:!= op:! op:= op::= op::"},
        {"+-*/%^~&|&&||", "op:+ op:- op:* op:/ op:% op:^ op:~ op:& op:| op:&& op:||"},
        {"a->b a->>'$.x'", "word:a op:-> word:b word:a op:->> string:'$.x'"},
        {"(,){};?", "op:( op:, op:) op:{ op:} op:; param:?"},
        {"\\N", "null:\\N"},
        {"a--b", "word:a op:- op:- word:b"},
    };
    check(cases, {});
}

TEST(SqlLexer, StringsAndQuotedNames) {
    constexpr Case cases[] = {
        {"'a' 'it''s' 'it\\'s' '\\\\' ''",
         "string:'a' string:'it''s' string:'it\\'s' string:'\\\\' string:''"},
        {R"("a" "x""y" "x\"y")", R"(string:"a" string:"x""y" string:"x\"y")"},
        {"`a` `b``c` ``", "quoted:`a` quoted:`b``c` quoted:``"},
        {"`a\\`b", "quoted:`a\\` word:b"},
        {"'-- not a comment' '/* nor this */' '#'",
         "string:'-- not a comment' string:'/* nor this */' string:'#'"},
        {"'a;b'", "string:'a;b'"},
        {"_utf8mb4'x' _UTF8 'y' _binary X'41' _foo'z'",
         "introducer:_utf8mb4 string:'x' introducer:_UTF8 string:'y' introducer:_binary hexstr:X'41' "
         "word:_foo string:'z'"},
        {"$$a 'b' $$ $x$ 1 $x$ $y$", "dollar:$$a 'b' $$ dollar:$x$ 1 $x$ word:$y$"},
    };
    check(cases, {});
    constexpr Case ansi[] = {
        {R"("a" "x""y" 'z')", R"(quoted:"a" quoted:"x""y" string:'z')"},
        {R"("a\" b)", R"(quoted:"a\" word:b)"},
    };
    check(ansi, {.ansi_quotes = true});
    constexpr Case plain[] = {
        {R"('a\' b 'c''d')", R"(string:'a\' word:b string:'c''d')"},
        {R"("a\" b)", R"(string:"a\" word:b)"},
    };
    check(plain, {.no_backslash_escapes = true});
}

TEST(SqlLexer, Variables) {
    constexpr Case cases[] = {
        {"@a @a.b @$x @_y", "uservar:@a uservar:@a.b uservar:@$x uservar:@_y"},
        {"@'a b' @\"c\" @`d``e`", "uservar:@'a b' uservar:@\"c\" uservar:@`d``e`"},
        {"@@x @@session.x @@GLOBAL.x @@a.b.c @@`x` @@session.`y`",
         "sysvar:@@x sysvar:@@session.x sysvar:@@GLOBAL.x sysvar:@@a.b.c sysvar:@@`x` sysvar:@@session.`y`"},
        {"@@`a``b` @@`session`.`c.``d`", "sysvar:@@`a``b` sysvar:@@`session`.`c.``d`"},
        {"'root'@'localhost' root@127.0.0.1",
         "string:'root' uservar:@'localhost' word:root uservar:@127.0.0.1"},
        {"@a:=1", "uservar:@a op::= int:1"},
        {"@ a", "op:@ word:a"},
    };
    check(cases, {});
}

TEST(SqlLexer, Comments) {
    constexpr Case cases[] = {
        {"a -- x\nb", "word:a word:b"},
        {"a --\nb", "word:a word:b"},
        {"a --", "word:a"},
        {"a --\tx", "word:a"},
        {"a # x\nb", "word:a word:b"},
        {"a/* x */b", "word:a word:b"},
        {"a/**/b", "word:a word:b"},
        {"a/*/ x */b", "word:a word:b"},
        {"a /* -- */ b", "word:a word:b"},
        {"SELECT /*+ MAX_EXECUTION_TIME(1) */ 1", "word:SELECT hint:/*+ MAX_EXECUTION_TIME(1) */ int:1"},
        {"/*vt+ ALLOW_SCATTER */ SELECT", "directive:/*vt+ ALLOW_SCATTER */ word:SELECT"},
        {"2*/* x */3", "int:2 op:* int:3"},
        {"a*b/c", "word:a op:* word:b op:/ word:c"},
    };
    check(cases, {});
}

TEST(SqlLexer, ExecutableComments) {
    constexpr Case any[] = {
        {"/*!40101 SET NAMES utf8 */", "word:SET word:NAMES word:utf8"},
        {"/*!SET a*/", "word:SET word:a"},
        {"/*!50000SELECT*/1", "word:SELECT int:1"},
        {"/*! 1 */ + /*!2*/", "int:1 op:+ int:2"},
        {"/*M! a *//*M!100100 b */", "word:a word:b"},
        {"/*M!999999\\- enable the sandbox mode */ a", "word:a"},
        {"/*!999999 a /* b */ c */ d", "word:d"},
        {"/*!50000 a /* b */ c */ d", "word:a word:c word:d"},
        {"/*!50000 a -- b */\n c */ d", "word:a word:c word:d"},
        {"/*!50000 'a*/b' */ d", "string:'a*/b' word:d"},
        {"/*!50000 2*3 */", "int:2 op:* int:3"},
        {"/*!4010 a*/", "int:4010 word:a"},
    };
    check(any, {});
    constexpr Case mysql[] = {
        {"/*!80000 a*/ /*!90800 b*/ /*M! c*/ /*!100100 d*/ /*!080400 e*/", "word:a word:e"},
    };
    check(mysql, {.server_version = 90700});
    constexpr Case mariadb[] = {
        {"/*!50699 a*/ /*!50700 b*/ /*!80000 c*/ /*M!100500 d*/ /*!101100 e*/ /*!110000 f*/",
         "word:a word:d word:e"},
    };
    check(mariadb, {.server_version = 101107});
}

TEST(SqlLexer, ErrorsCarryTheirOffset) {
    constexpr Case cases[] = {
        {"SELECT 'a", "word:SELECT error:7"},
        {"SELECT 'a\\'", "word:SELECT error:7"},
        {"`a", "error:0"},
        {"a /* b", "word:a error:2"},
        {"a /*! b", "word:a word:b error:7"},
        {"a /*!999999 b", "word:a error:2"},
        {"a /*+ b", "word:a error:2"},
        {"x'4' ", "error:0"},
        {"x'4g'", "error:0"},
        {"b'2'", "error:0"},
        {"@'a", "error:0"},
        {"@@", "error:0"},
        {"@@ x", "error:0"},
        {"@@session.", "error:0"},
        {"@@`x", "error:0"},
        {"a [b", "word:a error:2"},
        {"\\x", "error:0"},
    };
    check(cases, {});
    EXPECT_EQ(lexed(std::string_view("a\0b", 3), {}), "word:a error:1");
    EXPECT_EQ(lexed("\x01", {}), "error:0");
}

TEST(SqlLexer, EveryTruncationOfAStatementEnds) {
    constexpr std::string_view sql =
        "SELECT /*+ H */ `a``b`, 'x''y\\'z', N'n', _utf8'u', X'41', 0x42, b'1', 1.5e-3, @v, @@session.w, "
        "@'q' -- c\n"
        "/*!50000 FROM t */ /* c */ WHERE a->>'$.b' <=> ? # end\n;";
    for (std::size_t size = 0; size <= sql.size(); ++size) {
        Lexer lexer(sql.substr(0, size), {});
        std::size_t tokens = 0;
        Token token;
        do {
            token = lexer.next();
            EXPECT_LE(token.end(), size);
        } while (token.kind != TokenKind::end && token.kind != TokenKind::error && ++tokens < 200);
        EXPECT_LT(tokens, 200u) << size;
        EXPECT_EQ(lexer.next().kind, token.kind) << "the last token repeats";
    }
}

TEST(SqlLexer, TokenizeGivesKeywordsAndOrdinals) {
    const TokenList list = tokenize("SELECT ?, 1, 'a', ?, `select`, t.select /*+ not here */", {});
    EXPECT_EQ(list.parameters, 2u);
    EXPECT_EQ(list.literals, 2u);
    EXPECT_EQ(list.tokens[0].keyword, Keyword::select);
    EXPECT_EQ(list.tokens[1].ordinal, 0u);
    EXPECT_EQ(list.tokens[7].ordinal, 1u);
    EXPECT_EQ(list.tokens[5].ordinal, 1u) << "'a' is the second literal";
    EXPECT_EQ(list.tokens[9].keyword, Keyword::none) << "a quoted word is no keyword";
    EXPECT_EQ(list.tokens[13].keyword, Keyword::none) << "nor is a word behind a dot";
    EXPECT_EQ(list.tokens[14].kind, TokenKind::end) << "a hint elsewhere is a comment";
}

TEST(SqlLexer, Keywords) {
    EXPECT_EQ(find_keyword("select"), Keyword::select);
    EXPECT_EQ(find_keyword("SeLeCt"), Keyword::select);
    EXPECT_EQ(find_keyword("selec"), Keyword::none);
    EXPECT_EQ(find_keyword(""), Keyword::none);
    EXPECT_EQ(find_keyword("a_word_that_is_longer_than_every_keyword"), Keyword::none);
    EXPECT_TRUE(is_reserved(Keyword::select));
    EXPECT_TRUE(is_reserved(Keyword::zerofill));
    EXPECT_FALSE(is_reserved(Keyword::begin));
    EXPECT_FALSE(is_reserved(Keyword::none));
}

TEST(SqlLexer, UnquoteName) {
    EXPECT_EQ(unquote_name("a"), "a");
    EXPECT_EQ(unquote_name("`a``b`"), "a`b");
    EXPECT_EQ(unquote_name("@'x y'"), "x y");
    EXPECT_EQ(unquote_name("@x"), "x");
    EXPECT_EQ(unquote_name("``"), "");
}

TEST(SqlMode, ParsesServerValues) {
    EXPECT_EQ(parse_sql_mode(""), SqlMode{});
    EXPECT_EQ(parse_sql_mode("ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES"), SqlMode{});
    EXPECT_EQ(parse_sql_mode("ANSI_QUOTES"), (SqlMode{.ansi_quotes = true}));
    EXPECT_EQ(parse_sql_mode("strict_trans_tables, no_backslash_escapes"),
              (SqlMode{.no_backslash_escapes = true}));
    EXPECT_EQ(
        parse_sql_mode("REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY,ANSI"),
        (SqlMode{.ansi_quotes = true, .pipes_as_concat = true, .ignore_space = true}));
    EXPECT_EQ(parse_sql_mode("ANSI"),
              (SqlMode{.ansi_quotes = true, .pipes_as_concat = true, .ignore_space = true}));
}

}  // namespace
}  // namespace leasehold::router
