#include "proxy/http_status_page.h"

#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <map>

namespace leasehold::proxy {
namespace {

using metrics::Snapshot;
using metrics::TabletFigures;

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--line:#8885;--head:#8882}
body{font:14px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:85rem;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}p{margin:.3rem 0}
nav a{margin-right:1rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;white-space:nowrap}
th{background:var(--head);font-weight:600}td.n{text-align:right;font-variant-numeric:tabular-nums}
td.wide{white-space:normal;overflow-wrap:anywhere}
.up>td:first-child{border-left:6px solid #2a9d4a}.full>td:first-child{border-left:6px solid #d99a00}
.down>td:first-child{border-left:6px solid #c8352b}.draining>td:first-child{border-left:6px solid #3b78c2}
.down{background:#c8352b22}.full{background:#d99a0022}.draining{background:#3b78c222}
.key span{display:inline-block;margin-right:1.2rem;padding-left:.4rem;border-left:6px solid}
)";

std::string duration(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds);
    if (whole >= 86400) return fmt::format("{}d {}h", whole / 86400, whole % 86400 / 3600);
    if (whole >= 3600) return fmt::format("{}h {}m", whole / 3600, whole % 3600 / 60);
    if (whole >= 60) return fmt::format("{}m {}s", whole / 60, whole % 60);
    return fmt::format("{}s", whole);
}

std::string short_time(double seconds) {
    if (seconds == 0) return "0";
    if (seconds < 0.001) return fmt::format("{:.0f} &micro;s", seconds * 1e6);
    if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
    return fmt::format("{:.3g} s", seconds);
}

class Page {
  public:
    void text(std::string_view html) { out_ += html; }
    void headings(std::initializer_list<std::string_view> names) {
        out_ += "<table><thead><tr>";
        for (const std::string_view name : names)
            fmt::format_to(std::back_inserter(out_), "<th>{}</th>", name);
        out_ += "</tr></thead><tbody>\n";
    }
    void begin_row(std::string_view css_class = {}) {
        fmt::format_to(std::back_inserter(out_), "<tr class=\"{}\">", css_class);
    }
    void cell(std::string_view value) {
        fmt::format_to(std::back_inserter(out_), "<td>{}</td>", html_escape(value));
    }
    void wide_cell(std::string_view value) {
        fmt::format_to(std::back_inserter(out_), "<td class=\"wide\">{}</td>", html_escape(value));
    }
    void number(std::uint64_t value) { number_text(fmt::format("{}", value)); }
    void number_text(std::string_view html) {
        fmt::format_to(std::back_inserter(out_), "<td class=\"n\">{}</td>", html);
    }
    void end_row() { out_ += "</tr>\n"; }
    void end_table() { out_ += "</tbody></table>\n"; }
    std::string take() && { return std::move(out_); }

  private:
    std::string out_;
};

std::string_view row_class(const TabletFigures& tablet) {
    if (tablet.state == "DRAINING") return "draining";
    if (!tablet.up) return "down";
    return tablet.waiters != 0 ? "full" : "up";
}

std::string state_word(const TabletFigures& tablet) {
    if (!tablet.state.empty()) return tablet.state;
    return tablet.up ? "ONLINE" : "SHUNNED";
}

std::string lag(const TabletFigures& tablet) {
    if (tablet.replication_broken) return "broken";
    return tablet.replication_lag_seconds ? fmt::format("{} s", *tablet.replication_lag_seconds) : "";
}

void tablets(Page& page, const Snapshot& snapshot) {
    page.text("<h2>Tablets</h2>\n");
    page.headings({"keyspace", "shard", "type", "tablet", "state", "idle", "leased", "reserved", "connecting",
                   "capacity", "waiters", "wait p99", "leases", "opened", "closed", "lag", "server",
                   "last error"});
    for (const TabletFigures& tablet : snapshot.tablets) {
        std::uint64_t leases = 0;
        for (const metrics::NamedCount& kind : tablet.leases) leases += kind.count;
        page.begin_row(row_class(tablet));
        page.cell(tablet.keyspace);
        page.cell(tablet.shard);
        page.cell(tablet.tablet_type);
        page.cell(tablet.tablet);
        page.cell(state_word(tablet));
        page.number(tablet.idle);
        page.number(tablet.leased);
        page.number_text(fmt::format("{} / {}", tablet.reserved, tablet.reserved_capacity));
        page.number(tablet.connecting);
        page.number(tablet.capacity);
        page.number(tablet.waiters);
        page.number_text(short_time(tablet.wait.quantile(0.99)));
        page.number(leases);
        page.number(tablet.opened);
        page.number(tablet.closed_total());
        page.cell(lag(tablet));
        page.cell(tablet.server_version);
        page.wide_cell(tablet.up ? "" : tablet.last_error);
        page.end_row();
    }
    page.end_table();
    page.text(
        "<p class=\"key\"><span style=\"border-color:#2a9d4a\">up</span><span "
        "style=\"border-color:#d99a00\">up, "
        "sessions wait</span><span style=\"border-color:#c8352b\">down</span><span "
        "style=\"border-color:#3b78c2\">draining</span></p>\n");
}

struct KeyspaceSums {
    std::uint64_t queries = 0, errors = 0, clients = 0, bytes_in = 0, bytes_out = 0;
};

void keyspaces(Page& page, const Snapshot& snapshot) {
    std::map<std::string_view, KeyspaceSums> sums;
    for (const auto& query : snapshot.queries) sums[query.keyspace].queries += query.count;
    for (const auto& error : snapshot.errors) sums[error.keyspace].errors += error.count;
    for (const auto& client : snapshot.clients) sums[client.keyspace].clients += client.count;
    for (const auto& traffic : snapshot.traffic) {
        KeyspaceSums& keyspace = sums[traffic.keyspace];
        (traffic.direction == "in" ? keyspace.bytes_in : keyspace.bytes_out) += traffic.bytes;
    }
    page.text("<h2>Keyspaces</h2>\n");
    page.headings({"keyspace", "database", "sharded", "shards", "clients", "queries", "errors", "bytes in",
                   "bytes out"});
    for (const metrics::KeyspaceFigures& keyspace : snapshot.keyspaces) {
        const KeyspaceSums& sum = sums[keyspace.name];
        page.begin_row(keyspace.paused ? "draining" : "");
        page.cell(keyspace.paused ? keyspace.name + " (paused)" : keyspace.name);
        page.cell(keyspace.database);
        page.cell(keyspace.sharded ? "yes" : "no");
        std::string shards;
        for (const std::string& shard : keyspace.shards) shards += shards.empty() ? shard : ", " + shard;
        page.wide_cell(shards);
        page.number(sum.clients);
        page.number(sum.queries);
        page.number(sum.errors);
        page.number(sum.bytes_in);
        page.number(sum.bytes_out);
        page.end_row();
    }
    page.end_table();
}

void clients(Page& page, const Snapshot& snapshot) {
    page.text("<h2>Clients</h2>\n");
    page.headings({"keyspace", "state", "clients"});
    for (const metrics::ClientCount& client : snapshot.clients) {
        page.begin_row();
        page.cell(client.keyspace.empty() ? "(none)" : client.keyspace);
        page.cell(client.state);
        page.number(client.count);
        page.end_row();
    }
    page.end_table();
}

void head(Page& page, const Snapshot& snapshot) {
    page.text("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Leasehold</title>");
    page.text(
        "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"><style>");
    page.text(style);
    page.text("</style></head><body>\n");
    std::uint64_t all_clients = 0;
    for (const metrics::ClientCount& client : snapshot.clients) all_clients += client.count;
    page.text(fmt::format(
        "<h1>Leasehold {}</h1>\n<p>{}, up {}, {} workers, {} of {} clients, {} tablet connections</p>\n",
        html_escape(snapshot.version), snapshot.listening ? "listening" : "not listening",
        duration(snapshot.uptime_seconds), snapshot.workers, all_clients, snapshot.max_clients,
        snapshot.live_connections));
    page.text(
        "<nav><a href=\"/metrics\">metrics</a><a href=\"/healthz\">healthz</a><a "
        "href=\"/readyz\">readyz</a></nav>\n");
}

}  // namespace

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string status_page(const Snapshot& snapshot) {
    Page page;
    head(page, snapshot);
    tablets(page, snapshot);
    keyspaces(page, snapshot);
    clients(page, snapshot);
    page.text("</body></html>\n");
    return std::move(page).take();
}

}  // namespace leasehold::proxy
