#include "config/yaml_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> problems(std::string_view text, const YamlLimits& limits = {}) {
    std::vector<std::string> lines;
    for (const Problem& problem : parse_yaml(text, "f", limits).problems) lines.push_back(to_string(problem));
    return lines;
}

TEST(YamlTree, KnowsItsLines) {
    YamlTree tree = parse_yaml("a: 1\nb:\n  - x\n  - {c: \"y\"}\nd: ~\n", "f");
    ASSERT_TRUE(tree.root);
    const YamlNode& root = *tree.root;
    ASSERT_EQ(root.entries.size(), 3u);
    EXPECT_EQ(root.find("a")->value.text, "1");
    const YamlEntry* b = root.find("b");
    EXPECT_EQ(b->line, 2);
    ASSERT_EQ(b->value.items.size(), 2u);
    EXPECT_EQ(b->value.items[0].line, 3);
    EXPECT_EQ(b->value.items[1].find("c")->value.text, "y");
    EXPECT_EQ(b->value.items[1].find("c")->column, 6);
    EXPECT_EQ(root.find("d")->value.kind, YamlNode::Kind::null);
    EXPECT_EQ(root.find("e"), nullptr);
}

TEST(YamlTree, EmptyTextIsNothing) {
    for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
        YamlTree tree = parse_yaml(text, "f");
        ASSERT_TRUE(tree.root) << text;
        EXPECT_EQ(tree.root->kind, YamlNode::Kind::null);
    }
}

TEST(YamlTree, SyntaxErrorsHaveTheirLine) {
    EXPECT_THAT(problems("a: [1, 2\nb: 3\n"), ElementsAre(HasSubstr("f:2: not valid YAML")));
    EXPECT_THAT(problems("a: 1\n  b: 2\n"), ElementsAre(HasSubstr("f:2: not valid YAML")));
    EXPECT_THAT(problems("a: *nobody\n"), ElementsAre(HasSubstr("f:1: not valid YAML")));
    EXPECT_THAT(problems("a: 1\n---\nb: 2\n"), ElementsAre(HasSubstr("a second document")));
    EXPECT_THAT(problems("? [a]\n: 1\n"), ElementsAre(HasSubstr("a key that is a list")));
    EXPECT_THAT(problems(": 1\n"), ElementsAre(HasSubstr("a key that is nothing")));
}

TEST(YamlTree, UnclosedQuoteDoesNotSwallowTheRest) {
    for (const char* quote : {"'", "\""}) {
        for (const char* rest : {"", "\n", "\nb: 1", "\nb: 1\nc: 2\n", "\n  more\nb: 1\n"}) {
            std::string text = std::string("x: 1\na: ") + quote + "open" + rest;
            EXPECT_THAT(problems(text), ElementsAre(HasSubstr("f:2: not valid YAML: a quote that is opened")))
                << text;
        }
    }
    EXPECT_THAT(problems("a: |\n  ' open \"\n"), testing::IsEmpty());
    EXPECT_THAT(problems("a: 'b\n\n  c'\n"), testing::IsEmpty());
    EXPECT_THAT(problems("a: 1\n...\n"), testing::IsEmpty());
    EXPECT_THAT(problems("a: 1\n...\n...\n# end\n"), testing::IsEmpty());
    EXPECT_THAT(problems("a: 1\n---\n"), ElementsAre(HasSubstr("a second document")));
}

TEST(YamlTree, OnlyUtf8) {
    EXPECT_THAT(problems("a: \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\n"), testing::IsEmpty());
    EXPECT_THAT(problems("\xef\xbb\xbf"
                         "a: 1\n"),
                testing::IsEmpty());  // a byte order mark
    const std::string bad[] = {
        "\xe9",     "\xc0\xaf", "\xed\xa0\x80",      "\xf5\x80\x80\x80", "\xf4\x90\x80\x80",
        "\xe2\x82", "\x80",     std::string(1, '\0')};
    for (const std::string& bytes : bad) {
        EXPECT_THAT(problems("a: 1\nb: " + bytes),
                    ElementsAre("f:2: a byte that is not UTF-8; expected the file in UTF-8"));
    }
    EXPECT_THAT(problems(std::string("\xff\xfe"
                                     "a\0:\0",
                                     6)),
                ElementsAre(HasSubstr("f:1: a byte that is not UTF-8")));
}

TEST(YamlTree, DuplicateKeysAreAllListed) {
    EXPECT_THAT(
        problems("a: 1\nb: {c: 1, c: 2}\na: 3\n"),
        ElementsAre("f:2: key \"c\" stands twice in the same map, first on line 2; expected it once",
                    "f:3: key \"a\" stands twice in the same map, first on line 1; expected it once"));
}

TEST(YamlTree, AliasesAreCopies) {
    YamlTree tree = parse_yaml("a: &x {b: 1}\nc: *x\n", "f");
    ASSERT_TRUE(tree.root);
    EXPECT_EQ(tree.root->find("c")->value.find("b")->value.text, "1");
}

TEST(YamlTree, AliasBombIsRefused) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        std::string last = "*a" + std::to_string(i - 1);
        std::string item;
        for (int j = 0; j < 10; ++j) item += (j == 0 ? "" : ", ") + last;
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + item + "]\n";
    }
    EXPECT_THAT(problems(bomb), ElementsAre(HasSubstr("more than 400000 values")));

    std::string long_text = "a: &a " + std::string(1u << 20, 'x') + "\nb: [";
    for (int i = 0; i < 100; ++i) long_text += "*a, ";
    EXPECT_THAT(problems(long_text + "]\n"), ElementsAre(HasSubstr("repeat too much text")));
}

TEST(YamlTree, AliasOfItselfIsRefused) {
    EXPECT_THAT(problems("a: &x [*x]\n"), ElementsAre(HasSubstr("inside the value it stands for")));
}

TEST(YamlTree, DepthIsBounded) {
    auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(problems(nested(64)).empty());
    EXPECT_THAT(problems(nested(65)), ElementsAre(HasSubstr("nested deeper than 64 levels")));
    EXPECT_THAT(problems(nested(100'000)), ElementsAre(HasSubstr("not valid YAML")));
    EXPECT_THAT(
        problems("a: &x " + nested(40) + "\nb: " + std::string(30, '[') + "*x" + std::string(30, ']') + "\n"),
        ElementsAre(HasSubstr("nested deeper than 64 levels")));
}

TEST(YamlTree, BracketsAreBounded) {
    EXPECT_THAT(problems(std::string(4u << 20, '[')), ElementsAre("f: more than 400000 values in one file"));
}

TEST(YamlTree, LengthIsBounded) {
    YamlLimits limits;
    limits.max_bytes = 1u << 20;
    std::string text(limits.max_bytes, ' ');
    EXPECT_TRUE(problems(text, limits).empty());
    EXPECT_THAT(problems(text + " ", limits), ElementsAre("f: longer than 1 MiB"));
}

TEST(YamlTree, ReadsJsonWithTabs) {
    YamlTree tree =
        parse_yaml("{\n\t\"sharded\": true,\n\t\"tables\": {\n\t\t\"a\\/b\\u0041\": {}\n\t}\n}\n", "f");
    ASSERT_TRUE(tree.root) << to_string(tree.problems.front());
    EXPECT_EQ(tree.root->find("tables")->value.entries.front().key, "a/bA");
}

}  // namespace
}  // namespace leasehold::config
