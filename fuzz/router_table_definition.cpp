// SHOW CREATE TABLE of a tablet: any text gives a definition or an error.
#include "router/table_definition.h"

#include <cstddef>
#include <cstdint>

#include "router/table_transfer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace leasehold::router;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    leasehold::Result<TableDefinition> table = parse_table_definition(text);
    if (!table) return 0;
    (void)table->create_temporary("t", true);
    (void)table->drop_uniqueness("t");
    (void)read_list(*table);
    table->keep_only({"a", "id"});
    (void)table->create_temporary("t", false);
    std::string sql;
    for (const TableColumn& column : table->columns) append_literal(sql, column.transfer, text.substr(0, 40));
    return 0;
}
