// A key pair made by `openssl genrsa 2048` for tests alone, and what `openssl pkeyutl -encrypt -pkeyopt
// rsa_padding_mode:oaep` made of the password "secret" and a NUL, XORed with the scramble of
// `mysql_scramble`.
#pragma once

#include <string_view>

namespace leasehold::wire::testing {

inline constexpr std::string_view rsa_private_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDBCzDw99AKaS3/\n"
    "FS6U2RqFsgFzND+PWBQs+STrwN2hVHzSfob0VrdNy6jdrW9M3n4bJcoBfY0YPg1U\n"
    "NJzZ9Uh2m1XMY7SN8NknL0lYmXW4hH3TzF+udslvuDMV+PIr8T0EYjfJa/KxrKPp\n"
    "/LKy441J4rFwcE+VkPdvcWKAA7ELfWI7agpZaGG9kW7C907m3vGxsZr6XlqtXCuP\n"
    "qfUIwZvBHdR7vbnlGRzddXUnrgabO0fVVfr1caTgEi7HZBMQhmB+Zjo5KVUmypo7\n"
    "9697a/jlC4JlDqAZEmvMUt0rGUr6cMGCrX10EdVkY0vPAJZlrhUPxrhlF44Atc8K\n"
    "WuwSLycXAgMBAAECggEAF2uTKXj3PXwbP3pDZ32bcSLyeBabq3llITus1glVGjCU\n"
    "4DjHiLdIj+CogRR8j1fi9soz4tBnoMxOc6vaZ7sRaopX828ZRas1vUJIZL5hgNxa\n"
    "I6sE5La2o542XHESeHBRFcoQuJgnHpUyYb3ttDRVPOSK4HhPv3aR/mxEJgHMpfb/\n"
    "PueYZ1XyWH75RJfu4PsEArvBpstX9rxwuvt0dGLt2cdv2qbJUxQZykqpG15WoDOY\n"
    "Cd2U7wezpBXquUMJyFiGGUJcig1xFaS/O7YCytmSVIgk2jGfNoYYkjePcFj9VufX\n"
    "k06mnrnoFbifevLVPkt0KJyzfIFNtRxO6Ke3u4zQOQKBgQDrjK2uMNffMQAtsayQ\n"
    "clRH0960cvuJnEEvf0tNzIhYr0NCC3EwHjG2n9beh67BP6Tzm16YHF87TBbV7HzB\n"
    "FjdI+sGp7kvF6FzstXvIbLAdJC8TfSAixVVN74QFOpj4bfOjpmuZxcTYEbGRH+WK\n"
    "wSr5ru7qoGzMmQiAjK+SKERztQKBgQDRzcdtCDHswOCo+1v0SrBNZ3lxu1o6USH0\n"
    "1pHdbaJQWCnJ+dtl4aVmOmKf1RuzhOveh+VUd+FavfLzI2tcCwqokdO086TS2vHJ\n"
    "dS+s8jIEMJHy3xgjv/GQFpDHQ6chUpehtADq8f6YbdBPYm8bMJRqGS0wBwg/1IDG\n"
    "+VnQvrkHGwKBgQCAGyuecAwH5AN/1oDOso9p3S3jICHzjprZNTcEYffJm9BNjCGM\n"
    "FO/ergHTVyHREkcpAlgpDE0y18gXop2a+fUpaM+JFwP4584aIv3mXE5QGwzLYaLn\n"
    "pkEluN0pZtwpSMtYNruQj0HmbYEQN7PEihhQYTapPoTNpXE9UMZwDBxmfQKBgARx\n"
    "g0O/5K7K9vcdO7lUy58YDe5mtWZ+yWVSFgzGgaWJ+HianhbuTH55xhT0gn2u1wAD\n"
    "iMvdLhyp4TddDK0KXtNrIzy13EvK70wA+12CU6TbEnw+VViMfCU9FRvjRurhwOxf\n"
    "z5UqQuYfjUXhI9FDmiEVH2vg+j+/1GpiZZCSOYD5AoGAB5sXIrC6fxU82giVWJfj\n"
    "dRU1vBQviMpMWtQGMTMNcYH0Uvr7chGkJSCnFcrzrzCyOTq38PCYoMBv9AF7p24y\n"
    "qmnuzEQkBRzXuIVCe5Eo6+RSF92iBK1inf/IqBpQC3nrqb3/UVI3fncujNDQ+JR5\n"
    "Tb/cA7BlDsS8cW7OHAZaTik=\n"
    "-----END PRIVATE KEY-----\n";

inline constexpr std::string_view rsa_ciphertext =
    "420784d34a4afde308e4286ea27b9e33460445c46138f96e2b0415dfa94b25502b52eac89946979d3fd23067a0f56d1a"
    "3e547ca60a9d3d4438b1c3c29d6f2d148f3f9ab488ca632d1beb56fc4a96273e4b01366270b49880c8d07c50586eba5c"
    "7337b91f41aec541ee77c854601b4e42ba1c671bc04a0d0a4cab469390ed100d3c19ab0ecccdbf9cf4c621f3001baa4f"
    "f5da7090ff8fe47fedb3e0e1de620bf2a2201d809eada06820ada6e0332aa8fea368462cb72b7e107167df0f0a6b6855"
    "3164442064eef9276072bc82a2baf75af5a969924e598f30cc13a5f7886334b990b6d6aa5fa84c6f80071e67f76ef24e"
    "d30ff844c5a16855f76cd356ed39da3b";

}  // namespace leasehold::wire::testing
