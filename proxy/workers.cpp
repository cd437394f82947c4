#include "proxy/workers.h"

#include <random>

#include "proxy/session.h"

namespace leasehold::proxy {

void Workers::make(unsigned count, const MakeSite& make_site) {
    for (unsigned i = 0; i < count; ++i) {
        auto& hand = hands_.emplace_back(std::make_unique<Hand>(i));
        hand->site = make_site(hand->worker);
    }
}

void Workers::start() {
    for (auto& hand : hands_) hand->thread = std::thread([&worker = hand->worker] { worker.run(); });
}

void Workers::stop() {
    for (auto& hand : hands_) hand->worker.stop();
    for (auto& hand : hands_) {
        if (hand->thread.joinable()) {
            hand->thread.join();
        } else {
            hand->worker.run();  // only to its end
        }
    }
}

// By load, not by accept order: of two workers chosen at random the one with fewer sessions. Worker 0 only.
Workers::Hand& Workers::less_loaded() {
    static std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::size_t> any(0, hands_.size() - 1);
    Hand& one = *hands_[any(random)];
    Hand& other = *hands_[any(random)];
    const bool less =
        other.sessions.load(std::memory_order_relaxed) < one.sessions.load(std::memory_order_relaxed);
    return less ? other : one;
}

void Workers::serve(int socket, bool unix_socket) {
    Hand& hand = less_loaded();
    hand.sessions.fetch_add(1, std::memory_order_relaxed);
    hand.worker.post([&hand, socket, unix_socket] {
        hand.worker.spawn([](Hand& at, int fd, bool is_unix) -> net::Task<void> {
            co_await serve_client(*at.site, net::Channel(at.worker, fd, is_unix, client_head_bytes));
            at.sessions.fetch_sub(1, std::memory_order_relaxed);
        }(hand, socket, unix_socket));
    });
}

void Workers::tour(std::function<void(Site&)> visit, std::function<void()> then, unsigned answer_on) {
    struct Tour {
        Workers& workers;
        std::function<void(Site&)> visit;
        std::function<void()> then;
        unsigned answer_on;

        static void go_on(const std::shared_ptr<Tour>& tour, std::size_t at) {
            const auto& hands = tour->workers.hands_;
            if (at == hands.size()) {
                hands[tour->answer_on]->worker.post([tour] { tour->then(); });
                return;
            }
            hands[at]->worker.post([tour, at, &site = *hands[at]->site] {
                tour->visit(site);
                go_on(tour, at + 1);
            });
        }
    };
    Tour::go_on(std::make_shared<Tour>(Tour{*this, std::move(visit), std::move(then), answer_on}), 0);
}

void Workers::kill(std::uint32_t id, bool query_only, std::string user, Site& asking,
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

void Workers::cut_off(const pool::Tablet& tablet) noexcept {
    each_site([of = &tablet](Site& site) {
        if (pool::Pool* pool = site.find_pool(*of)) pool->cut_off();
    });
}

void Workers::poke(const pool::Tablet& tablet, std::uint64_t workers) noexcept {
    for (auto& hand : hands_) {
        if ((workers >> hand->worker.index() & 1) == 0) continue;
        hand->worker.post([&site = *hand->site, of = &tablet] {
            if (pool::Pool* pool = site.find_pool(*of)) pool->poked();
        });
    }
}

void Workers::ask(const pool::Tablet& tablet, unsigned worker, std::size_t connections) noexcept {
    for (auto& hand : hands_) {
        if (hand->worker.index() == worker) continue;
        hand->worker.post([&site = *hand->site, of = &tablet, connections] {
            if (pool::Pool* pool = site.find_pool(*of)) pool->asked_by_sibling(connections);
        });
    }
}

}  // namespace leasehold::proxy
