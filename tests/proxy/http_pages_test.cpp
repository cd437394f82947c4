#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy/http_routes.h"
#include "proxy/http_status_page.h"
#include "tests/proxy/admin_view_sample.h"

namespace leasehold::proxy {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(StatusPage, ShowsTabletsWithTheirState) {
    const std::string page = status_page(sample_snapshot());
    EXPECT_THAT(page, HasSubstr("Leasehold 0.1.0"));
    EXPECT_THAT(page, HasSubstr("<tr class=\"full\"><td>customer</td><td>-80</td><td>primary</td>"));
    EXPECT_THAT(page, HasSubstr("<tr class=\"up\"><td>customer</td><td>-80</td><td>replica</td>"));
    EXPECT_THAT(page, HasSubstr("<tr class=\"down\"><td>customer</td><td>80-</td><td>replica</td>"));
    EXPECT_THAT(page, HasSubstr("SHUNNED"));
    EXPECT_THAT(page, HasSubstr("10 ms")) << "p99 of the waits";
    EXPECT_THAT(page, HasSubstr("14 of 10000 clients"));
}

TEST(StatusPage, IsSelfContainedAndEscaped) {
    metrics::Snapshot snapshot = sample_snapshot();
    snapshot.keyspaces[0].name = snapshot.tablets[0].keyspace = "<script>alert(1)</script>";
    const std::string page = status_page(snapshot);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(page, HasSubstr("connection &lt;refused&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("src=")));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
    EXPECT_EQ(html_escape("a&\"'b"), "a&amp;&quot;&#39;b");
}

TEST(Readiness, NeedsListeningAndATabletOfEachKeyspace) {
    metrics::Snapshot snapshot = sample_snapshot();
    const HttpResponse ready = readiness(snapshot);
    EXPECT_EQ(ready.status, 200U);
    EXPECT_THAT(ready.body,
                HasSubstr("down: customer/80- replica unix:/run/m.sock (connection <refused>)\n"));

    snapshot.tablets.back().up = false;
    const HttpResponse without_commerce = readiness(snapshot);
    EXPECT_EQ(without_commerce.status, 503U);
    EXPECT_THAT(without_commerce.body, HasSubstr("keyspace commerce: no tablet is up\n"));
    EXPECT_THAT(without_commerce.body, Not(HasSubstr("customer:")));

    snapshot = sample_snapshot();
    snapshot.listening = false;
    EXPECT_EQ(readiness(snapshot).status, 503U);
    EXPECT_THAT(readiness(snapshot).body, HasSubstr("not listening"));
}

TEST(StandardRoutes, AnswerFromTheSnapshot) {
    const auto routes = standard_routes([] { return sample_snapshot(); });
    std::vector<std::string> paths;
    for (const HttpRoute& route : routes) {
        paths.push_back(route.path);
        const HttpResponse response = route.handler({"GET", route.path, ""});
        EXPECT_EQ(response.status, 200U) << route.path;
        EXPECT_FALSE(response.body.empty()) << route.path;
    }
    EXPECT_THAT(paths, testing::UnorderedElementsAre("/metrics", "/healthz", "/readyz", "/"));
}

TEST(HttpRequest, Parameters) {
    const HttpRequest request{"GET", "/debug/heap", "seconds=5&x=&seconds=9&flag"};
    EXPECT_EQ(request.parameter("seconds"), "5");
    EXPECT_EQ(request.parameter("x"), "");
    EXPECT_EQ(request.parameter("flag"), "");
    EXPECT_EQ(request.parameter("sec"), "");
    EXPECT_EQ(HttpRequest{}.parameter("a"), "");
}

}  // namespace
}  // namespace leasehold::proxy
