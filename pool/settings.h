// The settings of a session as an interned set: two sessions with the same settings hold the same pointer, so
// that a pool finds a connection that already has them by comparing pointers. Null means none but the pool's
// own. Owner: the worker's SettingsTable lists them, sessions and connections hold references. Thread: the
// worker's.
#pragma once

#include <boost/intrusive/set.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leasehold::pool {

class SettingsTable;

class Settings : public boost::intrusive::set_base_hook<> {
  public:
    // Sorted by name. The value is SQL, ready to stand right of the equals sign. The name " names" (it sorts
    // before every variable) is SET NAMES, whose value is what follows NAMES; "@name" is a user variable.
    using Values = std::vector<std::pair<std::string, std::string>>;
    static constexpr std::string_view names = " names";

    const Values& values() const { return values_; }
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t bytes() const { return bytes_; }
    // Whether a tablet has accepted exactly this set before: then it may be sent together with a statement,
    // unread. `tablet` is compared, never used.
    bool proven_on(const void* tablet) const;
    void prove_on(const void* tablet) const;

    friend bool operator<(const Settings& a, const Settings& b) { return a.values_ < b.values_; }

  private:
    friend class SettingsTable;
    friend void intrusive_ptr_add_ref(const Settings* settings) noexcept;
    friend void intrusive_ptr_release(const Settings* settings) noexcept;
    Settings(SettingsTable& table, Values values);
    ~Settings();
    std::int64_t memory() const;

    SettingsTable& table_;
    Values values_;
    std::size_t bytes_ = 0;
    mutable std::size_t references_ = 0;
    mutable std::vector<const void*> proven_;  // at most max_proven of them
};

using SettingsRef = boost::intrusive_ptr<const Settings>;

class SettingsTable {
  public:
    SettingsTable() = default;
    SettingsTable(const SettingsTable&) = delete;
    SettingsTable& operator=(const SettingsTable&) = delete;
    ~SettingsTable();

    SettingsRef intern(Settings::Values values);
    // `base` with one value set, or without it.
    SettingsRef with(const SettingsRef& base, std::string_view name, std::string_view value);
    SettingsRef without(const SettingsRef& base, std::string_view name);
    std::size_t size() const { return all_.size(); }

  private:
    friend void intrusive_ptr_release(const Settings* settings) noexcept;
    boost::intrusive::set<Settings> all_;
};

// The statement that turns a connection with `has` into one with `wanted`: SET a = 1, b = 2. Nothing when a
// value of `has` would have to be taken away, which only a reset does. Empty when they are the same.
std::optional<std::string> replay_sql(const SettingsRef& has, const SettingsRef& wanted);

}  // namespace leasehold::pool
