// What one worker has: the world it works by, its pools, plan cache, settings and sessions. Sessions reach
// everything through their site; nothing in it is shared with another worker but the tablets. Owner: the
// Server. Thread: the worker's.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "net/worker.h"
#include "pool/dialer.h"
#include "pool/pool.h"
#include "pool/settings.h"
#include "pool/statement_cache.h"
#include "proxy/admin_view.h"
#include "proxy/keyspace_counters.h"
#include "proxy/sequences.h"
#include "proxy/world.h"
#include "router/catalog_columns.h"
#include "router/plan_cache.h"
#include "wire/packet_compressor.h"
#include "wire/rsa.h"

namespace leasehold::proxy {

class MemoryBudget;
class Session;

enum class KillOutcome : std::uint8_t { done, no_such_session, not_owner };

// What concerns more than one worker; the Server is one.
class Process {
  public:
    // One more client (login in progress included). False: max_clients is reached.
    virtual bool admit_client() = 0;
    virtual void client_left() = 0;
    // One more logged-in session of a user with a cap of its own. False: the cap is reached.
    virtual bool admit_user(const std::string& user, std::uint32_t cap) = 0;
    virtual void user_left(const std::string& user) = 0;
    // One more prepared statement. False: max_prepared_stmt_count is reached.
    virtual bool admit_statement() = 0;
    virtual void statements_left(std::size_t count) = 0;
    // KILL from any session. `user`: empty for an administrator, else only sessions of that user may be
    // killed. Answers by `then` on the asking site's worker.
    virtual void kill(std::uint32_t id, bool query_only, std::string user, class Site& asking,
                      std::function<void(KillOutcome)> then) = 0;
    // What SHOW statements and /metrics show, gathered from all workers; `then` runs on the asking site's
    // worker.
    virtual void collect(class Site& asking, std::function<void(std::shared_ptr<const AdminView>)> then) = 0;
    // Has a tablet end one statement, on the control plane's own connection.
    virtual void kill_query(const pool::Tablet& tablet, std::uint32_t tablet_thread_id) = 0;
    // SHA256(SHA256(password)) of accounts that are configured by a caching_sha2_password hash: kept by that
    // hash, so that a password which has changed opens nothing any more. Forgotten at a reload.
    virtual std::optional<wire::Sha256Digest> sha2_fast_hash(const wire::Sha2Hash& stored) = 0;
    virtual void remember_sha2_fast_hash(const wire::Sha2Hash& stored, const wire::Sha256Digest& hash) = 0;
    virtual const wire::RsaKeyPair& rsa() const = 0;
    virtual std::uint64_t decoy_seed() const = 0;
    // The collation's SET NAMES value ("utf8mb4 COLLATE utf8mb4_bin") as the tablets know it; empty: unknown
    // to them.
    virtual std::string names_of_collation(std::uint16_t collation) const = 0;

    // Every worker's site forgets the columns that it learned.
    virtual void forget_columns() = 0;

    virtual const MemoryBudget& memory() const = 0;

  protected:
    ~Process() = default;
};

class Site {
  public:
    Site(net::Worker& worker, Process& process, pool::Neighbours& neighbours, unsigned workers,
         pool::Dialer::Kill kill, std::shared_ptr<const World> world);
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    net::Worker& worker() { return worker_; }
    Process& process() { return process_; }
    const std::shared_ptr<const World>& world() const { return world_; }
    const config::Config& config() const { return *world_->config; }
    router::PlanCache& plans() { return *plans_; }
    pool::SettingsTable& settings() { return settings_; }
    pool::PreparedTexts& prepared_texts() { return prepared_texts_; }
    pool::Dialer& dialer() { return dialer_; }
    Sequences& sequences() { return sequences_; }
    // The columns of a tablet's information_schema; null: to be asked (again: a server may have been
    // upgraded).
    std::shared_ptr<const router::CatalogTables> catalog_columns(const pool::Tablet* tablet) const;
    void keep_catalog_columns(const pool::Tablet* tablet,
                              std::shared_ptr<const router::CatalogTables> columns);
    wire::PacketCompressor& compressor() { return compressor_; }
    // Changes with every reload, and when tables have changed: what was planned before is planned again.
    std::uint64_t generation() const { return generation_; }

    // For statements that name no columns (router/learned_columns.h). Forgotten when a statement has changed
    // tables, and after a while: another client of the tablets may have.
    void learn_columns(const router::KeyspaceTable& table, std::vector<std::string> columns);
    void forget_columns();
    bool columns_expired() const;

    // This worker's pool of a tablet; made at first use.
    pool::Pool& pool_of(const std::shared_ptr<pool::Tablet>& tablet);
    pool::Pool* find_pool(const pool::Tablet& tablet);
    // The tablet of a shard that serves `type`: the primary, or the next replica that is up.
    Result<std::shared_ptr<pool::Tablet>> choose_tablet(std::size_t keyspace, std::size_t shard,
                                                        TabletType type);
    // By keyspace; what is counted once stays where it is.
    using Counted = std::map<std::string, KeyspaceCounters>::value_type;
    Counted& counted(const std::string& keyspace) { return *counters_.try_emplace(keyspace).first; }
    KeyspaceCounters& counters(const std::string& keyspace) { return counted(keyspace).second; }
    const std::map<std::string, KeyspaceCounters>& all_counters() const { return counters_; }

    // Makes the pools that hold idle connections without anybody's asking. On this worker, once it runs.
    void keep_min_idle();
    void replace_world(std::shared_ptr<const World> world);
    void forget_drained_pools();
    // Asks every session to leave: at once, or when its transaction is over.
    void drain(bool at_once);
    bool draining() const { return draining_; }
    // Gives up what is kept only to be faster, when memory is short.
    void shrink();
    // Closes the pools; the worker's loop then ends by itself.
    void close_pools();
    bool idle() const;

    // Session ids are unique in the process and name their worker: id % workers == index.
    std::uint32_t next_session_id();
    void enter(Session& session);
    void leave(Session& session);
    Session* find_session(std::uint32_t id);
    net::TimePoint started_at() const { return started_at_; }
    std::size_t session_count() const { return sessions_.size(); }
    template <typename F>
    void each_session(F&& f) {
        for (auto& [id, session] : sessions_) f(*session);
    }
    template <typename F>
    void each_pool(F&& f) {
        for (auto& [tablet, pool] : pools_) f(*pool);
        for (auto& pool : retired_) f(*pool);
    }

  private:
    net::Worker& worker_;
    Process& process_;
    pool::Neighbours& neighbours_;
    unsigned workers_;
    pool::Dialer dialer_;
    std::shared_ptr<const World> world_;
    std::uint64_t generation_ = 0;
    net::TimePoint columns_learned_at_{};
    pool::SettingsTable settings_;
    pool::PreparedTexts prepared_texts_;
    wire::PacketCompressor compressor_;
    Sequences sequences_;
    struct KeptColumns {
        std::shared_ptr<const router::CatalogTables> columns;
        net::TimePoint since;
    };
    std::map<const pool::Tablet*, KeptColumns> catalog_columns_;  // of the world's tablets
    std::unique_ptr<router::PlanCache> plans_;
    std::map<std::string, KeyspaceCounters> counters_;  // bounded by the keyspaces of the configuration
    std::unordered_map<const pool::Tablet*, std::unique_ptr<pool::Pool>> pools_;
    std::vector<std::unique_ptr<pool::Pool>> retired_;  // of tablets that a reload removed, until drained
    std::unordered_map<std::uint32_t, Session*> sessions_;
    std::uint32_t last_session_ = 0;
    std::size_t next_replica_ = 0;
    bool draining_ = false;
    const net::TimePoint started_at_ = net::Clock::now();
};

}  // namespace leasehold::proxy
