#include "tests/pool/health_mariadb.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace leasehold::pool {
namespace {

bool shell(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof name;
    bind(probe, reinterpret_cast<const sockaddr*>(&name), length);
    getsockname(probe, reinterpret_cast<sockaddr*>(&name), &length);
    close(probe);
    return ntohs(name.sin_port);
}

}  // namespace

std::string MariadbServer::missing() {
    for (const char* tool : {"mariadbd", "mariadb-install-db", "mariadb-admin", "openssl"}) {
        if (!shell(std::string("command -v ") + tool)) return std::string(tool) + " is not installed";
    }
    return {};
}

MariadbServer::MariadbServer() : port_(free_port()) {
    std::string name = std::filesystem::temp_directory_path() / "leasehold-test-XXXXXX";
    folder_ = mkdtemp(name.data());
    const std::string in = folder_.string();
    shell(fmt::format(
        "mariadb-install-db --no-defaults --datadir={}/data --auth-root-authentication-method=normal "
        "--skip-test-db --user=root",
        in));
    // The certificate is for another host's name, so that checking the name can fail.
    const std::string request = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    shell(fmt::format("{} -x509 -subj /CN=ca -keyout {}/ca.key -out {}/ca.pem", request, in, in));
    shell(fmt::format("{} -x509 -subj /CN=other -keyout {}/other.key -out {}/other.pem", request, in, in));
    shell(fmt::format("{} -subj /CN=db.example -keyout {}/server.key -out {}/server.csr", request, in, in));
    shell(fmt::format(
        "openssl x509 -req -in {}/server.csr -CA {}/ca.pem -CAkey {}/ca.key -CAcreateserial -days 2 "
        "-out {}/server.pem",
        in, in, in, in));
}

MariadbServer::~MariadbServer() {
    kill_hard();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

bool MariadbServer::start(bool with_tls) {
    const std::string in = folder_.string();
    const std::string tls =
        with_tls
            ? fmt::format("--ssl-cert={}/server.pem --ssl-key={}/server.key --ssl-ca={}/ca.pem", in, in, in)
            : "";
    const std::string command = fmt::format(
        "exec mariadbd --no-defaults --datadir={}/data --socket={}/sock --port={} --bind-address=127.0.0.1 "
        "--user=root "
        "--pid-file={}/pid {} --server-id=77 "
        "--max-connections=11 --extra-max-connections=1 --innodb-buffer-pool-size=16M "
        "--innodb-log-file-size=8M "
        "--skip-name-resolve --skip-log-bin >{}/log 2>&1",
        in, in, port_, in, tls, in);
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    for (int i = 0; i < 200; ++i) {
        if (shell(fmt::format("mariadb-admin --no-defaults --socket={} -uroot ping", socket()))) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

void MariadbServer::kill_hard() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

}  // namespace leasehold::pool
