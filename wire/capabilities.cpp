#include "wire/capabilities.h"

namespace leasehold::wire {

Capabilities byte_shaping(Capabilities client) {
    constexpr Capabilities shaping = capability::found_rows | capability::no_schema | capability::odbc |
                                     capability::local_files | capability::ignore_space |
                                     capability::multi_statements | capability::multi_results |
                                     capability::ps_multi_results | capability::deprecate_eof |
                                     capability::optional_resultset_metadata | capability::query_attributes;
    return client & shaping;
}

Capabilities tablet_capabilities(Capabilities shape) {
    constexpr Capabilities always =
        capability::long_password | capability::long_flag | capability::protocol_41 |
        capability::transactions | capability::secure_connection | capability::plugin_auth |
        capability::plugin_auth_lenenc | capability::connect_attrs | capability::session_track;
    return always | byte_shaping(shape);
}

}  // namespace leasehold::wire
