#include "proxy/http_routes.h"

#include <algorithm>
#include <utility>

#include "metrics/exposition.h"
#include "proxy/http_status_page.h"

namespace leasehold::proxy {

HttpResponse readiness(const metrics::Snapshot& snapshot) {
    std::string missing;
    if (!snapshot.listening) missing += "not listening for clients\n";
    for (const metrics::KeyspaceFigures& keyspace : snapshot.keyspaces) {
        const bool any_up =
            std::any_of(snapshot.tablets.begin(), snapshot.tablets.end(),
                        [&](const auto& tablet) { return tablet.keyspace == keyspace.name && tablet.up; });
        if (!any_up) missing += "keyspace " + keyspace.name + ": no tablet is up\n";
    }
    HttpResponse response;
    if (!missing.empty()) {
        response.status = 503;
        response.body = "not ready\n" + missing;
        return response;
    }
    response.body = "ready\n";
    // Ready all the same, for others are served: but whoever asks should see it.
    for (const metrics::TabletFigures& tablet : snapshot.tablets) {
        if (tablet.up) continue;
        response.body +=
            "down: " + tablet.keyspace + "/" + tablet.shard + " " + tablet.tablet_type + " " + tablet.tablet;
        if (!tablet.last_error.empty()) response.body += " (" + tablet.last_error + ")";
        response.body += '\n';
    }
    return response;
}

std::vector<HttpRoute> standard_routes(std::function<metrics::Snapshot()> snapshot) {
    std::vector<HttpRoute> routes;
    routes.push_back(
        {"GET", "/metrics", [snapshot](const HttpRequest&) {
             return HttpResponse{200, metrics::exposition_content_type, metrics::render(snapshot())};
         }});
    routes.push_back({"GET", "/healthz", [](const HttpRequest&) {
                          return HttpResponse{200, "text/plain", "ok\n"};
                      }});
    routes.push_back({"GET", "/readyz", [snapshot](const HttpRequest&) { return readiness(snapshot()); }});
    routes.push_back({"GET", "/", [snapshot](const HttpRequest&) {
                          return HttpResponse{200, "text/html; charset=utf-8", status_page(snapshot())};
                      }});
    return routes;
}

}  // namespace leasehold::proxy
