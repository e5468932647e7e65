#!/usr/bin/env bash
# Sees to what the build needs from the system: cargo, a C++ linker, OpenCV and libclang.
#
#   models/packages.sh                  what the build needs; installed by apt on Debian and Ubuntu when missing
#   models/packages.sh --try PACKAGE…   further packages that would be nice; a failure is only mentioned
#
# When nothing is missing it asks nothing and needs no network.
set -euo pipefail

models=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$models/common.sh"

needed=(g++ pkg-config clang libclang-dev libopencv-dev libavformat-dev libavcodec-dev libavutil-dev libswscale-dev)

main() {
    if [ "${1:-}" = --try ]; then
        shift
        (install_missing "$@") || echo "going on without: $*" >&2
        return
    fi
    check_cargo
    if have apt-get && have dpkg-query; then
        install_missing "${needed[@]}"
    else
        check_by_use
    fi
}

check_cargo() {
    local wanted found
    have cargo || fail "cargo is missing, which builds the program." "install Rust with rustup, or, if it is installed, put ~/.cargo/bin into PATH."
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$models/../Cargo.toml" | head -n 1)
    found=$(cargo --version 2>/dev/null | cut -d ' ' -f 2)
    [ -n "$found" ] || fail "cargo is there but does not run." "run 'rustup default stable'."
    [ "$(printf '%s\n' "$wanted" "${found%%-*}" | sort -V | head -n 1)" = "$wanted" ] ||
        fail "cargo is version $found, but $wanted or later is needed." "run 'rustup update stable'."
}

install_missing() {
    local package installed
    local -a missing=() as_root=()
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true # it fails if any is unknown
    for package in "$@"; do
        grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    have apt-get || fail "${missing[*]} cannot be installed: there is no apt-get." "install them with your system's own tools."
    if [ "$(id -u)" -ne 0 ]; then
        have sudo || fail "system packages are missing, and there is neither root nor sudo to install them." "as root: apt-get install --no-install-recommends ${missing[*]}"
        as_root=(sudo)
    fi
    echo "system packages: installing ${missing[*]} with ${as_root[*]:+sudo }apt-get; this may take some minutes"
    apt_install "${missing[@]}"
}

# apt_install PACKAGE…: with the caller's `as_root`.
apt_install() {
    local log
    local -a apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1)
    log=$(mktemp)
    if "${apt_get[@]}" update >"$log" 2>&1 && "${apt_get[@]}" -y install --no-install-recommends "$@" >>"$log" 2>&1; then
        rm -f "$log"
    elif mentions_network_trouble "$log"; then
        fail "$* cannot be installed: there is no network." "connect and run it again; apt-get's messages are in $log."
    else
        fail "$* cannot be installed: apt-get failed." "its messages are in $log."
    fi
}

# Other systems name their packages differently, so look for the things themselves.
check_by_use() {
    local -a missing=()
    have c++ || have g++ || have clang++ || missing+=("a C++ compiler")
    have pkg-config || missing+=("pkg-config")
    have clang || missing+=("clang")
    find_libclang || missing+=("libclang (the shared library)")
    have pkg-config && pkg-config --exists opencv4 2>/dev/null || missing+=("OpenCV 4 with its headers")
    [ ${#missing[@]} -eq 0 ] || fail "the build needs, and does not find: $(join "${missing[@]}")." "install them with your system's package manager; on Debian they are called ${needed[*]}."
}

find_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] || have llvm-config || [[ $(PATH=$PATH:/sbin ldconfig -p 2>/dev/null) == *libclang* ]]
}

# join A B C: "A, B, C"
join() {
    local joined
    joined=$(printf ', %s' "$@")
    echo "${joined:2}"
}

main "$@"
