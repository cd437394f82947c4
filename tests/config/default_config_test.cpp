#include "config/default_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/describe.h"
#include "tests/config/loading.h"

namespace leasehold::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A line that begins with # and no text after one blank is an example: without its # it is YAML.
std::string with_examples(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find('\n', at) + 1;
        std::string line = text.substr(at, end - at);
        bool prose = line.size() > 2 && line[1] == ' ' && line[2] != ' ';
        out += line[0] == '#' && !prose ? line.substr(1) : line;
        at = end;
    }
    return out;
}

TEST(DefaultConfig, LoadsToTheDefaults) {
    LoadResult result = load(default_config());
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_EQ(*result.config, Config{});
}

TEST(DefaultConfig, ExamplesLoadToo) {
    Outside outside;
    for (const char* file : {"server.pem", "server.key", "batch.password"}) outside.files[file] = "x";
    outside.environment["LEASEHOLD_ADMIN_PASSWORD"] = "x";
    LoadResult result = load(with_examples(default_config()), outside);
    ASSERT_THAT(lines_of(result.problems), IsEmpty());
    EXPECT_THAT(result.warnings, IsEmpty());
    EXPECT_TRUE(result.config->listen.tls);
    EXPECT_EQ(result.config->users.size(), 3u);
    EXPECT_EQ(result.config->admins.size(), 1u);
    EXPECT_EQ(result.config->keyspaces.size(), 2u);
}

std::string last_part(const std::string& key) {
    return key.substr(key.rfind('.') + 1);
}

TEST(DefaultConfig, ShowsEveryKnownKey) {
    std::string text = default_config();
    for (const std::string& key : known_keys()) EXPECT_THAT(text, HasSubstr(last_part(key) + ":")) << key;
}

// The names above NAME in a keyspace repeat those of tablet_defaults, where the documentation explains them
// once.
TEST(DefaultConfig, DocumentationHasEveryKnownKey) {
    Result<std::string> text = read_file(LEASEHOLD_SOURCE_DIR "/docs/configuration.md");
    ASSERT_TRUE(text.has_value()) << text.error().message;
    for (const std::string& key : known_keys()) {
        bool inherited =
            key.starts_with("keyspaces.") && text.value().find("`" + key + "`") == std::string::npos;
        EXPECT_THAT(text.value(), HasSubstr("`" + (inherited ? last_part(key) : key) + "`")) << key;
    }
}

TEST(DefaultConfig, DocumentationHasEveryDefault) {
    Result<std::string> text = read_file(LEASEHOLD_SOURCE_DIR "/docs/configuration.md");
    ASSERT_TRUE(text.has_value()) << text.error().message;
    for (const ConfigLine& line : describe(Config{})) {
        if (line.value.empty() || line.key == "listen.tls") continue;
        std::size_t row = text.value().find("| `" + line.key + "`");
        ASSERT_NE(row, std::string::npos) << line.key;
        std::string cells = text.value().substr(row, text.value().find('\n', row) - row);
        EXPECT_THAT(cells, HasSubstr("`" + line.value + "`")) << line.key;
    }
}

TEST(DefaultConfig, KnownKeys) {
    std::vector<std::string> keys = known_keys();
    for (const char* key :
         {"listen.mysql", "listen.tls.cert", "workers", "memory.high_watermark", "admins.password_env",
          "users.keyspaces", "tablet_defaults.pool.reserved", "keyspaces.NAME.database",
          "keyspaces.NAME.tls.mode", "keyspaces.NAME.shards.NAME.primary.address",
          "keyspaces.NAME.shards.NAME.replicas.pool.size", "limits.query_timeout"}) {
        EXPECT_THAT(keys, testing::Contains(key));
    }
    EXPECT_THAT(keys, testing::Not(testing::Contains("tablet_defaults.password_hash")));
}

}  // namespace
}  // namespace leasehold::config
