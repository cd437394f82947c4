// One connection of the control plane to a tablet, by Connector/C (libmariadb). Blocking, with timeouts.
// Owner: the control plane's entry of the tablet. Thread: one at a time, with SIGPIPE blocked or ignored:
// over TLS the library writes to sockets that the tablet has closed. Errors: the tablet's own code and words,
// or the client library's (2002 and above: the connection is of no more use).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pool/tablet.h"

namespace leasehold::pool {

struct ControlRows {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

class ControlConnection {
  public:
    // Whole seconds are what the library knows; less than one becomes one.
    static Result<std::unique_ptr<ControlConnection>> connect(const TabletSpec& spec,
                                                              std::chrono::milliseconds timeout);
    ~ControlConnection();
    ControlConnection(const ControlConnection&) = delete;
    ControlConnection& operator=(const ControlConnection&) = delete;

    // A statement with rows or without. At most 10,000 rows are read.
    Result<ControlRows> query(std::string_view sql);
    std::string_view server_version() const;
    bool encrypted() const;

    // The error means that the connection is lost, not that the statement was refused.
    static bool is_lost(const Error& error);

  private:
    struct Impl;
    explicit ControlConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace leasehold::pool
