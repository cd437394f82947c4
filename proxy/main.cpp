// leasehold --config FILE. The command line; everything else is the Server's.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "base/log.h"
#include "config/default_config.h"
#include "config/load.h"
#include "net/tls_memory.h"
#include "proxy/server.h"
#include "proxy/version.h"

namespace {

int report(const std::vector<leasehold::config::Problem>& problems) {
    for (const auto& problem : problems) std::cerr << to_string(problem) << '\n';
    return problems.empty() ? 0 : 1;
}

int run(const std::string& file, bool check_only) {
    using namespace leasehold;
    config::LoadResult loaded = config::load_file(file);
    report(loaded.warnings);
    if (!loaded.ok()) return report(loaded.problems);
    auto config = std::make_shared<const config::Config>(std::move(*loaded.config));
    proxy::WorldResult built = proxy::build_world(config, nullptr);
    if (!built.world) {
        for (const std::string& problem : built.problems) std::cerr << file << ": " << problem << '\n';
        return 1;
    }
    if (check_only) {
        std::cout << file << ": ok\n";
        return 0;
    }
    configure_log(config->log.level, config->log.format, config->log.queue);
    proxy::Server server(file, config, std::move(built.world));
    return server.run();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Leasehold: a MySQL connection-pooling, sharding proxy", "leasehold"};
    std::string config_file;
    bool check_only = false;
    bool print_default = false;
    app.add_option("--config", config_file, "Configuration file (YAML); see docs/configuration.md");
    app.add_flag("--check-config", check_only, "List every problem of the configuration and exit");
    app.add_flag("--print-default-config", print_default,
                 "Print a commented configuration with every default");
    app.set_version_flag("--version", std::string("leasehold ") + leasehold::proxy::version);
    CLI11_PARSE(app, argc, argv);
    if (print_default) {
        std::cout << leasehold::config::default_config();
        return 0;
    }
    if (config_file.empty()) {
        std::cerr << "leasehold: --config FILE is needed; --print-default-config prints one to start from\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    leasehold::net::take_over_tls_memory();
    try {
        return run(config_file, check_only);
    } catch (const std::exception& failure) {
        std::cerr << "leasehold: " << failure.what() << '\n';
        return 1;
    }
}
