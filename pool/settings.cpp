#include "pool/settings.h"

#include <algorithm>

#include "base/memory_account.h"

namespace leasehold::pool {

Settings::Settings(SettingsTable& table, Values values) : table_(table), values_(std::move(values)) {
    for (const auto& [name, value] : values_) bytes_ += name.size() + value.size();
    charge(MemoryPart::settings, memory());
}

Settings::~Settings() {
    charge(MemoryPart::settings, -memory());
}

std::int64_t Settings::memory() const {
    return static_cast<std::int64_t>(allocated_size(sizeof(Settings)) +
                                     allocated_size(values_.size() * sizeof(Values::value_type)) + bytes_);
}

std::optional<std::string_view> Settings::find(std::string_view name) const {
    const auto at = std::lower_bound(values_.begin(), values_.end(), name,
                                     [](const auto& entry, std::string_view n) { return entry.first < n; });
    if (at == values_.end() || at->first != name) return std::nullopt;
    return at->second;
}

bool Settings::proven_on(const void* tablet) const {
    return std::find(proven_.begin(), proven_.end(), tablet) != proven_.end();
}

void Settings::prove_on(const void* tablet) const {
    constexpr std::size_t max_proven = 256;
    if (!proven_on(tablet) && proven_.size() < max_proven) proven_.push_back(tablet);
}

void intrusive_ptr_add_ref(const Settings* settings) noexcept {
    ++settings->references_;
}

void intrusive_ptr_release(const Settings* settings) noexcept {
    if (--settings->references_ > 0) return;
    SettingsTable& table = settings->table_;
    table.all_.erase(table.all_.iterator_to(*settings));
    delete settings;
}

SettingsTable::~SettingsTable() = default;  // the safe-link set asserts that nothing is out any more

SettingsRef SettingsTable::intern(Settings::Values values) {
    if (values.empty()) return nullptr;
    std::sort(values.begin(), values.end());
    const auto found = all_.find(values, [](const auto& a, const auto& b) {
        if constexpr (std::is_same_v<std::decay_t<decltype(a)>, Settings>) {
            return a.values() < b;
        } else {
            return a < b.values();
        }
    });
    if (found != all_.end()) return SettingsRef(&*found);
    auto* made = new Settings(*this, std::move(values));
    all_.insert(*made);
    return SettingsRef(made);
}

SettingsRef SettingsTable::with(const SettingsRef& base, std::string_view name, std::string_view value) {
    Settings::Values values = base ? base->values() : Settings::Values();
    const auto at =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    if (at == values.end()) {
        values.emplace_back(name, value);
    } else if (at->second == value) {
        return base;
    } else {
        at->second = value;
    }
    return intern(std::move(values));
}

SettingsRef SettingsTable::without(const SettingsRef& base, std::string_view name) {
    if (!base || !base->find(name)) return base;
    Settings::Values values = base->values();
    std::erase_if(values, [&](const auto& v) { return v.first == name; });
    return intern(std::move(values));
}

std::optional<std::string> replay_sql(const SettingsRef& has, const SettingsRef& wanted) {
    if (has == wanted) return std::string();
    if (has) {
        for (const auto& entry : has->values()) {
            if (!wanted || !wanted->find(entry.first)) return std::nullopt;
        }
    }
    std::string sql;
    // SET NAMES changes the character set variables too, so whatever stands after it is said again.
    bool names_changed = false;
    for (const auto& [name, value] : wanted->values()) {
        if (!names_changed && has && has->find(name) == value) continue;
        if (name == Settings::names) names_changed = true;
        sql += sql.empty() ? "SET " : ", ";
        if (name == Settings::names) {
            sql += "NAMES " + value;
        } else if (name.starts_with('@')) {
            sql += name + " = " + value;
        } else {
            sql += "SESSION " + name + " = " + value;
        }
    }
    return sql;
}

}  // namespace leasehold::pool
