"""Where the proxy's answer is meant to differ from the server's, and why: docs/drivers.md prints the reasons."""

# The proxy puts the session's own value in their place: the answer is the same, its column may have another type or length.
SESSION_FUNCTIONS = ("ROW_COUNT()", "FOUND_ROWS()", "CURRENT_USER()", "DATABASE()", "CONNECTION_ID()")
REPLACED = "the columns of " + ", ".join(f"`{name}`" for name in SESSION_FUNCTIONS) + (
    " have another type or length: the session's own value is put in their place"
)
# Every answer there that is an error is as good as another.
LAST_WORDS = "kill"
KILLED = (
    "a killed session is told so (1927, 1317 when it killed itself) before its connection is closed, where servers and "
    "client libraries have other words for it"
)

# Words of the step, words of the proxy's answer, the reason.
KNOWN = [
    (
        "no_such_database.t",
        "1049",
        "a table of a database that is no keyspace: error 1049 (unknown database), as MySQL says; MariaDB says 1146",
    ),
    (
        "user=nobody",
        "(using password: NO)",
        "an unknown user without a password: the text says `using password: NO`, where MySQL 9 says `YES` to some clients",
    ),
    (
        "user=sha2",
        "fast auth",
        "MySQL Connector/J takes a MariaDB 10 for a MySQL 5.5 and cannot do `caching_sha2_password` there: give such users a "
        "`mysql_native_password` hash or a plain password, or set `server_version`",
    ),
    (
        "batch",
        "the last command affected",
        "MariaDB's COM_STMT_BULK_EXECUTE is not offered: mysql_async, which uses it, executes the rows of a batch one by one",
    ),
]
