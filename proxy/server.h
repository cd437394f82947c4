// The composition root: workers and their sites, listeners, control plane, HTTP, signals, reload, drain.
// Owner: main. Thread: run() on the main thread; what implements Process is called from the workers.
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "pool/control_plane.h"
#include "proxy/client_accounts.h"
#include "proxy/heap_profiler.h"
#include "proxy/http_server.h"
#include "proxy/listener.h"
#include "proxy/memory_budget.h"
#include "proxy/site.h"
#include "proxy/workers.h"
#include "proxy/world.h"

namespace leasehold::proxy {

class Server final : public Process {
  public:
    Server(std::string config_file, std::shared_ptr<const config::Config> config,
           std::shared_ptr<World> world);
    ~Server();

    // Serves until SIGTERM or SIGINT has drained it. The exit code.
    int run();

    // From the admin port: reads the configuration file again. The lines say what was applied and what needs
    // a restart, or, as the error, every problem.
    Result<std::vector<std::string>> reload();
    // Begins the drain, as SIGTERM does. Any thread.
    void shut_down();
    std::shared_ptr<const World> world() const;
    // Any thread: `then` runs on worker 0's thread.
    void collect_view(std::function<void(std::shared_ptr<const AdminView>)> then, unsigned answer_on = 0);
    // RECONNECT: connections of the keyspace (empty: all) are opened anew as they come back.
    bool reconnect(const std::string& keyspace);
    HeapProfiler& heap_profiler() { return heap_profiler_; }

    // Process
    bool admit_client() override;
    void client_left() override;
    bool admit_user(const std::string& user, std::uint32_t cap) override;
    void user_left(const std::string& user) override;
    bool admit_statement() override;
    void statements_left(std::size_t count) override;
    void kill(std::uint32_t id, bool query_only, std::string user, Site& asking,
              std::function<void(KillOutcome)> then) override;
    void collect(Site& asking, std::function<void(std::shared_ptr<const AdminView>)> then) override;
    void kill_query(const pool::Tablet& tablet, std::uint32_t tablet_thread_id) override;
    std::optional<wire::Sha256Digest> sha2_fast_hash(const wire::Sha2Hash& stored) override;
    void remember_sha2_fast_hash(const wire::Sha2Hash& stored, const wire::Sha256Digest& hash) override;
    const MemoryBudget& memory() const override { return memory_; }
    const wire::RsaKeyPair& rsa() const override { return rsa_.get(); }
    std::uint64_t decoy_seed() const override { return decoy_seed_; }
    std::string names_of_collation(std::uint16_t collation) const override;
    void forget_columns() override;

  private:
    Result<void> listen();
    void place(int socket, bool unix_socket);
    void place_admin(int socket, bool unix_socket);
    void learn_identity();
    Result<void> start_http();
    void drain();
    void shrink();
    void cut_off(const pool::Tablet& tablet) noexcept;

    const std::string config_file_;
    std::shared_ptr<const World> world_;  // guarded by world_mutex_
    mutable std::mutex world_mutex_;
    std::mutex reload_mutex_;                   // one reload at a time
    std::shared_future<wire::RsaKeyPair> rsa_;  // made beside the start: it takes up to a second
    const std::uint64_t decoy_seed_;
    pool::ControlPlane control_;
    Workers workers_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    unsigned admin_sessions_ = 0;  // worker 0 only
    HeapProfiler heap_profiler_;
    MemoryBudget memory_;
    std::atomic<std::uint64_t> memory_at_start_{0};
    std::unique_ptr<HttpServer> http_;
    ClientAccounts accounts_;
    std::atomic<std::uint64_t> accepted_{0}, refused_{0};
    std::atomic<bool> draining_{false};
    std::atomic<bool> listening_{false};
    std::map<std::uint16_t, std::string> collation_names_;  // set before the workers start
    const net::TimePoint started_at_ = net::Clock::now();
};

}  // namespace leasehold::proxy
