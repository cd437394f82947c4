// The HTTP server over real loopback sockets: what it is for is to survive what comes over them.
#include "proxy/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <future>

namespace leasehold::proxy {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A client that reads until the server closes, or for five seconds.
class Client {
  public:
    explicit Client(const config::Address& address) {
        if (address.kind == config::Address::Kind::unix_socket) {
            socket_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
            sockaddr_un name{};
            name.sun_family = AF_UNIX;
            std::memcpy(name.sun_path, address.path.c_str(), address.path.size());
            connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
        } else {
            socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
            sockaddr_in name{};
            name.sin_family = AF_INET;
            name.sin_port = htons(address.port);
            name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
        }
        const timeval patience{5, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Client() { close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const { return connected_; }
    Client& send(std::string_view text) {
        ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        return *this;
    }
    std::string read_all() {
        std::string all;
        char buffer[4096];
        for (;;) {
            const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
            if (got <= 0) return got == 0 || errno == ECONNRESET ? all : all + "(no end)";
            all.append(buffer, static_cast<std::size_t>(got));
        }
    }
    std::string read_some() {
        char buffer[65536];
        const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
        return got <= 0 ? "" : std::string(buffer, static_cast<std::size_t>(got));
    }

  private:
    int socket_;
    bool connected_ = false;
};

HttpLimits small_limits() {
    HttpLimits limits;
    limits.connections = 4;
    limits.header_bytes = 1024;
    limits.body_bytes = 100;
    limits.request_timeout = 300ms;
    limits.idle_timeout = 300ms;
    return limits;
}

class HttpServerTest : public testing::Test {
  protected:
    void SetUp() override {
        std::vector<HttpRoute> routes;
        routes.push_back({"GET", "/hello", [](const HttpRequest& r) {
                              return HttpResponse{200, "text/plain", "hi " + r.query};
                          }});
        routes.push_back({"POST", "/hello", [](const HttpRequest&) {
                              return HttpResponse{202, "text/plain", "posted"};
                          }});
        routes.push_back({"GET", "/big", [](const HttpRequest&) {
                              return HttpResponse{200, "text/plain", std::string(64U << 20, 'x')};
                          }});
        routes.push_back({"GET", "/throws",
                          [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("secret"); }});
        routes.push_back({"GET", "/slow",
                          [this](const HttpRequest&) {
                              started_.set_value();
                              release_.get_future().wait();
                              return HttpResponse{200, "text/plain", "done"};
                          },
                          true});
        auto server =
            HttpServer::start(config::Address::tcp("127.0.0.1", 0), std::move(routes), small_limits());
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    std::string ask(std::string_view request) { return Client(server_->address()).send(request).read_all(); }

    std::promise<void> started_, release_;
    std::unique_ptr<HttpServer> server_;
};

constexpr std::string_view get_hello = "GET /hello?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(HttpServerTest, Answers) {
    EXPECT_NE(server_->address().port, 0);
    const std::string answer = ask(get_hello);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nhi a=b"));
}

TEST_F(HttpServerTest, HeadHasTheLengthButNoBody) {
    const std::string answer = ask("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, KeepsConnectionsAliveAndPipelines) {
    Client client(server_->address());
    const std::string one = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(one);
    EXPECT_THAT(client.read_some(), testing::EndsWith("hi "));
    const std::string rest = client.send(one + std::string(get_hello)).read_all();
    EXPECT_THAT(rest, HasSubstr("hi HTTP/1.1"));
    EXPECT_THAT(rest, testing::EndsWith("hi a=b"));
}

TEST_F(HttpServerTest, MethodsAndPaths) {
    EXPECT_THAT(ask("POST /hello HTTP/1.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"),
                StartsWith("HTTP/1.1 202 "));
    EXPECT_THAT(ask("DELETE /hello HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(ask("GET /nope HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask("GET /hello/ HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, BadAndOversizedRequests) {
    EXPECT_THAT(ask("this is not HTTP\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nX: " + std::string(2000, 'a') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(ask("POST /hello HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + std::string(5000, 'b')),
                StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask("GET /throws HTTP/1.1\r\nConnection: close\r\n\r\n"),
                testing::AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("secret"))));
    EXPECT_THAT(ask(get_hello), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, SilentAndDrippingClientsAreClosed) {
    EXPECT_EQ(Client(server_->address()).read_all(), "");
    EXPECT_EQ(Client(server_->address()).send("GET /hello HT").read_all(), "");
    Client dripping(server_->address());
    const auto began = std::chrono::steady_clock::now();
    // A byte each 50 ms keeps any timeout that counts from the last byte from firing.
    for (const char c : std::string_view("GET /hello HTTP/1.1\r\nHost: abcdefgh\r\n")) {
        dripping.send(std::string_view(&c, 1));
        std::this_thread::sleep_for(50ms);
        if (server_->connections() == 0) break;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1200ms);
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTest, ClientThatDoesNotReadIsClosed) {
    Client client(server_->address());
    client.send("GET /big HTTP/1.1\r\n\r\n");
    for (int i = 0; i < 100 && server_->connections() == 0; ++i) std::this_thread::sleep_for(10ms);
    for (int i = 0; i < 300 && server_->connections() != 0; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTest, SilentClientsDoNotKeepOthersOut) {
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 20; ++i) silent.push_back(std::make_unique<Client>(server_->address()));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(ask(get_hello), StartsWith("HTTP/1.1 200 "));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 200ms);
    EXPECT_LE(server_->connections(), 5U);
}

TEST_F(HttpServerTest, SlowHandlerHoldsUpNobody) {
    auto slow = std::async(std::launch::async,
                           [&] { return ask("GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n"); });
    started_.get_future().wait();
    EXPECT_THAT(ask(get_hello), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
    std::this_thread::sleep_for(400ms);  // longer than the request timeout
    release_.set_value();
    EXPECT_THAT(slow.get(), testing::EndsWith("done"));
}

TEST_F(HttpServerTest, StopsWithConnectionsOpen) {
    Client open(server_->address());
    open.send("GET /hel");
    const config::Address address = server_->address();
    server_->stop();
    EXPECT_FALSE(Client(address).connected());
    server_->stop();
}

TEST(HttpServer, PortInUseIsAnErrorThatSaysSo) {
    auto first = HttpServer::start(config::Address::tcp("127.0.0.1", 0), {});
    ASSERT_TRUE(first);
    const auto second = HttpServer::start((*first)->address(), {});
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("cannot listen on 127.0.0.1:"));
    EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
}

TEST(HttpServer, UnixSocketIsReplacedWhenStaleAndRemovedInTheEnd) {
    std::string folder = std::filesystem::temp_directory_path() / "leasehold-http-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    const auto address = config::Address::unix_socket(folder + "/http.sock");
    {
        const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::memcpy(name.sun_path, address.path.c_str(), address.path.size());
        ASSERT_EQ(bind(stale, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
        close(stale);
    }
    auto server = HttpServer::start(address, {});
    ASSERT_TRUE(server) << server.error().message;
    EXPECT_THAT(Client(address).send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").read_all(),
                StartsWith("HTTP/1.1 404 "));
    EXPECT_FALSE(HttpServer::start(address, {})) << "in use";
    (*server)->stop();
    EXPECT_FALSE(std::filesystem::exists(address.path));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace leasehold::proxy
