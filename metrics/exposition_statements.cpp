// Families that have a keyspace but no tablet: queries, errors, rows, transactions, clients.
#include <unordered_map>
#include <unordered_set>

#include "metrics/error_counts.h"
#include "metrics/exposition_family.h"

namespace leasehold::metrics {
namespace {

using prometheus::MetricType;

Family errors(const Snapshot& snapshot) {
    Family family("leasehold_errors_total", "Errors that clients were sent, by MySQL error number.",
                  MetricType::Counter);
    std::unordered_map<std::string, std::unordered_set<std::string>> codes;
    for (const ErrorCount& error : snapshot.errors) {
        auto& known = codes[error.keyspace];
        const bool named = known.contains(error.code) || known.size() < max_error_codes;
        if (named) known.insert(error.code);
        family.add({{"keyspace", error.keyspace}, {"code", named ? error.code : other_label}}, error.count);
    }
    return family;
}

}  // namespace

Families statement_families(const Snapshot& snapshot) {
    Family queries("leasehold_queries_total", "Statements by plan and kind.", MetricType::Counter);
    for (const QueryCount& query : snapshot.queries) {
        queries.add({{"keyspace", query.keyspace}, {"plan", query.plan}, {"statement", query.statement}},
                    query.count);
    }
    Family seconds("leasehold_query_seconds", "From a statement's arrival to the end of its answer.",
                   MetricType::Histogram);
    for (const QueryTime& query : snapshot.query_times) {
        seconds.add({{"keyspace", query.keyspace}, {"plan", query.plan}}, query.seconds);
    }
    Family rows("leasehold_rows_total", "Rows of results (out).", MetricType::Counter);
    Family bytes("leasehold_bytes_total", "Bytes from clients (in) and to them (out).", MetricType::Counter);
    for (const Traffic& traffic : snapshot.traffic) {
        const Labels labels{{"keyspace", traffic.keyspace}, {"direction", traffic.direction}};
        rows.add(labels, traffic.rows);
        bytes.add(labels, traffic.bytes);
    }
    Family gathered_rows("leasehold_gathered_rows_total",
                         "Rows brought together on one tablet for SELECTs over several shards.",
                         MetricType::Counter);
    Family gathered_bytes("leasehold_gathered_bytes_total", "Their bytes.", MetricType::Counter);
    for (const Gathered& gathered : snapshot.gathered) {
        gathered_rows.add({{"keyspace", gathered.keyspace}}, gathered.rows);
        gathered_bytes.add({{"keyspace", gathered.keyspace}}, gathered.bytes);
    }
    Family transactions("leasehold_transactions_total", "Transactions that ended.", MetricType::Counter);
    for (const TransactionCount& transaction : snapshot.transactions) {
        transactions.add({{"keyspace", transaction.keyspace},
                          {"kind", transaction.kind},
                          {"outcome", transaction.outcome}},
                         transaction.count);
    }
    Family clients("leasehold_clients", "Client sessions by state.", MetricType::Gauge);
    for (const ClientCount& client : snapshot.clients) {
        clients.add({{"keyspace", client.keyspace}, {"state", client.state}}, client.count);
    }
    Families all;
    all.push_back(std::move(queries));
    all.push_back(std::move(seconds));
    all.push_back(errors(snapshot));
    all.push_back(std::move(rows));
    all.push_back(std::move(bytes));
    all.push_back(std::move(gathered_rows));
    all.push_back(std::move(gathered_bytes));
    all.push_back(std::move(transactions));
    all.push_back(std::move(clients));
    return all;
}

}  // namespace leasehold::metrics
