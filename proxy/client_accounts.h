// What the process counts and remembers of its clients, over all workers: logged-in clients, sessions of a
// user, prepared statements, and what a sha2 login has proven. Owner: the server. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "wire/auth.h"

namespace leasehold::proxy {

class ClientAccounts {
  public:
    // False: there are `cap` already. Each that was admitted leaves once.
    bool admit_client(std::size_t cap);
    void client_left();
    std::size_t clients() const { return clients_.load(std::memory_order_relaxed); }

    bool admit_user(const std::string& user, std::uint32_t cap);
    void user_left(const std::string& user);

    bool admit_statement(std::size_t cap);
    void statements_left(std::size_t count);

    // By the stored hash, not by the user's name: a reload may give the name another password.
    std::optional<wire::Sha256Digest> sha2_fast_hash(const wire::Sha2Hash& stored);
    void remember_sha2_fast_hash(const wire::Sha2Hash& stored, const wire::Sha256Digest& hash);
    void forget_sha2_fast_hashes();

  private:
    std::atomic<std::size_t> clients_{0};
    std::atomic<std::size_t> statements_{0};
    std::mutex mutex_;  // guards the two below: once a login, not on the path of a query
    std::map<std::string, std::uint32_t> user_sessions_;
    std::map<wire::Sha2Hash, wire::Sha256Digest> sha2_fast_hashes_;
};

}  // namespace leasehold::proxy
