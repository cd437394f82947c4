// A resolved secret: where it came from (the file itself, an environment variable, another file) no longer
// matters.
#pragma once

#include <cstdint>
#include <string>

namespace leasehold::config {

struct Credential {
    enum class Kind : std::uint8_t {
        plain,        // the password itself
        native_hash,  // "*" and 40 hexadecimal digits: SHA1(SHA1(password)), mysql_native_password's stored
                      // form
        sha2_hash,    // "$A$005$", 20 bytes of salt, 43 of digest: caching_sha2_password's stored form
    };
    Kind kind = Kind::plain;
    std::string value;  // a secret: never log it

    bool operator==(const Credential&) const = default;
};

}  // namespace leasehold::config
