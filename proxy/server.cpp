#include "proxy/server.h"

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <future>
#include <random>

#include "base/log.h"
#include "base/mysql_errors.h"
#include "config/diff.h"
#include "config/load.h"
#include "proxy/admin_session.h"
#include "proxy/http_heap.h"
#include "proxy/http_routes.h"
#include "proxy/identity.h"
#include "proxy/start_log.h"
#include "proxy/view.h"
#include "wire/response_packets.h"

namespace leasehold::proxy {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t admin_head_bytes = 512;
constexpr auto view_timeout = 2s;
constexpr unsigned max_admin_sessions = 64;

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

unsigned worker_count(const config::Config& config) {
    const unsigned wanted =
        config.workers != 0 ? config.workers : std::max(1u, std::thread::hardware_concurrency());
    return std::min(wanted, pool::max_workers);
}

}  // namespace

Server::Server(std::string config_file, std::shared_ptr<const config::Config> config,
               std::shared_ptr<World> world)
    : config_file_(std::move(config_file)),
      world_(std::move(world)),
      rsa_(std::async(std::launch::async, [] { return wire::RsaKeyPair::generate(); }).share()),
      decoy_seed_(random_seed()),
      control_(config->health, [this](const pool::Tablet& tablet) { cut_off(tablet); }),
      heap_profiler_(config->memory),
      memory_(config->memory, [this] { shrink(); }) {}

Server::~Server() = default;

std::shared_ptr<const World> Server::world() const {
    const std::lock_guard lock(world_mutex_);
    return world_;
}

void Server::learn_identity() {
    auto world = std::make_shared<World>(*world_);
    control_.replace(world->all_tablets());
    control_.learn_now(world->config->health.timeout + 1s);
    std::shared_ptr<const pool::TabletIdentity> learned;
    for (const auto& tablet : world->all_tablets()) {
        learned = control_.health(*tablet).identity;
        if (learned) break;
    }
    world->identity = identity_of(*world->config, learned.get());
    if (learned) {
        for (const pool::Collation& collation : learned->collations) {
            collation_names_.emplace(collation.id, collation.character_set + " COLLATE " + collation.name);
        }
    }
    world_ = std::move(world);
}

std::string Server::names_of_collation(std::uint16_t collation) const {
    constexpr std::uint16_t base_collation = 45;  // what every pooled connection has: utf8mb4_general_ci
    if (collation == base_collation) return {};
    const auto found = collation_names_.find(collation);
    return found == collation_names_.end() ? std::string() : found->second;
}

Result<void> Server::listen() {
    const config::Config& config = *world_->config;
    for (const config::Address& address : config.listen.mysql) {
        Result<std::unique_ptr<Listener>> listener =
            Listener::open(workers_.first(), address, config.listen.backlog,
                           [this](int socket, bool unix_socket) { place(socket, unix_socket); });
        if (!listener) return listener.error();
        listeners_.push_back(std::move(*listener));
        log(LogLevel::info, "listening", {{"mysql", config::to_string(listeners_.back()->address())}});
    }
    if (config.listen.admin) {
        Result<std::unique_ptr<Listener>> listener =
            Listener::open(workers_.first(), *config.listen.admin, config.listen.backlog,
                           [this](int socket, bool unix_socket) { place_admin(socket, unix_socket); });
        if (!listener) return listener.error();
        listeners_.push_back(std::move(*listener));
        log(LogLevel::info, "listening", {{"admin", config::to_string(listeners_.back()->address())}});
    }
    return {};
}

void Server::place(int socket, bool unix_socket) {
    std::optional<Error> refused;
    if (draining_) {
        refused = make_error(mysql_error::server_shutdown, "Server shutdown in progress");
    } else if (memory_.level() == MemoryLevel::full) {
        refused = memory_.refusal(0);
    } else if (!admit_client()) {
        refused = make_error(mysql_error::con_count, "Too many connections");
    }
    if (refused) {
        refused_.fetch_add(1, std::memory_order_relaxed);
        const wire::Bytes refusal = wire::err_packet(*refused, 0);
        net::Channel channel(workers_.first(), socket, unix_socket, 16);
        channel.write(refusal);
        return;
    }
    accepted_.fetch_add(1, std::memory_order_relaxed);
    workers_.serve(socket, unix_socket);
}

void Server::place_admin(int socket, bool unix_socket) {
    net::Channel channel(workers_.first(), socket, unix_socket, admin_head_bytes);
    if (admin_sessions_ >= max_admin_sessions) {
        channel.write(wire::err_packet(make_error(mysql_error::con_count, "Too many connections"), 0));
        return;
    }
    ++admin_sessions_;
    workers_.first().spawn([](Server& server, net::Channel client) -> net::Task<void> {
        co_await serve_admin(server, server.workers_.first_site(), std::move(client));
        --server.admin_sessions_;
    }(*this, std::move(channel)));
}

Result<void> Server::start_http() {
    const config::Config& config = *world_->config;
    if (!config.listen.http) return {};
    auto snapshot = [this] {
        auto promise = std::make_shared<std::promise<std::shared_ptr<const AdminView>>>();
        std::future<std::shared_ptr<const AdminView>> future = promise->get_future();
        collect_view(
            [promise](std::shared_ptr<const AdminView> view) { promise->set_value(std::move(view)); });
        if (future.wait_for(view_timeout) != std::future_status::ready) {
            throw std::runtime_error("a worker did not answer in time");
        }
        return future.get()->snapshot;
    };
    std::vector<HttpRoute> routes = standard_routes(snapshot);
    routes.push_back(heap_route(heap_profiler_));
    Result<std::unique_ptr<HttpServer>> http = HttpServer::start(*config.listen.http, std::move(routes));
    if (!http) return http.error();
    http_ = std::move(*http);
    return {};
}

int Server::run() {
    learn_identity();
    const unsigned count = worker_count(*world_->config);
    auto kill = [this](const pool::Tablet& tablet, std::uint32_t thread_id) {
        control_.kill(tablet, thread_id);
    };
    workers_.make(count, [&](net::Worker& worker) {
        return std::make_unique<Site>(worker, *this, workers_, count, kill, world_);
    });
    const Result<void> listening = listen();
    const Result<void> http = listening ? start_http() : listening;
    if (!http) {
        log(LogLevel::error, "cannot start", {{"error", http.error().message}});
        for (auto& listener : listeners_) listener->close();
        workers_.stop();
        return 1;
    }
    control_.start();
    memory_.start();
    boost::asio::io_context signals_context;
    boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT, SIGHUP);
    workers_.each_site([](Site& site) { site.keep_min_idle(); });
    workers_.start();
    listening_ = true;
    memory_at_start_ = unaccounted_memory();
    log_start(*world_, control_, workers_.count(), http_.get());
    log(LogLevel::info, "ready", {});

    std::function<void(const boost::system::error_code&, int)> on_signal =
        [&](const boost::system::error_code& failed, int signal) {
            if (failed) return;
            if (signal == SIGHUP) {
                (void)reload();
                signals.async_wait(on_signal);
            }
        };
    signals.async_wait(on_signal);
    while (!draining_) {
        signals_context.restart();
        if (signals_context.run_for(100ms) == 0 && signals_context.stopped()) break;
    }
    drain();
    return 0;
}

void Server::shut_down() {
    draining_ = true;
}

// No new clients; statements and transactions end within the grace, then everybody leaves.
void Server::drain() {
    draining_ = true;
    listening_ = false;
    log(LogLevel::info, "draining", {{"clients", static_cast<std::uint64_t>(accounts_.clients())}});
    for (auto& listener : listeners_) listener->close();
    const auto wait_until = [&](auto&& done, net::TimePoint deadline) {
        while (!done() && net::Clock::now() < deadline) std::this_thread::sleep_for(10ms);
        return done();
    };
    const auto no_clients = [&] { return accounts_.clients() == 0; };
    workers_.each_site([](Site& site) { site.drain(false); });
    if (!wait_until(no_clients, net::Clock::now() + world()->config->shutdown_grace)) {
        log(LogLevel::warning, "grace is over",
            {{"clients", static_cast<std::uint64_t>(accounts_.clients())}});
        workers_.each_site([](Site& site) { site.drain(true); });
        wait_until(no_clients, net::Clock::now() + 5s);
    }
    workers_.each_site([](Site& site) { site.close_pools(); });
    const auto pools_closed = [&] { return pool::Connection::live() == 0; };
    wait_until(pools_closed, net::Clock::now() + 5s);
    heap_profiler_.stop();
    memory_.stop();
    if (http_) http_->stop();
    control_.stop();
    const bool clean = no_clients() && pools_closed();
    if (!clean) {
        // Something did not let go in time: the process leaves without waiting for it.
        log(LogLevel::warning, "leaving with work unfinished",
            {{"clients", static_cast<std::uint64_t>(accounts_.clients())},
             {"connections", pool::Connection::live()}});
        std::_Exit(0);
    }
    workers_.stop();
    log(LogLevel::info, "stopped", {});
}

Result<std::vector<std::string>> Server::reload() {
    const std::lock_guard one_at_a_time(reload_mutex_);
    const auto refuse = [&](const std::string& problems) {
        log(LogLevel::error, "reload refused, nothing has changed", {{"problems", problems}});
        return make_error(mysql_error::unknown_error, "nothing has changed: " + problems);
    };
    config::LoadResult loaded = config::load_file(config_file_);
    if (!loaded.ok()) {
        std::string problems;
        for (const config::Problem& problem : loaded.problems) {
            problems += (problems.empty() ? "" : "; ") + to_string(problem);
        }
        return refuse(problems);
    }
    const std::shared_ptr<const World> before = world();
    auto config = std::make_shared<const config::Config>(std::move(*loaded.config));
    const config::Diff diff = config::diff(*before->config, *config);
    WorldResult built = build_world(config, before.get());
    if (!built.world) {
        std::string problems;
        for (const std::string& problem : built.problems) {
            problems += (problems.empty() ? "" : "; ") + config_file_ + ": " + problem;
        }
        return refuse(problems);
    }
    std::shared_ptr<const World> after = std::move(built.world);
    {
        const std::lock_guard lock(world_mutex_);
        world_ = after;
    }
    configure_log(config->log.level, config->log.format, config->log.queue);
    accounts_.forget_sha2_fast_hashes();
    heap_profiler_.set_limits(config->memory);
    memory_.set_limits(config->memory);
    control_.set_limits(config->health);
    control_.replace(after->all_tablets());
    workers_.each_site([after](Site& site) { site.replace_world(after); });
    std::vector<std::string> lines = diff.applied;
    for (const std::string& line : diff.restart) lines.push_back("needs a restart: " + line);
    for (const std::string& line : lines) log(LogLevel::info, "reload", {{"change", line}});
    log(LogLevel::info, "reloaded", {{"changes", static_cast<std::uint64_t>(lines.size())}});
    return lines;
}

void Server::shrink() {
    workers_.each_site([](Site& site) { site.shrink(); });
}

void Server::forget_columns() {
    workers_.each_site([](Site& site) { site.forget_columns(); });
}

bool Server::reconnect(const std::string& keyspace) {
    bool found = keyspace.empty();
    for (const auto& tablet : world()->all_tablets()) {
        if (!keyspace.empty() && tablet->spec().keyspace != keyspace) continue;
        found = true;
        tablet->supersede();
    }
    workers_.each_site([](Site& site) { site.each_pool([](pool::Pool& pool) { pool.drop_superseded(); }); });
    return found;
}

// Each worker adds its part on its own thread, and no lock is needed.
void Server::collect_view(std::function<void(std::shared_ptr<const AdminView>)> then, unsigned answer_on) {
    std::shared_ptr<AdminView> view = begin_view(*world(), control_);
    view->snapshot.uptime_seconds = std::chrono::duration<double>(net::Clock::now() - started_at_).count();
    view->snapshot.listening = listening_;
    view->snapshot.clients_accepted = accepted_;
    view->snapshot.clients_refused = refused_;
    view->snapshot.budget.profiling = heap_profiler_.active();
    add_memory(*view, memory_, memory_at_start_);
    workers_.tour([view](Site& site) { add_to_view(*view, site); },
                  [view, then = std::move(then)] { then(view); }, answer_on);
}

void Server::collect(Site& asking, std::function<void(std::shared_ptr<const AdminView>)> then) {
    collect_view(std::move(then), asking.worker().index());
}

bool Server::admit_client() {
    return accounts_.admit_client(world()->config->listen.max_clients);
}

void Server::client_left() {
    accounts_.client_left();
}

bool Server::admit_user(const std::string& user, std::uint32_t cap) {
    return accounts_.admit_user(user, cap);
}

void Server::user_left(const std::string& user) {
    accounts_.user_left(user);
}

bool Server::admit_statement() {
    return accounts_.admit_statement(world()->config->limits.max_prepared_stmt_count);
}

void Server::statements_left(std::size_t count) {
    accounts_.statements_left(count);
}

void Server::kill(std::uint32_t id, bool query_only, std::string user, Site& asking,
                  std::function<void(KillOutcome)> then) {
    workers_.kill(id, query_only, std::move(user), asking, std::move(then));
}

void Server::kill_query(const pool::Tablet& tablet, std::uint32_t tablet_thread_id) {
    control_.kill_query(tablet, tablet_thread_id);
}

std::optional<wire::Sha256Digest> Server::sha2_fast_hash(const wire::Sha2Hash& stored) {
    return accounts_.sha2_fast_hash(stored);
}

void Server::remember_sha2_fast_hash(const wire::Sha2Hash& stored, const wire::Sha256Digest& hash) {
    accounts_.remember_sha2_fast_hash(stored, hash);
}

// Probes get no answer from a tablet any more: what waits for it would wait for ever.
void Server::cut_off(const pool::Tablet& tablet) noexcept {
    if (!listening_) return;  // its first probe, at start-up: nobody has a connection
    workers_.cut_off(tablet);
}

}  // namespace leasehold::proxy
