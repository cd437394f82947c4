// The routes that every Leasehold has: /metrics /healthz /readyz and / (the status page). Pure but for the
// snapshot.
#pragma once

#include <functional>
#include <vector>

#include "metrics/snapshot.h"
#include "proxy/http_server.h"

namespace leasehold::proxy {

// `snapshot` is called once a request, on the server's thread; it must not wait for a worker without a bound.
std::vector<HttpRoute> standard_routes(std::function<metrics::Snapshot()> snapshot);

// 200 when clients are taken and each keyspace has a tablet that is up; else 503. The body says what is
// missing.
HttpResponse readiness(const metrics::Snapshot& snapshot);

}  // namespace leasehold::proxy
