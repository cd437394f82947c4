// Expected failures as values, from the wire to the executor. An Error carries what MySQL's ERR packet needs;
// nothing that a peer can send is reported in another way. Exceptions are for configuration and start-up.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace leasehold {

struct Error {
    // Constructors, because an aggregate could be made from a lone number, and boost's result<T, E> refuses a
    // T that could be an E too.
    Error() = default;
    Error(std::uint16_t error_code, std::string text, std::string_view state = "HY000")
        : code(error_code), message(std::move(text)), sqlstate(state) {}

    std::uint16_t code = 0;               // a MySQL error number (base/mysql_errors.h)
    std::string message;                  // text for the client, without the SQLSTATE
    std::string_view sqlstate = "HY000";  // five characters with static storage
};

template <typename T>
using Result = boost::system::result<T, Error>;

// Makes an error with the SQLSTATE that MySQL pairs with `code`.
[[nodiscard]] Error make_error(std::uint16_t code, std::string message);

// The SQLSTATE of a MySQL error number; "HY000" where MySQL has no better one.
[[nodiscard]] std::string_view sqlstate_of(std::uint16_t code);

// Needed by boost::system::result for value() on an error: a programming mistake, so it throws.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

}  // namespace leasehold
