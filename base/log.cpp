#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "base/log_queue.h"

namespace leasehold {
namespace {

std::atomic<LogFormat> current_format{LogFormat::text};

// Both are never destroyed: threads may log until the process is gone.
LogQueue& queue() {
    static LogQueue* const instance = [] {
        auto* made = new LogQueue(STDERR_FILENO, default_log_queue_bytes);
        std::atexit([] { flush_log(std::chrono::seconds(1)); });
        return made;
    }();
    return *instance;
}

// Holds its mutex while a record is formatted, never while one is written.
class QueueSink final : public spdlog::sinks::base_sink<std::mutex> {
  private:
    void sink_it_(const spdlog::details::log_msg& record) override {
        line_.clear();
        formatter_->format(record, line_);
        queue().push({line_.data(), line_.size()});
    }
    void flush_() override {}

    spdlog::memory_buf_t line_;
};

spdlog::logger& logger() {
    static spdlog::logger* const instance = [] {
        auto* made = new spdlog::logger("leasehold", std::make_shared<QueueSink>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

// Escapes what would break a line or a quoted value; the same rules serve both formats (RFC 8259, section 7).
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

bool needs_quotes(std::string_view text) {
    if (text.empty()) return true;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '=' || c == '\\') return true;
    }
    return false;
}

}  // namespace

std::string format_record(LogFormat format, std::string_view event, std::initializer_list<LogField> fields) {
    std::string out;
    if (format == LogFormat::json) {
        out = "{\"event\":";
        append_quoted(out, event);
        for (const LogField& field : fields) {
            out += ',';
            append_quoted(out, field.key);
            out += ':';
            append_quoted(out, field.value);
        }
        out += '}';
        return out;
    }
    out = "event=";
    if (needs_quotes(event)) {
        append_quoted(out, event);
    } else {
        out += event;
    }
    for (const LogField& field : fields) {
        out += ' ';
        out += field.key;
        out += '=';
        if (needs_quotes(field.value)) {
            append_quoted(out, field.value);
        } else {
            out += field.value;
        }
    }
    return out;
}

void configure_log(LogLevel level, LogFormat format, std::size_t queue_bytes) {
    queue().set_limit(queue_bytes);
    current_format.store(format, std::memory_order_relaxed);
    // JSON records carry time and level as members, so that each line is one JSON object.
    logger().set_pattern(format == LogFormat::json
                             ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","record":%v})"
                             : "%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    logger().set_level(to_spdlog(level));
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
    const auto severity = to_spdlog(level);
    if (!logger().should_log(severity)) return;
    const LogFormat format = current_format.load(std::memory_order_relaxed);
    logger().log(severity, format_record(format, event, fields));
    if (const std::uint64_t lost = queue().take_lost(); lost > 0) {
        logger().log(spdlog::level::warn, format_record(format, "log records lost", {{"count", lost}}));
    }
}

std::uint64_t lost_log_records() {
    return queue().lost();
}

void flush_log(std::chrono::milliseconds patience) {
    queue().flush(patience);
}

}  // namespace leasehold
