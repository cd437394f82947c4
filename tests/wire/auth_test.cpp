#include "wire/auth.h"

#include <gtest/gtest.h>

#include "base/mysql_errors.h"
#include "tests/wire/hex.h"
#include "tests/wire/rsa_key.h"
#include "wire/rsa.h"
#include "wire/server_handshake.h"

namespace leasehold::wire {
namespace {

using testing::hex;
using testing::text_bytes;
using testing::to_hex;

Scramble scramble_of(std::string_view digits) {
    return to_scramble(hex(digits)).value();
}

// Read off the socket: the challenge of a server, and the answer for the password "secret" that it accepted.
const Scramble mariadb_scramble = scramble_of("5b786a2c38756726247d6f3453286b622b4e2877");
constexpr std::string_view mariadb_answer = "7f96dcb206dff66ec2cb9f93dae1e2bb37c8c3cb";
const Scramble mysql_scramble = scramble_of("3c3a2d38270e667c7f44652160774279322b2c36");
constexpr std::string_view mysql_answer = "300c7bbe701b91f783b3518da08389a69ae6bcb703ba08edb0bb86fe3de29105";

// mysql.user.authentication_string of "secret": MariaDB 10.11.19, and MySQL 9.7.4 as hexadecimal digits.
constexpr std::string_view mariadb_hash = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7";
constexpr std::string_view mysql_hash =
    "0x244124303041242E770E6C6E02250D434F252730547045594D0A2A54494631356D524172395068635363422F64483433513378"
    "5A3761"
    "5344526D6C564D494E71776763327532";

Credential credential_of(std::string_view text) {
    return parse_password_hash(text).value();
}

TEST(NativePassword, ScrambleIsWhatMariaDbAccepts) {
    EXPECT_EQ(to_hex(native_scramble("secret", mariadb_scramble)), mariadb_answer);
    EXPECT_TRUE(native_scramble("", mariadb_scramble).empty());
}

TEST(NativePassword, VerifiesAgainstTheStoredHash) {
    const auto stored = std::get<NativeHash>(credential_of(mariadb_hash));
    EXPECT_TRUE(verify_native(hex(mariadb_answer), mariadb_scramble, stored));
    EXPECT_FALSE(verify_native(hex(mariadb_answer), mysql_scramble, stored));
    EXPECT_FALSE(verify_native(native_scramble("Secret", mariadb_scramble), mariadb_scramble, stored));
    EXPECT_EQ(to_hex(native_hash("secret").stage2), to_hex(stored.stage2));
    testing::for_each_truncation(hex(mariadb_answer), [&](BytesView prefix, std::size_t) {
        EXPECT_FALSE(verify_native(prefix, mariadb_scramble, stored));
    });
    EXPECT_FALSE(
        verify_native(hex("00000000000000000000000000000000000000000000"), mariadb_scramble, stored));
}

TEST(W7_CachingSha2, FastScrambleIsWhatMySqlAccepts) {
    EXPECT_EQ(to_hex(sha2_scramble("secret", mysql_scramble)), mysql_answer);
    EXPECT_TRUE(sha2_scramble("", mysql_scramble).empty());
    const Sha256Digest stored = sha2_fast_hash("secret");
    EXPECT_TRUE(verify_sha2_fast(hex(mysql_answer), mysql_scramble, stored));
    EXPECT_FALSE(verify_sha2_fast(hex(mysql_answer), mariadb_scramble, stored));
    EXPECT_FALSE(verify_sha2_fast(hex(mysql_answer), mysql_scramble, sha2_fast_hash("Secret")));
    testing::for_each_truncation(hex(mysql_answer), [&](BytesView prefix, std::size_t) {
        EXPECT_FALSE(verify_sha2_fast(prefix, mysql_scramble, stored));
    });
}

// glibc's crypt("...", "$5$...") for the examples of akkadia.org/drepper/SHA-crypt.txt.
TEST(W7_CachingSha2, CryptIsSha256Crypt) {
    struct Case {
        std::string_view password, salt;
        std::uint32_t rounds;
        std::string_view expected;
    };
    const Case cases[] = {
        {"Hello world!", "saltstring", 5000, "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
        {"Hello world!", "saltstringsaltst", 10000, "3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"},
        {"a very much longer text to encrypt.  This one even stretches over morethan one line.",
         "anotherlongsalts", 1400, "Rx.j8H.h8HjEDGomFU8bDkXm3XIUnzyxf12oP84Bnq1"},
        {"", "saltstring", 5000, "FdNfA4gXqvCeO6iZs7G/.wwwoywYZqo0l1pwmfWaBA7"},
    };
    for (const Case& one : cases) {
        const auto digest = sha2_crypt(one.password, to_bytes(one.salt), one.rounds);
        EXPECT_EQ(std::string_view(digest.data(), digest.size()), one.expected);
    }
}

TEST(W7_CachingSha2, ClearPasswordMatchesTheHashOfARealServer) {
    const Credential stored = credential_of(mysql_hash);
    ASSERT_EQ(kind_of(stored), CredentialKind::sha2);
    EXPECT_EQ(std::get<Sha2Hash>(stored).rounds, 10'000U);
    EXPECT_TRUE(verify_clear("secret", stored));
    EXPECT_FALSE(verify_clear("secret ", stored));
    EXPECT_FALSE(verify_clear("", stored));
}

TEST(VerifyClear, KnowsEveryKindOfCredential) {
    EXPECT_TRUE(verify_clear("secret", credential_of(mariadb_hash)));
    EXPECT_FALSE(verify_clear("secreT", credential_of(mariadb_hash)));
    EXPECT_TRUE(verify_clear("secret", PlainPassword{"secret"}));
    EXPECT_FALSE(verify_clear("secre", PlainPassword{"secret"}));
    EXPECT_FALSE(verify_clear(std::string_view("secret\0x", 8), PlainPassword{"secret"}));
    EXPECT_TRUE(verify_clear("", PlainPassword{""}));
}

TEST(VerifyClear, RefusesPasswordsThatWouldCostQuadraticTime) {
    const std::string longest(256, 'x');
    EXPECT_TRUE(verify_clear(longest, PlainPassword{longest}));
    const std::string longer(257, 'x');
    EXPECT_FALSE(verify_clear(longer, PlainPassword{longer}));
}

TEST(ParsePasswordHash, ReadsAllForms) {
    EXPECT_EQ(kind_of(credential_of(mariadb_hash)), CredentialKind::native);
    EXPECT_EQ(kind_of(credential_of("*14e65567abdb5135d0cfd9a70b3032c179a49ee7")), CredentialKind::native);
    const std::string five = "$A$005$" + std::string(20, 's') + std::string(43, 'd');
    const auto sha2 = std::get<Sha2Hash>(credential_of(five));
    EXPECT_EQ(sha2.rounds, 5000U);
    EXPECT_EQ(sha2.salt[19], 's');
    EXPECT_EQ(sha2.digest[42], 'd');
}

TEST(ParsePasswordHash, SaysWhatIsWrong) {
    const std::string salted = std::string(20, 's') + std::string(43, 'd');
    const std::string bad[] = {"",
                               "secret",
                               "*14E6",
                               "*14E65567ABDB5135D0CFD9A70B3032C179A49EEG",
                               "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7A",
                               "$A$",
                               "$A$005$short",
                               "$A$00x$" + salted,
                               "$A$004$" + salted,
                               "$A$005_" + salted,
                               "$A$005$" + salted + "x",
                               "0x",
                               "0x2",
                               "0x2G"};
    for (const std::string& text : bad) {
        const auto parsed = parse_password_hash(text);
        ASSERT_FALSE(parsed.has_value()) << text;
        EXPECT_TRUE(parsed.error().message.starts_with("password hash: ")) << text;
    }
}

TEST(MakeScramble, HasNoNulNoDollarAndIsNeverTheSame) {
    for (int i = 0; i < 200; ++i) {
        for (const std::uint8_t byte : make_scramble()) {
            EXPECT_NE(byte, 0);
            EXPECT_NE(byte, '$');
            EXPECT_LT(byte, 0x80);
        }
    }
    EXPECT_NE(make_scramble(), make_scramble());
}

TEST(W7_Rsa, DecryptsWhatOpenSslEncrypted) {
    const auto pair = RsaKeyPair::from_pem(testing::rsa_private_key);
    ASSERT_TRUE(pair.has_value());
    const auto masked = pair->decrypt(hex(testing::rsa_ciphertext));
    ASSERT_TRUE(masked.has_value());
    const Bytes clear = xor_with_scramble(*masked, mysql_scramble);
    EXPECT_EQ(to_text(clear), std::string_view("secret\0", 7));
}

TEST(W7_Rsa, RefusesWhatIsNotForIt) {
    const auto pair = RsaKeyPair::from_pem(testing::rsa_private_key);
    ASSERT_TRUE(pair.has_value());
    Bytes cipher = hex(testing::rsa_ciphertext);
    testing::for_each_truncation(
        cipher, [&](BytesView prefix, std::size_t) { EXPECT_FALSE(pair->decrypt(prefix).has_value()); });
    cipher[100] ^= 1;
    EXPECT_FALSE(pair->decrypt(cipher).has_value());
    cipher.push_back(0);
    EXPECT_FALSE(pair->decrypt(cipher).has_value());
    EXPECT_FALSE(RsaKeyPair::from_pem("").has_value());
    EXPECT_FALSE(RsaKeyPair::from_pem(pair->public_key_pem()).has_value());
}

TEST(W7_Rsa, EncryptsForAServersKeyOnly) {
    const auto pair = RsaKeyPair::from_pem(testing::rsa_private_key);
    ASSERT_TRUE(pair.has_value());
    EXPECT_TRUE(pair->public_key_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    const auto cipher = rsa_encrypt(pair->public_key_pem(), text_bytes("hello"));
    ASSERT_TRUE(cipher.has_value());
    EXPECT_EQ(to_text(pair->decrypt(*cipher).value()), "hello");
    EXPECT_FALSE(rsa_encrypt("", text_bytes("x")).has_value());
    EXPECT_FALSE(rsa_encrypt("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", text_bytes("x"))
                     .has_value());
    EXPECT_FALSE(rsa_encrypt(std::string(100'000, 'A'), text_bytes("x")).has_value());
    const auto too_long = rsa_encrypt(pair->public_key_pem(), Bytes(256, 'x'));
    ASSERT_FALSE(too_long.has_value());
    EXPECT_EQ(too_long.error().code, mysql_error::access_denied);
}

}  // namespace
}  // namespace leasehold::wire
