# shellcheck shell=bash
# Shared by the set-up scripts; sourced, not run.

# fail SENTENCE HINT: says what is wrong and what to do about it, and ends the script.
fail() {
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

have() {
    command -v "$1" >/dev/null 2>&1
}

# mentions_network_trouble LOG: whether a tool's messages say that the network was the cause.
mentions_network_trouble() {
    grep -qiE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|name resolution|name or service not known|could not resolve|failed to resolve|resolving|network is unreachable|failed to establish a new connection|connection (refused|reset|timed out)|could not connect|unable to connect|no route to host|read timed out|ProxyError' "$1"
}
