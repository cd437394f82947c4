#include "proxy/client_accounts.h"

namespace leasehold::proxy {
namespace {

bool take(std::atomic<std::size_t>& count, std::size_t cap) {
    if (count.fetch_add(1, std::memory_order_relaxed) < cap) return true;
    count.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

}  // namespace

bool ClientAccounts::admit_client(std::size_t cap) {
    return take(clients_, cap);
}

void ClientAccounts::client_left() {
    clients_.fetch_sub(1, std::memory_order_relaxed);
}

bool ClientAccounts::admit_user(const std::string& user, std::uint32_t cap) {
    const std::lock_guard lock(mutex_);
    std::uint32_t& count = user_sessions_[user];
    if (count >= cap) return false;
    ++count;
    return true;
}

void ClientAccounts::user_left(const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto found = user_sessions_.find(user);
    if (found != user_sessions_.end() && --found->second == 0) user_sessions_.erase(found);
}

bool ClientAccounts::admit_statement(std::size_t cap) {
    return take(statements_, cap);
}

void ClientAccounts::statements_left(std::size_t count) {
    statements_.fetch_sub(count, std::memory_order_relaxed);
}

std::optional<wire::Sha256Digest> ClientAccounts::sha2_fast_hash(const wire::Sha2Hash& stored) {
    const std::lock_guard lock(mutex_);
    const auto found = sha2_fast_hashes_.find(stored);
    if (found == sha2_fast_hashes_.end()) return std::nullopt;
    return found->second;
}

void ClientAccounts::remember_sha2_fast_hash(const wire::Sha2Hash& stored, const wire::Sha256Digest& hash) {
    const std::lock_guard lock(mutex_);
    sha2_fast_hashes_[stored] = hash;
}

void ClientAccounts::forget_sha2_fast_hashes() {
    const std::lock_guard lock(mutex_);
    sha2_fast_hashes_.clear();
}

}  // namespace leasehold::proxy
