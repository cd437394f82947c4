#include "proxy/identity.h"

#include <gtest/gtest.h>

namespace leasehold::proxy {
namespace {

pool::TabletIdentity server(std::string version) {
    pool::TabletIdentity identity;
    identity.version = std::move(version);
    identity.sql_mode = "ANSI_QUOTES";
    identity.default_collation_id = 8;
    identity.collations = {{8, "latin1_swedish_ci", "latin1"},
                           {33, "utf8mb3_general_ci", "utf8mb3"},
                           {1210, "uca1400_ai_ci", "utf8mb4"}};
    return identity;
}

TEST(Identity, is_that_of_the_tablets) {
    const pool::TabletIdentity mysql = server("9.4.0");
    const Identity own = identity_of({}, &mysql);
    EXPECT_EQ(own.server_version, "9.4.0");
    EXPECT_FALSE(own.mariadb);
    EXPECT_EQ(own.collation, 8);
    EXPECT_TRUE(own.sql_mode.ansi_quotes);
}

TEST(Identity, old_mariadb_versions_have_their_mark) {
    const pool::TabletIdentity ten = server("10.11.14-MariaDB-0+deb12u2");
    EXPECT_EQ(identity_of({}, &ten).server_version, "5.5.5-10.11.14-MariaDB-0+deb12u2");
    EXPECT_TRUE(identity_of({}, &ten).mariadb);
    const pool::TabletIdentity eleven = server("11.4.2-MariaDB");
    EXPECT_EQ(identity_of({}, &eleven).server_version, "11.4.2-MariaDB");
}

TEST(Identity, configured_values_win_where_they_can) {
    const pool::TabletIdentity mysql = server("9.4.0");
    config::Config config;
    config.server_version = "8.4.0";
    config.default_collation = "utf8mb3_general_ci";
    EXPECT_EQ(identity_of(config, &mysql).server_version, "8.4.0");
    EXPECT_EQ(identity_of(config, &mysql).collation, 33);
    config.default_collation = "uca1400_ai_ci";  // more than the greeting's one byte
    EXPECT_EQ(identity_of(config, &mysql).collation, 8);
    config.default_collation = "unheard_of";
    EXPECT_EQ(identity_of(config, &mysql).collation, 8);
}

TEST(Identity, without_any_tablet_it_is_a_usual_one) {
    const Identity own = identity_of({}, nullptr);
    EXPECT_EQ(own.server_version, "8.0.36-leasehold");
    EXPECT_EQ(own.collation, 45);
}

}  // namespace
}  // namespace leasehold::proxy
