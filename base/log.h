// Structured log: one line a record, key=value or JSON (configuration `log`). Any thread, none of which waits
// for the disk: a thread of the log's own writes to standard error, and what it cannot write in time is
// dropped and counted (base/log_queue.h). spdlog does the formatting; its headers stay in log.cpp because
// they are dear to include.
#pragma once

#include <chrono>
#include <cstddef>
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

// Bytes of records that wait for standard error, unless configured.
inline constexpr std::size_t default_log_queue_bytes = std::size_t{1} << 20;

// Sets level, format and the bytes that may wait to be written, for the process. Before the first call: info,
// text, default_log_queue_bytes.
void configure_log(LogLevel level, LogFormat format, std::size_t queue_bytes = default_log_queue_bytes);

// `event` names what happened in a few words; the fields say to what.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

// Records that were never written: standard error took none for so long that the queue was full, or failed.
std::uint64_t lost_log_records();

// Waits until all records are written, or for so long. The process does it by itself when it exits.
void flush_log(std::chrono::milliseconds patience);

// Renders one record without time and level; a pure function for tests.
std::string format_record(LogFormat format, std::string_view event, std::initializer_list<LogField> fields);

}  // namespace leasehold
