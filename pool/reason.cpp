#include "pool/reason.h"

namespace leasehold::pool {

std::string_view to_string(Reason reason) {
    switch (reason) {
        case Reason::transaction:
            return "transaction";
        case Reason::advisory_lock:
            return "advisory_lock";
        case Reason::temporary_table:
            return "temporary_table";
        case Reason::lock_tables:
            return "lock_tables";
        case Reason::global_read_lock:
            return "global_read_lock";
        case Reason::user_variable:
            return "user_variable";
        case Reason::text_prepare:
            return "text_prepare";
        case Reason::previous_statement:
            return "previous_statement";
        case Reason::untracked_setting:
            return "untracked_setting";
        case Reason::handler:
            return "handler";
        case Reason::xa:
            return "xa";
        case Reason::cursor:
            return "cursor";
        case Reason::long_data:
            return "long_data";
        case Reason::procedure:
            return "procedure";
        case Reason::unknown_statement:
            return "unknown_statement";
        case Reason::gather:
            return "gather";
    }
    return "unknown_statement";
}

std::string to_string(ReasonSet reasons) {
    std::string out;
    reasons.each([&](Reason reason) {
        if (!out.empty()) out += ',';
        out += to_string(reason);
    });
    return out;
}

}  // namespace leasehold::pool
