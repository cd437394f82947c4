#include "proxy/identity.h"

namespace leasehold::proxy {

Identity identity_of(const config::Config& config, const pool::TabletIdentity* learned) {
    Identity own;
    own.server_version = "8.0.36-leasehold";
    if (learned != nullptr) {
        // MariaDB puts 5.5.5- before its version up to 10.x, and clients know it by that.
        const bool marked = learned->is_mariadb() && learned->version.starts_with("10.");
        own.server_version = (marked ? "5.5.5-" : "") + learned->version;
        own.mariadb = learned->is_mariadb();
        own.sql_mode = router::parse_sql_mode(learned->sql_mode);
        own.sql_mode.server_version = router::version_number(learned->version);
        // The greeting has one byte for it.
        if (learned->default_collation_id > 0 && learned->default_collation_id < 256)
            own.collation = static_cast<std::uint8_t>(learned->default_collation_id);
    }
    if (config.server_version) own.server_version = *config.server_version;
    if (config.default_collation && learned != nullptr) {
        const pool::Collation* named = learned->find_collation(*config.default_collation);
        if (named != nullptr && named->id < 256) own.collation = static_cast<std::uint8_t>(named->id);
    }
    return own;
}

}  // namespace leasehold::proxy
