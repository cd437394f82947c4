"""scripts/bench: what a query, a session and a slow reader cost the proxy, beside peers in the same run."""
