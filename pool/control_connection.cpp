#include "pool/control_connection.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysql.h>
#include <openssl/x509.h>

#include <algorithm>
#include <mutex>

#include "base/mysql_errors.h"

namespace leasehold::pool {
namespace {

constexpr std::size_t max_rows = 10'000;
constexpr std::size_t max_bytes = 8U << 20;

// The library makes its tables at the first mysql_init, which is not safe from several threads at once.
void initialise_library() {
    static std::once_flag done;
    std::call_once(done, [] { mysql_server_init(0, nullptr, nullptr); });
}

Error error_of(MYSQL* mysql) {
    const unsigned code = mysql_errno(mysql);
    return make_error(static_cast<std::uint16_t>(code == 0 ? CR_UNKNOWN_ERROR : code), ::mysql_error(mysql));
}

void set_tls(MYSQL* mysql, const TabletSpec& spec) {
    // A Unix socket is as private as it gets.
    if (spec.tls_mode == config::TlsMode::disabled || spec.endpoint.is_unix()) return;
    const config::TabletTls& files = spec.tls_files;
    const bool verify_ca = spec.tls_mode == config::TlsMode::verify_ca;
    const bool verify_identity = spec.tls_mode == config::TlsMode::verify_identity;
    const auto name_or_null = [](const std::string& name) { return name.empty() ? nullptr : name.c_str(); };
    // A CA given here is checked against whatever the mode: only where the mode says so.
    const bool verify = verify_ca || verify_identity;
    const char* folder = verify && files.ca.empty() ? X509_get_default_cert_dir() : nullptr;
    mysql_ssl_set(mysql, name_or_null(files.key), name_or_null(files.cert),
                  verify ? name_or_null(files.ca) : nullptr, folder, nullptr);
    const my_bool on = 1;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
    if (verify_identity) mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
}

void set_options(MYSQL* mysql, const TabletSpec& spec, std::chrono::milliseconds timeout) {
    const auto seconds = static_cast<unsigned>(
        std::max<std::chrono::seconds::rep>(1, std::chrono::ceil<std::chrono::seconds>(timeout).count()));
    mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &seconds);
    mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
    const my_bool off = 0;
    mysql_options(mysql, MYSQL_OPT_RECONNECT, &off);
    const unsigned no_files = 0;
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &no_files);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "leasehold control");
    // Else "localhost" would mean the default socket.
    const unsigned protocol = spec.endpoint.is_unix() ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    set_tls(mysql, spec);
}

}  // namespace

struct ControlConnection::Impl {
    MYSQL* mysql = nullptr;
    ~Impl() {
        if (mysql != nullptr) mysql_close(mysql);
    }
};

ControlConnection::ControlConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlConnection::~ControlConnection() = default;

Result<std::unique_ptr<ControlConnection>> ControlConnection::connect(const TabletSpec& spec,
                                                                      std::chrono::milliseconds timeout) {
    initialise_library();
    auto impl = std::make_unique<Impl>();
    impl->mysql = mysql_init(nullptr);
    if (impl->mysql == nullptr) return make_error(CR_OUT_OF_MEMORY, "out of memory");
    set_options(impl->mysql, spec, timeout);
    const net::Endpoint& endpoint = spec.endpoint;
    const bool unix_socket = endpoint.is_unix();
    if (mysql_real_connect(impl->mysql, unix_socket ? nullptr : endpoint.host.c_str(), spec.user.c_str(),
                           spec.password.c_str(), nullptr, endpoint.port,
                           unix_socket ? endpoint.path.c_str() : nullptr, 0) == nullptr) {
        return error_of(impl->mysql);
    }
    std::unique_ptr<ControlConnection> made(new ControlConnection(std::move(impl)));
    const bool clear_allowed =
        spec.tls_mode == config::TlsMode::disabled || spec.tls_mode == config::TlsMode::preferred;
    if (!clear_allowed && !unix_socket && !made->encrypted()) {
        return make_error(CR_SSL_CONNECTION_ERROR, "the tablet offers no TLS, which tls.mode requires");
    }
    return made;
}

Result<ControlRows> ControlConnection::query(std::string_view sql) {
    MYSQL* const mysql = impl_->mysql;
    if (mysql_real_query(mysql, sql.data(), sql.size()) != 0) return error_of(mysql);
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(mysql_use_result(mysql),
                                                                          &mysql_free_result);
    ControlRows answer;
    if (!result) {
        if (mysql_errno(mysql) != 0) return error_of(mysql);
        return answer;
    }
    const unsigned columns = mysql_num_fields(result.get());
    const MYSQL_FIELD* const fields = mysql_fetch_fields(result.get());
    for (unsigned i = 0; i < columns; ++i) answer.columns.emplace_back(fields[i].name, fields[i].name_length);
    std::size_t bytes = 0;
    while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
        const unsigned long* const lengths = mysql_fetch_lengths(result.get());
        auto& kept = answer.rows.emplace_back();
        for (unsigned i = 0; i < columns; ++i) {
            if (row[i] == nullptr) {
                kept.emplace_back();
            } else {
                kept.emplace_back(std::string(row[i], lengths[i]));
                bytes += lengths[i];
            }
        }
        // What is left would have to be read: a connection error makes the caller drop the connection
        // instead.
        if (answer.rows.size() > max_rows || bytes > max_bytes) {
            return make_error(CR_COMMANDS_OUT_OF_SYNC, "the tablet's answer is too large");
        }
    }
    if (mysql_errno(mysql) != 0) return error_of(mysql);
    return answer;
}

std::string_view ControlConnection::server_version() const {
    return mysql_get_server_info(impl_->mysql);
}

bool ControlConnection::encrypted() const {
    return mysql_get_ssl_cipher(impl_->mysql) != nullptr;
}

// The library's own numbers (errmsg.h: 2000 to 2999, 5000 to 5999), which no server uses, and what a server
// says before it hangs up.
bool ControlConnection::is_lost(const Error& error) {
    const bool own = error.code / 1000 == 2 || error.code / 1000 == 5;
    return own || error.code == mysql_error::server_shutdown ||
           error.code == mysql_error::connection_killed ||
           error.code == mysql_error::client_interaction_timeout;
}

}  // namespace leasehold::pool
