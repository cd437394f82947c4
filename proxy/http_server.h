// A small HTTP/1.1 server for operators: /metrics, health, the status page. One thread of its own does all
// I/O, a second one the handlers that take long; none of it touches a worker. Bounded in connections, sizes
// and time a request, so that nobody can pin it: at the limit of connections a new one is closed at once.
// Owner: main. Thread: start, stop and the destructor by one thread; handlers run on the server's threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "config/address.h"

namespace leasehold::proxy {

struct HttpRequest {
    std::string method;  // GET also for HEAD: the server leaves out the body itself
    std::string path;    // "/metrics"; what stands before the question mark
    std::string query;   // "seconds=5&x=1"; undecoded

    // The value of a parameter of `query`; empty when it is not there.
    std::string_view parameter(std::string_view name) const;
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

struct HttpRoute {
    std::string method;                                       // GET serves HEAD as well
    std::string path;                                         // compared as a whole
    std::function<HttpResponse(const HttpRequest&)> handler;  // what it throws becomes a 500
    bool slow = false;  // may take seconds: runs on the second thread, one at a time
};

struct HttpLimits {
    std::size_t connections = 64;
    std::uint32_t header_bytes = 8 * 1024;
    std::uint64_t body_bytes = 16 * 1024;              // of a request
    std::chrono::milliseconds request_timeout{5'000};  // reading a request, and writing its answer
    std::chrono::milliseconds idle_timeout{30'000};    // between requests of one connection
};

class HttpServer {
  public:
    // Listens and serves until stop(). Error{0, ...} with the address and the system's reason.
    static Result<std::unique_ptr<HttpServer>> start(const config::Address& listen,
                                                     std::vector<HttpRoute> routes, HttpLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Closes every connection and ends the threads; a slow handler that runs is waited for.
    void stop();

    // Where it listens: the port that the system chose when the given one was 0.
    const config::Address& address() const;
    std::size_t connections() const;

  private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace leasehold::proxy
