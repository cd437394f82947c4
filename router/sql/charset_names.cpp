#include "router/sql/charset_names.h"

#include <algorithm>
#include <array>

#include "router/sql/char_class.h"

namespace leasehold::router {
namespace {

constexpr std::array<std::string_view, 42> names = {
    "armscii8", "ascii",   "big5",   "binary",   "cp1250",  "cp1251", "cp1256",  "cp1257", "cp850",
    "cp852",    "cp866",   "cp932",  "dec8",     "eucjpms", "euckr",  "gb18030", "gb2312", "gbk",
    "geostd8",  "greek",   "hebrew", "hp8",      "keybcs2", "koi8r",  "koi8u",   "latin1", "latin2",
    "latin5",   "latin7",  "macce",  "macroman", "sjis",    "swe7",   "tis620",  "ucs2",   "ujis",
    "utf16",    "utf16le", "utf32",  "utf8",     "utf8mb3", "utf8mb4"};
static_assert(std::is_sorted(names.begin(), names.end()));
constexpr std::size_t longest = 8;

}  // namespace

bool is_charset_name(std::string_view name) {
    if (name.size() > longest) return false;
    std::array<char, longest> folded{};
    std::transform(name.begin(), name.end(), folded.begin(), to_lower);
    return std::binary_search(names.begin(), names.end(), std::string_view(folded.data(), name.size()));
}

}  // namespace leasehold::router
