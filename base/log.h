// Structured log: one line a record, key=value or JSON (configuration `log`). Any thread. spdlog does the
// writing; its headers stay in log.cpp because they are dear to include.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace leasehold {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

// One key=value of a record. Numbers are formatted at once, so a Field owns its text.
struct LogField {
    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const char* v) : key(k), value(v) {}
    LogField(std::string_view k, std::int64_t v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, std::uint64_t v) : key(k), value(std::to_string(v)) {}
    LogField(std::string_view k, int v) : key(k), value(std::to_string(v)) {}
    std::string_view key;
    std::string value;
};

// Sets level and format for the process. Before the first call: info, text, standard error.
void configure_log(LogLevel level, LogFormat format);

// `event` names what happened in a few words; the fields say to what.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// Renders one record without time and level; a pure function for tests.
std::string format_record(LogFormat format, std::string_view event, std::initializer_list<LogField> fields);

}  // namespace leasehold
