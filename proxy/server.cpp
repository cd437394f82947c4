#include "proxy/server.h"

#include <sys/resource.h>

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
#include "proxy/session.h"
#include "proxy/version.h"
#include "proxy/view.h"

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

struct Server::Hand {
    explicit Hand(unsigned index) : worker(index) {}
    net::Worker worker;
    std::unique_ptr<Site> site;
    std::thread thread;
    std::atomic<std::size_t> sessions{
        0};               // placed here and not yet left; read when the next client is placed
    unsigned admins = 0;  // worker 0 only
};

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

// What the greeting says: configured, or what the first tablet that answers is.
void Server::learn_identity() {
    auto world = std::make_shared<World>(*world_);
    const config::Config& config = *world->config;
    control_.replace(world->all_tablets());
    control_.learn_now(config.health.timeout + 1s);
    std::shared_ptr<const pool::TabletIdentity> identity;
    for (const auto& tablet : world->all_tablets()) {
        identity = control_.health(*tablet).identity;
        if (identity) break;
    }
    Identity& own = world->identity;
    own.server_version = "8.0.36-leasehold";
    if (identity) {
        // MariaDB puts 5.5.5- before its version up to 10.x, and clients know it by that.
        const bool marked = identity->is_mariadb() && identity->version.starts_with("10.");
        own.server_version = (marked ? "5.5.5-" : "") + identity->version;
        own.mariadb = identity->is_mariadb();
        own.sql_mode = router::parse_sql_mode(identity->sql_mode);
        own.sql_mode.server_version = router::version_number(identity->version);
        if (identity->default_collation_id > 0 && identity->default_collation_id < 256) {
            own.collation = static_cast<std::uint8_t>(identity->default_collation_id);
        }
        for (const pool::Collation& collation : identity->collations) {
            collation_names_.emplace(collation.id, collation.character_set + " COLLATE " + collation.name);
        }
    }
    if (config.server_version) own.server_version = *config.server_version;
    if (config.default_collation && identity) {
        const pool::Collation* named = identity->find_collation(*config.default_collation);
        if (named != nullptr && named->id < 256) own.collation = static_cast<std::uint8_t>(named->id);
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
    net::Worker& accepting = hands_.front()->worker;
    for (const config::Address& address : config.listen.mysql) {
        Result<std::unique_ptr<Listener>> listener = Listener::open(
            accepting, address, config.listen.backlog,
            [this, &accepting](int socket, bool unix_socket) { place(accepting, socket, unix_socket); });
        if (!listener) return listener.error();
        listeners_.push_back(std::move(*listener));
        log(LogLevel::info, "listening", {{"mysql", config::to_string(listeners_.back()->address())}});
    }
    if (config.listen.admin) {
        Result<std::unique_ptr<Listener>> listener =
            Listener::open(accepting, *config.listen.admin, config.listen.backlog,
                           [this](int socket, bool unix_socket) { place_admin(socket, unix_socket); });
        if (!listener) return listener.error();
        listeners_.push_back(std::move(*listener));
        log(LogLevel::info, "listening", {{"admin", config::to_string(listeners_.back()->address())}});
    }
    return {};
}

// By load, not by accept order: of two workers chosen at random the one with fewer sessions.
void Server::place(net::Worker&, int socket, bool unix_socket) {
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
        net::Channel channel(hands_.front()->worker, socket, unix_socket, 16);
        channel.write(refusal);
        return;
    }
    accepted_.fetch_add(1, std::memory_order_relaxed);
    static std::minstd_rand random(static_cast<std::minstd_rand::result_type>(decoy_seed_));
    std::uniform_int_distribution<std::size_t> any(0, hands_.size() - 1);
    Hand* hand = hands_[any(random)].get();
    Hand* other = hands_[any(random)].get();
    if (other->sessions.load(std::memory_order_relaxed) < hand->sessions.load(std::memory_order_relaxed))
        hand = other;
    hand->sessions.fetch_add(1, std::memory_order_relaxed);
    hand->worker.post([this, hand, socket, unix_socket] {
        hand->worker.spawn([](Server& server, Hand& at, int fd, bool is_unix) -> net::Task<void> {
            co_await serve_client(*at.site, net::Channel(at.worker, fd, is_unix, client_head_bytes));
            at.sessions.fetch_sub(1, std::memory_order_relaxed);
            (void)server;
        }(*this, *hand, socket, unix_socket));
    });
}

void Server::place_admin(int socket, bool unix_socket) {
    Hand& hand = *hands_.front();
    net::Channel channel(hand.worker, socket, unix_socket, admin_head_bytes);
    if (hand.admins >= max_admin_sessions) {
        channel.write(wire::err_packet(make_error(mysql_error::con_count, "Too many connections"), 0));
        return;
    }
    ++hand.admins;
    hand.worker.spawn([](Server& server, Hand& at, net::Channel client) -> net::Task<void> {
        co_await serve_admin(server, *at.site, std::move(client));
        --at.admins;
    }(*this, hand, std::move(channel)));
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

void Server::print_start_lines() const {
    const config::Config& config = *world_->config;
    log(LogLevel::info, "leasehold",
        {{"version", version}, {"workers", static_cast<std::uint64_t>(hands_.size())}});
    if (http_) log(LogLevel::info, "listening", {{"http", config::to_string(http_->address())}});
    log(LogLevel::info, "presents itself as", {{"server_version", world_->identity.server_version}});
    for (const auto& tablet : world_->all_tablets()) {
        const pool::TabletHealth health = control_.health(*tablet);
        const std::uint32_t cap = tablet->budget().connection_cap();
        log(tablet->up() ? LogLevel::info : LogLevel::warning, "tablet",
            {{"keyspace", tablet->spec().keyspace},
             {"shard", tablet->spec().shard},
             {"tablet_type", to_string(tablet->spec().type)},
             {"tablet", tablet->address()},
             {"state", tablet->up() ? "up" : "down"},
             {"server", health.identity ? health.identity->version : "unknown"},
             {"pool_size", static_cast<std::uint64_t>(cap)},
             {"max_connections",
              static_cast<std::uint64_t>(health.identity ? health.identity->max_connections : 0)}});
        if (health.identity && cap > health.identity->max_connections * 8 / 10) {
            log(LogLevel::warning, "pool.size is above 80 % of the tablet's max_connections",
                {{"tablet", tablet->address()},
                 {"pool_size", static_cast<std::uint64_t>(cap)},
                 {"max_connections", static_cast<std::uint64_t>(health.identity->max_connections)}});
        }
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    std::uint64_t wanted = config.listen.max_clients + 100;
    for (const auto& tablet : world_->all_tablets()) wanted += tablet->budget().connection_cap();
    log(files.rlim_cur < wanted ? LogLevel::warning : LogLevel::info, "file limit",
        {{"open_files", static_cast<std::uint64_t>(files.rlim_cur)}, {"wanted", wanted}});
}

int Server::run() {
    learn_identity();
    const unsigned workers = worker_count(*world_->config);
    auto kill = [this](const pool::Tablet& tablet, std::uint32_t thread_id) {
        control_.kill(tablet, thread_id);
    };
    for (unsigned i = 0; i < workers; ++i) {
        auto& hand = hands_.emplace_back(std::make_unique<Hand>(i));
        hand->site = std::make_unique<Site>(hand->worker, *this, *this, workers, kill, world_);
    }
    const Result<void> listening = listen();
    const Result<void> http = listening ? start_http() : listening;
    if (!http) {
        log(LogLevel::error, "cannot start", {{"error", http.error().message}});
        for (auto& listener : listeners_) listener->close();
        for (auto& hand : hands_) {
            hand->worker.stop();
            hand->worker.run();
        }
        return 1;
    }
    control_.start();
    memory_.start();
    boost::asio::io_context signals_context;
    boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT, SIGHUP);
    for (auto& hand : hands_) {
        hand->worker.post([&site = *hand->site] { site.keep_min_idle(); });
        hand->thread = std::thread([&worker = hand->worker] { worker.run(); });
    }
    listening_ = true;
    memory_at_start_ = unaccounted_memory();
    print_start_lines();
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
    const auto each_site = [&](auto&& f) {
        for (auto& hand : hands_) hand->worker.post([&site = *hand->site, f] { f(site); });
    };
    const auto wait_until = [&](auto&& done, net::TimePoint deadline) {
        while (!done() && net::Clock::now() < deadline) std::this_thread::sleep_for(10ms);
        return done();
    };
    const auto no_clients = [&] { return accounts_.clients() == 0; };
    each_site([](Site& site) { site.drain(false); });
    if (!wait_until(no_clients, net::Clock::now() + world()->config->shutdown_grace)) {
        log(LogLevel::warning, "grace is over",
            {{"clients", static_cast<std::uint64_t>(accounts_.clients())}});
        each_site([](Site& site) { site.drain(true); });
        wait_until(no_clients, net::Clock::now() + 5s);
    }
    each_site([](Site& site) { site.close_pools(); });
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
    for (auto& hand : hands_) hand->worker.stop();
    for (auto& hand : hands_) hand->thread.join();
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
    configure_log(config->log.level, config->log.format);
    accounts_.forget_sha2_fast_hashes();
    heap_profiler_.set_limits(config->memory);
    memory_.set_limits(config->memory);
    control_.set_limits(config->health);
    control_.replace(after->all_tablets());
    for (auto& hand : hands_) {
        hand->worker.post([&site = *hand->site, after] { site.replace_world(after); });
    }
    std::vector<std::string> lines = diff.applied;
    for (const std::string& line : diff.restart) lines.push_back("needs a restart: " + line);
    for (const std::string& line : lines) log(LogLevel::info, "reload", {{"change", line}});
    log(LogLevel::info, "reloaded", {{"changes", static_cast<std::uint64_t>(lines.size())}});
    return lines;
}

void Server::shrink() {
    for (auto& hand : hands_) hand->worker.post([&site = *hand->site] { site.shrink(); });
}

bool Server::reconnect(const std::string& keyspace) {
    bool found = keyspace.empty();
    for (const auto& tablet : world()->all_tablets()) {
        if (!keyspace.empty() && tablet->spec().keyspace != keyspace) continue;
        found = true;
        tablet->supersede();
    }
    for (auto& hand : hands_) {
        hand->worker.post(
            [&site = *hand->site] { site.each_pool([](pool::Pool& pool) { pool.drop_superseded(); }); });
    }
    return found;
}

// The view goes from worker to worker: each adds its part on its own thread, and no lock is needed.
void Server::collect_view(std::function<void(std::shared_ptr<const AdminView>)> then, unsigned answer_on) {
    std::shared_ptr<AdminView> view = begin_view(*world(), control_);
    view->snapshot.uptime_seconds = std::chrono::duration<double>(net::Clock::now() - started_at_).count();
    view->snapshot.listening = listening_;
    view->snapshot.clients_accepted = accepted_;
    view->snapshot.clients_refused = refused_;
    view->snapshot.budget.profiling = heap_profiler_.active();
    add_memory(*view, memory_, memory_at_start_);
    struct Tour {
        Server& server;
        std::shared_ptr<AdminView> view;
        std::function<void(std::shared_ptr<const AdminView>)> then;
        unsigned answer_on;
        static void visit(std::shared_ptr<Tour> tour, std::size_t at) {
            if (at == tour->server.hands_.size()) {
                tour->server.hands_[tour->answer_on]->worker.post([tour] { tour->then(tour->view); });
                return;
            }
            Hand& hand = *tour->server.hands_[at];
            hand.worker.post([tour, at, &hand] {
                add_to_view(*tour->view, *hand.site);
                visit(tour, at + 1);
            });
        }
    };
    Tour::visit(std::make_shared<Tour>(Tour{*this, std::move(view), std::move(then), answer_on}), 0);
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
    Hand& hand = *hands_[id % hands_.size()];
    net::Worker& back = asking.worker();
    hand.worker.post(
        [&site = *hand.site, &back, id, query_only, user = std::move(user), then = std::move(then)] {
            Session* session = site.find_session(id);
            KillOutcome outcome = KillOutcome::done;
            if (session == nullptr) {
                outcome = KillOutcome::no_such_session;
            } else if (!user.empty() && session->state().login.user != user) {
                outcome = KillOutcome::not_owner;
            } else if (query_only) {
                session->kill_query();
            } else {
                session->kill();
            }
            back.post([then, outcome] { then(outcome); });
        });
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
    for (auto& hand : hands_) {
        hand->worker.post([&site = *hand->site, of = &tablet] {
            if (pool::Pool* pool = site.find_pool(*of)) pool->cut_off();
        });
    }
}

void Server::poke(const pool::Tablet& tablet, std::uint64_t workers) noexcept {
    for (auto& hand : hands_) {
        if ((workers >> hand->worker.index() & 1) == 0) continue;
        hand->worker.post([&site = *hand->site, of = &tablet] {
            if (pool::Pool* pool = site.find_pool(*of)) pool->poked();
        });
    }
}

void Server::ask(const pool::Tablet& tablet, unsigned worker, std::size_t connections) noexcept {
    for (auto& hand : hands_) {
        if (hand->worker.index() == worker) continue;
        hand->worker.post([&site = *hand->site, of = &tablet, connections] {
            if (pool::Pool* pool = site.find_pool(*of)) pool->asked_by_sibling(connections);
        });
    }
}

}  // namespace leasehold::proxy
