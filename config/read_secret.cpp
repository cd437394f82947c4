// Passwords in their four forms. Nothing here puts a secret into a problem's text.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "config/map_reader.h"
#include "config/quote.h"

namespace leasehold::config {
namespace {

constexpr std::array<std::string_view, 4> forms{"password", "password_env", "password_file", "password_hash"};

bool is_hex(char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

int hex_digit(char c) {
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

// mysql_native_password: "*" and the 40 digits of SHA1(SHA1(password)).
bool is_native_hash(std::string_view text) {
    return text.size() == 41 && text[0] == '*' && std::all_of(text.begin() + 1, text.end(), is_hex);
}

// caching_sha2_password: "$A$", three hexadecimal digits for thousands of rounds, "$", 20 bytes of salt, 43
// of digest (MySQL's sql/auth/sha2_password.cc, Caching_sha2_password::serialize).
bool is_sha2_hash(std::string_view text) {
    return text.size() == 70 && text.starts_with("$A$") && is_hex(text[3]) && is_hex(text[4]) &&
           is_hex(text[5]) && text[6] == '$';
}

// The form SHOW CREATE USER prints with print_identified_with_as_hex=ON, because a salt has bytes of every
// kind.
std::optional<std::string> from_hex(std::string_view text) {
    if (!text.starts_with("0x") || text.size() % 2 != 0) return std::nullopt;
    text.remove_prefix(2);
    if (!std::all_of(text.begin(), text.end(), is_hex)) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        out += static_cast<char>(hex_digit(text[i]) * 16 + hex_digit(text[i + 1]));
    }
    return out;
}

std::optional<Credential> parse_hash(std::string text) {
    if (std::optional<std::string> raw = from_hex(text)) text = std::move(*raw);
    if (is_native_hash(text)) return Credential{Credential::Kind::native_hash, std::move(text)};
    if (is_sha2_hash(text)) return Credential{Credential::Kind::sha2_hash, std::move(text)};
    return std::nullopt;
}

class SecretReader {
  public:
    SecretReader(MapReader& reader, const YamlEntry& entry) : reader_(reader), entry_(entry) {}

    std::optional<Credential> read(Secrets secrets) {
        if (entry_.value.kind != YamlNode::Kind::scalar) {
            return refuse(
                fmt::format("is {}; expected a text, \"\" for an empty one", kind_name(entry_.value)));
        }
        const std::string& text = entry_.value.text;
        if (entry_.key == "password") return Credential{Credential::Kind::plain, text};
        if (entry_.key == "password_env") return from_environment(text);
        if (entry_.key == "password_file") return from_file(text);
        if (secrets == Secrets::plain) {
            return refuse(
                "cannot be used to log in to a tablet; expected password, password_env or password_file");
        }
        if (std::optional<Credential> hash = parse_hash(text)) return hash;
        return refuse(
            "is no password hash; expected '*' and 40 hexadecimal digits, '$A$005$' and 63 bytes, or the "
            "latter "
            "as 0x and hexadecimal digits");
    }

  private:
    std::optional<Credential> refuse(std::string what) {
        reader_.context().problem(entry_, reader_.path_of(entry_.key) + " " + std::move(what));
        return std::nullopt;
    }

    std::optional<Credential> from_environment(const std::string& name) {
        if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos) {
            return refuse("is no name of an environment variable");
        }
        std::optional<std::string> value = reader_.context().environment(name);
        if (!value)
            return refuse(fmt::format("names the environment variable {}, which is not set", quote(name)));
        if (value->empty())
            return refuse(fmt::format("names the environment variable {}, which is empty", quote(name)));
        return Credential{Credential::Kind::plain, std::move(*value)};
    }

    // The file's first line, so that an editor's closing newline does no harm.
    std::optional<Credential> from_file(const std::string& path) {
        if (path.empty()) return refuse("is empty; expected the name of a file");
        std::optional<std::string> text =
            reader_.context().read(entry_.value, path, reader_.path_of(entry_.key));
        if (!text) return std::nullopt;
        text->resize(std::min(text->find_first_of("\r\n"), text->size()));
        if (text->empty()) return refuse(fmt::format("names {}, whose first line is empty", quote(path)));
        return Credential{Credential::Kind::plain, std::move(*text)};
    }

    MapReader& reader_;
    const YamlEntry& entry_;
};

}  // namespace

bool has_secret(const YamlNode& map) {
    return std::any_of(forms.begin(), forms.end(),
                       [&map](std::string_view form) { return map.find(form) != nullptr; });
}

void read_secret(MapReader& reader, Secrets secrets, Credential& value) {
    const YamlEntry* first = nullptr;
    for (std::string_view form : forms) {
        const YamlEntry* entry = reader.take(form);
        if (entry == nullptr) continue;
        if (first != nullptr) {
            reader.context().problem(*entry, fmt::format("{} stands beside {}; expected one of them",
                                                         reader.path_of(form), first->key));
            continue;
        }
        first = entry;
        if (std::optional<Credential> read = SecretReader(reader, *entry).read(secrets))
            value = std::move(*read);
    }
}

}  // namespace leasehold::config
