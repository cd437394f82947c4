#include "proxy/changed_shards.h"

#include <algorithm>

namespace leasehold::proxy {
namespace {

// So many that the message stays one that clients show whole.
std::string list_of(const std::vector<std::string>& shards) {
    constexpr std::size_t named = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(named, shards.size()); ++i) text += (i == 0 ? "" : ", ") + shards[i];
    if (shards.size() > named) text += " and " + std::to_string(shards.size() - named) + " more";
    return text;
}

}  // namespace

void ChangedShards::add_failed(std::string shard, const Error& error) {
    if (error_) {
        also_failed_.push_back(std::move(shard));
    } else {
        error_ = make_error(error.code, shard + ": " + error.message);
    }
}

Error ChangedShards::error(Others others) const {
    Error told = *error_;
    switch (others) {
        case Others::statement_undone:
            told.message += "; nothing was changed on any shard";
            break;
        case Others::transaction_undone:
            told.message += "; the transaction was rolled back on all shards";
            break;
        case Others::stay:
            if (!also_failed_.empty()) told.message += "; failed too on " + list_of(also_failed_);
            if (!done_.empty()) told.message += "; done on " + list_of(done_);
            break;
    }
    return told;
}

}  // namespace leasehold::proxy
