// The worker threads of the process, each with its site: what concerns all of them, or another one than that
// of the caller. Owner: the server. Thread: any, once started; make() to start() and stop() on the main
// thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "proxy/site.h"

namespace leasehold::proxy {

class Workers final : public pool::Neighbours {
  public:
    using MakeSite = std::function<std::unique_ptr<Site>(net::Worker&)>;
    void make(unsigned count, const MakeSite& make_site);
    void start();
    // Ends what the workers have been given, and joins them where they were started.
    void stop();

    std::size_t count() const { return hands_.size(); }
    // It accepts clients and serves the admin port.
    net::Worker& first() { return hands_.front()->worker; }
    Site& first_site() { return *hands_.front()->site; }

    // A new client, for one of them.
    void serve(int socket, bool unix_socket);
    // Done on each one's own thread, some time after the call.
    template <typename F>
    void each_site(const F& f) {
        for (auto& hand : hands_) hand->worker.post([&site = *hand->site, f] { f(site); });
    }
    // One after the other, each on its own thread: no two at a time. Then `then`, on the thread of
    // `answer_on`.
    void tour(std::function<void(Site&)> visit, std::function<void()> then, unsigned answer_on);
    // `user`: whose session it must be; empty: anybody's. `then` runs on the thread of `asking`.
    void kill(std::uint32_t id, bool query_only, std::string user, Site& asking,
              std::function<void(KillOutcome)> then);
    // What waits for the tablet waits no longer.
    void cut_off(const pool::Tablet& tablet) noexcept;

    // Neighbours
    void poke(const pool::Tablet& tablet, std::uint64_t workers) noexcept override;
    void ask(const pool::Tablet& tablet, unsigned worker, std::size_t connections) noexcept override;

  private:
    struct Hand {
        explicit Hand(unsigned index) : worker(index) {}
        net::Worker worker;
        std::unique_ptr<Site> site;
        std::thread thread;
        std::atomic<std::size_t> sessions{0};  // placed here and not yet left
    };
    Hand& less_loaded();

    std::vector<std::unique_ptr<Hand>> hands_;
};

}  // namespace leasehold::proxy
