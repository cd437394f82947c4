#include "proxy/idle_timeouts.h"

#include <gtest/gtest.h>

#include "proxy/aftermath.h"

namespace leasehold::proxy {
namespace {

using namespace std::chrono_literals;
using router::VariableScope;

router::Effects sets(std::string name, std::string value, VariableScope scope = VariableScope::session) {
    router::Effects effects;
    effects.assignments.push_back({scope, std::move(name), std::move(value), true});
    return effects;
}

Answer tells(std::vector<std::pair<std::string, std::string>> variables) {
    Answer answer;
    answer.variables = std::move(variables);
    return answer;
}

TEST(IdleTimeouts, TheServersValueCounts) {
    const auto effects = sets("wait_timeout", "0");
    EXPECT_EQ(idle_timeouts_after({}, effects, tells({{"wait_timeout", "1"}})).wait, 1s);
    EXPECT_EQ(idle_timeouts_after({}, sets("wait_timeout", "60"), {}).wait, 60s)
        << "of a server that tells nothing";
    EXPECT_EQ(idle_timeouts_after({5s, 6s}, sets("interactive_timeout", "7"), {}), (IdleTimeouts{5s, 7s}));
    EXPECT_EQ(idle_timeouts_after({}, {}, tells({{"wait_timeout", "9"}})).wait, 9s) << "set by a procedure";
    EXPECT_EQ(idle_timeouts_after({}, sets("wait_timeout", "@x"), {}).wait, std::nullopt);
}

TEST(IdleTimeouts, DefaultIsNothing) {
    const auto answer = tells({{"wait_timeout", "28800"}});
    EXPECT_EQ(idle_timeouts_after({5s, 6s}, sets("wait_timeout", "DEFAULT"), answer),
              (IdleTimeouts{std::nullopt, 6s}));
    EXPECT_EQ(idle_timeouts_after({5s, {}}, sets("wait_timeout", "default"), answer).wait, std::nullopt);
}

TEST(IdleTimeouts, AnInteractiveClientHasTheOtherDefault) {
    const IdleTimeouts login{{}, {}, IdleDefault::interactive_timeout};
    EXPECT_EQ(idle_timeouts_after(login, sets("wait_timeout", "5"), {}).wait, 5s);
    EXPECT_EQ(idle_timeouts_after(login, sets("interactive_timeout", "DEFAULT"), {}), login);
    EXPECT_EQ(idle_timeouts_after(login, sets("wait_timeout", "DEFAULT"), {}), IdleTimeouts{})
        << "DEFAULT is the global wait_timeout for everybody";
    EXPECT_EQ(idle_timeouts_anew(true, false), login);
    EXPECT_EQ(idle_timeouts_anew(true, true), IdleTimeouts{});
    EXPECT_EQ(idle_timeouts_anew(false, false), IdleTimeouts{});
}

TEST(IdleTimeouts, OthersDoNotConcernThem) {
    EXPECT_TRUE(sets_idle_timeout(sets("wait_timeout", "1"), {}));
    EXPECT_TRUE(sets_idle_timeout({}, tells({{"interactive_timeout", "1"}})));
    EXPECT_FALSE(sets_idle_timeout(sets("wait_timeout", "1", VariableScope::global), {}));
    EXPECT_FALSE(sets_idle_timeout(sets("lock_wait_timeout", "1"), tells({{"lock_wait_timeout", "1"}})));
    Answer refused;
    refused.failed = true;
    EXPECT_FALSE(sets_idle_timeout(sets("wait_timeout", "1"), refused));
}

TEST(IdleTimeouts, Patience) {
    config::Limits limits;
    limits.client_idle_timeout = 100s;
    EXPECT_EQ(patience_with({}, limits, false), 100s);
    EXPECT_EQ(patience_with({}, limits, true), 100s);
    EXPECT_EQ(patience_with({200s, 1s}, limits, false), 200s);
    limits.idle_transaction_timeout = 10s;
    EXPECT_EQ(patience_with({}, limits, true), 10s);
    EXPECT_EQ(patience_with({}, limits, false), 100s);
    EXPECT_EQ(patience_with({5s, {}}, limits, true), 5s);
    EXPECT_EQ(patience_with({50s, {}}, limits, true), 10s);
    limits.interactive_idle_timeout = 1000s;
    const IdleTimeouts interactive{{}, {}, IdleDefault::interactive_timeout};
    EXPECT_EQ(patience_with(interactive, limits, false), 1000s);
    EXPECT_EQ(patience_with(interactive, limits, true), 10s);
    EXPECT_EQ(patience_with({50s, {}, IdleDefault::interactive_timeout}, limits, false), 50s);
}

}  // namespace
}  // namespace leasehold::proxy
