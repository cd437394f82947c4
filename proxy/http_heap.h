// GET /debug/heap?seconds=N: a heap profile, as jeprof and pprof read it (docs/memory.md).
#pragma once

#include "proxy/heap_profiler.h"
#include "proxy/http_server.h"

namespace leasehold::proxy {

// The profiler must outlive the server of the route.
HttpRoute heap_route(HeapProfiler& profiler);

}  // namespace leasehold::proxy
