#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Credential::Kind;

Outside outside() {
    Outside outside;
    outside.environment = {{"SET", "from environment"}, {"EMPTY", ""}};
    outside.files = {{"good", "from file\n"}, {"windows", "from file\r\nsecond line\r\n"}, {"empty", "\nx"}};
    return outside;
}

Credential credential_of(const std::string& form) {
    LoadResult result = load("users: [{name: a, " + form + "}]", outside());
    EXPECT_THAT(lines_of(result.problems), IsEmpty()) << form;
    return result.config ? result.config->users.at(0).password : Credential{};
}

TEST(Secrets, FourForms) {
    EXPECT_EQ(credential_of("password: secret"), (Credential{Kind::plain, "secret"}));
    EXPECT_EQ(credential_of("password: 0123"), (Credential{Kind::plain, "0123"}));
    EXPECT_EQ(credential_of("password: ''"), (Credential{Kind::plain, ""}));
    EXPECT_EQ(credential_of("password: \"p\\0q\""), (Credential{Kind::plain, std::string("p\0q", 3)}));
    EXPECT_EQ(credential_of("password_env: SET"), (Credential{Kind::plain, "from environment"}));
    EXPECT_EQ(credential_of("password_file: good"), (Credential{Kind::plain, "from file"}));
    EXPECT_EQ(credential_of("password_file: windows"), (Credential{Kind::plain, "from file"}));
    // SELECT PASSWORD('test') on MariaDB 10.11.
    EXPECT_EQ(credential_of("password_hash: '*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'"),
              (Credential{Kind::native_hash, "*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29"}));
}

TEST(Secrets, Sha2Hash) {
    std::string salt = "abcdefghijklmnopqrst";
    std::string digest(43, 'x');
    std::string hash = "$A$005$" + salt + digest;
    EXPECT_EQ(credential_of("password_hash: '" + hash + "'"), (Credential{Kind::sha2_hash, hash}));
    std::string hex = "0x";
    for (char c : hash) {
        constexpr char digits[] = "0123456789ABCDEF";
        hex += digits[static_cast<unsigned char>(c) >> 4];
        hex += digits[c & 15];
    }
    EXPECT_EQ(credential_of("password_hash: '" + hex + "'"), (Credential{Kind::sha2_hash, hash}));
}

TEST(Secrets, Problems) {
    struct Row {
        const char* form;
        const char* problem;
    };
    const Row rows[] = {
        {"password: [hush]", "users[0].password is a list"},
        {"password:", "users[0].password is nothing; expected a text, \"\" for an empty one"},
        {"password: hush, password_env: SET",
         "users[0].password_env stands beside password; expected one of them"},
        {"password_env: UNSET", "names the environment variable \"UNSET\", which is not set"},
        {"password_env: EMPTY", "names the environment variable \"EMPTY\", which is empty"},
        {"password_env: ''", "is no name of an environment variable"},
        {"password_file: none", "users[0].password_file: cannot read \"none\" (No such file or directory)"},
        {"password_file: empty", "names \"empty\", whose first line is empty"},
        {"password_file: ''", "users[0].password_file is empty"},
        {"password_hash: hush", "users[0].password_hash is no password hash"},
        {"password_hash: '*hush5567ABDB5135D0CFD9A70B3032C179A49EE7'", "is no password hash"},
        {"password_hash: '*14E65567ABDB5135D0CFD9A70B3032C179A49EE'", "is no password hash"},
        {"password_hash: '$A$005$hush'", "is no password hash"},
        {"password_hash: '0x24'", "is no password hash"},
        {"password_hash: '0x2'", "is no password hash"},
    };
    for (const Row& row : rows) {
        std::vector<std::string> problems =
            problems_of(std::string("users: [{name: a, ") + row.form + "}]", outside());
        EXPECT_THAT(problems, ElementsAre(HasSubstr(row.problem))) << row.form;
        EXPECT_THAT(problems, testing::Each(testing::Not(HasSubstr("hush")))) << "a secret in a problem";
    }
}

}  // namespace
}  // namespace leasehold::config
