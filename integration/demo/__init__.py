"""scripts/demo: two keyspaces on real MariaDB servers behind the proxy."""
