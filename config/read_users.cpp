// The lists of admins and users.
#include <fmt/format.h>

#include <unordered_map>

#include "config/map_reader.h"
#include "config/quote.h"
#include "config/readers.h"

namespace leasehold::config {
namespace {

// The longest name MariaDB stores (mysql.global_priv.User); MySQL stops at 32.
constexpr std::size_t max_user_name = 128;

void check_name(const Context& context, const YamlNode& map, const std::string& path,
                const std::string& name) {
    const YamlEntry* entry = map.find("name");
    if (entry == nullptr) {
        context.problem(map, path + " has no name; expected name and a password");
    } else if (entry->value.kind == YamlNode::Kind::scalar && (name.empty() || name.size() > max_user_name)) {
        context.problem(
            *entry, fmt::format("{}.name is {}; expected 1 to {} bytes", path, quote(name), max_user_name));
    }
}

template <typename Account>
std::vector<Account> read_accounts(const Context& context, const YamlEntry& list) {
    std::vector<Account> accounts;
    if (list.value.kind == YamlNode::Kind::scalar || list.value.kind == YamlNode::Kind::map) {
        context.problem(
            list, fmt::format("{} is {}; expected a list such as [{{name: app, password: secret}}]", list.key,
                              kind_name(list.value)));
        return accounts;
    }
    std::unordered_map<std::string, int> lines;
    for (std::size_t i = 0; i < list.value.items.size() && !context.full(); ++i) {
        const YamlNode& item = list.value.items[i];
        std::string path = fmt::format("{}[{}]", list.key, i);
        MapReader reader(context, item, path);
        Account account;
        account.line.number = item.line;
        visit(reader, account);
        reader.finish();
        if (item.kind != YamlNode::Kind::map && item.kind != YamlNode::Kind::null) continue;
        check_name(context, item, path, account.name);
        if (!has_secret(item)) {
            context.problem(item,
                            path +
                                " has no password; expected one of password, password_env, password_file, "
                                "password_hash");
        }
        if (!account.name.empty()) {
            auto [first, fresh] = lines.emplace(account.name, item.line);
            if (!fresh) {
                context.problem(item, fmt::format("{} has the name {} of line {}; expected each name once",
                                                  path, quote(account.name), first->second));
            }
        }
        accounts.push_back(std::move(account));
    }
    return accounts;
}

}  // namespace

std::vector<Admin> read_admins(const Context& context, const YamlEntry& list) {
    return read_accounts<Admin>(context, list);
}

std::vector<User> read_users(const Context& context, const YamlEntry& list) {
    return read_accounts<User>(context, list);
}

}  // namespace leasehold::config
