#include "proxy/http_heap.h"

#include <charconv>

namespace leasehold::proxy {
namespace {

constexpr int max_seconds = 300;

HttpResponse respond(HeapProfiler& profiler, const HttpRequest& request) {
    const std::string_view asked = request.parameter("seconds");
    int seconds = 0;
    const auto [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), seconds);
    const bool number = error == std::errc() && end == asked.data() + asked.size();
    if (!asked.empty() && (!number || seconds < 0 || seconds > max_seconds))
        return {400, "text/plain; charset=utf-8", "seconds: a number from 0 to 300\n"};
    if (seconds == 0 && !profiler.active()) {
        return {
            409, "text/plain; charset=utf-8",
            "heap profiling is off: SET memory_profiling = ON on the admin port, or ask with ?seconds=N\n"};
    }
    Result<std::string> text = profiler.observe(std::chrono::seconds(seconds));
    if (!text) return {503, "text/plain; charset=utf-8", text.error().message + "\n"};
    return {200, "application/octet-stream", std::move(*text)};
}

}  // namespace

HttpRoute heap_route(HeapProfiler& profiler) {
    HttpRoute route{"GET", "/debug/heap",
                    [&profiler](const HttpRequest& request) { return respond(profiler, request); }};
    route.slow = true;
    return route;
}

}  // namespace leasehold::proxy
