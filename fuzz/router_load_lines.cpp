// LOAD DATA's clauses and its file, which a client sends: any bytes, in pieces of any size, give the same
// lines as at once.
#include "router/load_lines.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace leasehold::router;

std::string lines_of(const LoadClauses& clauses, std::string_view file, std::size_t piece) {
    LoadLines lines(clauses.format, clauses.columns ? clauses.columns->size() : 2, {0, 1}, 1u << 20);
    std::string all;
    const auto take = [&] {
        for (;;) {
            const auto line = lines.next();
            if (!line || !*line) return;
            all += std::string(**line) + "|";
            for (const LoadLines::Field& field : lines.fields()) all += field.text + "|";
        }
    };
    for (std::size_t at = 0; at < file.size(); at += piece) {
        lines.feed(file.substr(at, piece));
        take();
    }
    lines.end();
    take();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // The clauses end with the first zero byte.
    const std::size_t end = std::min(text.find('\0'), text.size());
    const leasehold::Result<LoadClauses> clauses = parse_load_clauses(tokenize(text.substr(0, end), {}), 0);
    if (!clauses) return 0;
    const std::string_view file = text.substr(std::min(end + 1, text.size()));
    const std::string whole = lines_of(*clauses, file, std::max<std::size_t>(file.size(), 1));
    if (lines_of(*clauses, file, 1) != whole || lines_of(*clauses, file, 5) != whole) std::abort();
    return 0;
}
