// One statement that is several on the tablets, all of it or nothing: outside of a transaction it runs in one
// of its own; inside of one it can be taken back to where it began, by a savepoint. Thread: the worker's.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "net/task.h"

namespace leasehold::proxy {

class Session;

class StatementScope {
  public:
    explicit StatementScope(Session& session) : session_(session) {}
    // What was not committed is rolled back, where the transaction was its own.
    ~StatementScope();
    StatementScope(const StatementScope&) = delete;
    StatementScope& operator=(const StatementScope&) = delete;

    // Errors: those of a tablet that the transaction is on.
    net::Task<Result<void>> begin();
    // Errors: which shards committed and which did not.
    net::Task<Result<void>> finish();
    // Takes back what was done so far; the transaction goes on. Errors: it could not be, and is over.
    net::Task<Result<void>> undo();
    // After an error: takes back what was done. Gives the error for the client, which says so where the whole
    // transaction went with it.
    net::Task<Error> fail(Error error);

  private:
    net::Task<Result<void>> tell_all(const char* verb);
    void forget_savepoint();

    Session& session_;
    // How it holds together what it does.
    enum class Hold : std::uint8_t {
        none,       // not at all yet, or no more
        own,        // a transaction of its own
        savepoint,  // of the client's transaction
        untied,     // under LOCK TABLES, which a BEGIN would end: nothing can be taken back
    } hold_ = Hold::none;
};

}  // namespace leasehold::proxy
