#include "proxy/http_server.h"

#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/memory_account.h"
#include "proxy/http_listener.h"

namespace leasehold::proxy {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Stream = beast::basic_stream<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Failure = boost::system::error_code;

HttpResponse plain(unsigned status, std::string body) {
    return {status, "text/plain; charset=utf-8", std::move(body)};
}

HttpResponse run_handler(const HttpRoute& route, const HttpRequest& request) {
    try {
        return route.handler(request);
    } catch (const std::exception& failure) {
        log(LogLevel::error, "http handler failed", {{"path", route.path}, {"why", failure.what()}});
        return plain(500, "internal error\n");
    }
}

}  // namespace

std::string_view HttpRequest::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) == name) return pair.substr(std::min(equals + 1, pair.size()));
    }
    return {};
}

struct HttpServer::Impl {
    class Session;

    Impl(HttpListener opened, std::vector<HttpRoute> r, HttpLimits l)
        : address(opened.address()),
          listener(std::move(opened)),
          routes(std::move(r)),
          limits(l),
          acceptor(context),
          retry(context) {
        // The acceptor gets a descriptor of its own: both close theirs.
        const int family = listener->family();
        acceptor.assign({family, family == AF_UNIX ? 0 : IPPROTO_TCP}, dup(listener->native()));
    }

    void accept();
    void admit(Stream::socket_type socket);
    // The longest without a whole request, if any.
    Session* most_idle();
    struct Match {
        const HttpRoute* route = nullptr;
        bool path_known = false;  // some route has the path, if not for this method
    };
    Match find(std::string_view method, std::string_view path) const;

    const config::Address address;
    std::optional<HttpListener> listener;
    const std::vector<HttpRoute> routes;
    const HttpLimits limits;
    std::atomic<std::size_t> open{0};
    std::atomic<bool> slow_busy{false};
    std::list<Session*> sessions;  // oldest first; before `context`, whose end destroys what is left of them
    asio::io_context context{1};
    Acceptor acceptor;
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                               asio::io_context::executor_type>
        retry;
    asio::thread_pool slow{1};
    std::thread thread;
};

// One connection: requests one after another. Kept alive by the operation that runs.
class HttpServer::Impl::Session : public std::enable_shared_from_this<Session> {
  public:
    Session(Impl& server, Stream::socket_type socket) : server_(server), stream_(std::move(socket)) {
        server_.open.fetch_add(1, std::memory_order_relaxed);
        at_ = server_.sessions.insert(server_.sessions.end(), this);
    }
    ~Session() {
        server_.sessions.erase(at_);
        server_.open.fetch_sub(1, std::memory_order_relaxed);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read(std::chrono::milliseconds timeout) {
        reading_ = true;
        parser_.emplace();
        parser_->header_limit(server_.limits.header_bytes);
        parser_->body_limit(server_.limits.body_bytes);
        // One deadline for the whole request, however slowly its bytes drip.
        stream_.expires_after(timeout);
        http::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](Failure failure, std::size_t) { self->on_read(failure); });
    }

    bool reading() const { return reading_; }
    void close() {
        reading_ = false;
        stream_.close();
    }

  private:
    void on_read(Failure failure) {
        reading_ = false;
        if (failure) {
            keep_alive_ = head_ = false;
            if (failure == http::error::header_limit) return answer(plain(431, "the header is too large\n"));
            if (failure == http::error::body_limit) return answer(plain(413, "the body is too large\n"));
            const bool is_http_error =
                failure.category() == make_error_code(http::error::bad_method).category();
            if (is_http_error && failure != http::error::end_of_stream &&
                failure != http::error::partial_message) {
                return answer(plain(400, failure.message() + "\n"));
            }
            return;
        }
        const auto& message = parser_->get();
        keep_alive_ = message.keep_alive();
        head_ = message.method() == http::verb::head;
        HttpRequest request;
        request.method = head_ ? "GET" : std::string(message.method_string());
        const std::string_view target(message.target().data(), message.target().size());
        const std::size_t mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        request.query = target.substr(std::min(mark + 1, target.size()));
        dispatch(std::move(request));
    }

    void dispatch(HttpRequest request) {
        const auto [route, path_known] = server_.find(request.method, request.path);
        if (route == nullptr) {
            return answer(path_known ? plain(405, "this path does not take " + request.method + "\n")
                                     : plain(404, "nothing here; / links to what there is\n"));
        }
        if (!route->slow) return answer(run_handler(*route, request));
        if (server_.slow_busy.exchange(true)) return answer(plain(503, "one such request runs already\n"));
        stream_.expires_never();
        asio::post(server_.slow, [self = shared_from_this(), &handled_by = *route,
                                  asked = std::move(request)]() mutable {
            HttpResponse response = run_handler(handled_by, asked);
            Impl& server = self->server_;
            server.slow_busy.store(false);
            asio::post(server.context, [kept = std::move(self), made = std::move(response)]() mutable {
                kept->answer(std::move(made));
            });
        });
    }

    void answer(HttpResponse response) {
        stream_.expires_after(server_.limits.request_timeout);
        if (head_) {
            head_message_.emplace();
            fill(*head_message_, response);
            return write(*head_message_);
        }
        message_.emplace();
        fill(*message_, response);
        message_->body() = std::move(response.body);
        memory_.set(message_->body().capacity());
        write(*message_);
    }

    template <typename Message>
    void fill(Message& message, const HttpResponse& response) {
        message.version(11);
        message.result(response.status);
        message.keep_alive(keep_alive_);
        message.set(http::field::content_type, response.content_type);
        message.set(http::field::content_length, std::to_string(response.body.size()));
        message.set(http::field::cache_control, "no-store");
        message.set("X-Content-Type-Options", "nosniff");
        message.set("Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    }

    template <typename Message>
    void write(Message& message) {
        http::async_write(stream_, message, [self = shared_from_this()](Failure failure, std::size_t) {
            if (failure) return;
            self->message_.reset();
            self->memory_.set(0);
            if (self->keep_alive_) {
                self->read(self->server_.limits.idle_timeout);
            } else {
                self->finish();
            }
        });
    }

    // Closing with unread bytes would reset the connection and take the answer with it: half-close, and drop
    // what still comes until the client closes or the deadline.
    void finish() {
        Failure ignored;
        stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
        reading_ = true;
        drain();
    }
    void drain() {
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(4096),
                                [self = shared_from_this()](Failure failure, std::size_t) {
                                    if (!failure) self->drain();
                                });
    }

    Impl& server_;
    std::list<Session*>::iterator at_;
    Stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::optional<http::response<http::string_body>> message_;
    std::optional<http::response<http::empty_body>> head_message_;
    MemoryCharge memory_{MemoryPart::metrics};
    bool keep_alive_ = false;
    bool head_ = false;
    bool reading_ = false;
};

void HttpServer::Impl::accept() {
    acceptor.async_accept(context, [this](Failure failure, Stream::socket_type socket) {
        if (failure == asio::error::operation_aborted) return;
        if (!failure) {
            admit(std::move(socket));
            return accept();
        }
        // Out of descriptors, most likely: the next try would fail at once as well.
        retry.expires_after(std::chrono::milliseconds(100));
        retry.async_wait([this](Failure stopped) {
            if (!stopped) accept();
        });
    });
}

void HttpServer::Impl::admit(Stream::socket_type socket) {
    if (sessions.size() >= limits.connections) {
        // Clients that connect and say nothing must not keep others out.
        Session* const idle = most_idle();
        if (idle == nullptr) return;
        idle->close();
    }
    std::make_shared<Session>(*this, std::move(socket))->read(limits.request_timeout);
}

HttpServer::Impl::Session* HttpServer::Impl::most_idle() {
    const auto found = std::find_if(sessions.begin(), sessions.end(),
                                    [](const Session* session) { return session->reading(); });
    return found == sessions.end() ? nullptr : *found;
}

HttpServer::Impl::Match HttpServer::Impl::find(std::string_view method, std::string_view path) const {
    Match match;
    for (const HttpRoute& route : routes) {
        if (route.path != path) continue;
        match.path_known = true;
        if (route.method == method) match.route = &route;
    }
    return match;
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    stop();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const config::Address& listen,
                                                      std::vector<HttpRoute> routes, HttpLimits limits) {
    Result<HttpListener> listener = HttpListener::open(listen);
    if (!listener) return listener.error();
    auto impl = std::make_unique<Impl>(std::move(*listener), std::move(routes), limits);
    impl->accept();
    impl->thread = std::thread([&running = *impl] { running.context.run(); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

void HttpServer::stop() {
    if (!impl_->thread.joinable()) return;
    impl_->context.stop();
    impl_->thread.join();
    impl_->slow.join();
    impl_->acceptor.close();
    impl_->listener.reset();
}

const config::Address& HttpServer::address() const {
    return impl_->address;
}

std::size_t HttpServer::connections() const {
    return impl_->open.load(std::memory_order_relaxed);
}

}  // namespace leasehold::proxy
