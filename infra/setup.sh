#!/usr/bin/env bash
# Sets up what the Makefile asks for: setup.sh {python|tool NAME|browser|fuzz|bench|load|audit}. Says one line for each thing that takes time.
set -euo pipefail
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV
export UV_COMPILE_BYTECODE=1 # once here, not in each of the many processes that a local cloud and the tests start

readonly WANTED=3.13
readonly FONT=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf

say() { printf 'setting up: %s …\n' "$1" >&2; }
fail() { printf '%s\n' "$1" >&2; exit 1; }

# The path of this machine's uv, else of one of our own. Shims can be on PATH and still not run, so each is asked.
find_uv() {
    local own=$PWD/.tools/uv/bin/uv candidate
    for candidate in "$(type -P uv || true)" "$own"; do
        if [[ -n $candidate ]] && "$candidate" --version >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "uv"
    python3 -m pip --version >/dev/null 2>&1 || fail "uv is missing, and so is a Python with pip to install it"
    python3 -m pip install -qq --disable-pip-version-check --root-user-action ignore --require-hashes \
        --upgrade --target .tools/uv --requirement infra/tools/uv.txt >&2
    printf '%s\n' "$own"
}

is_wanted() { [[ $("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) == "$WANTED" ]]; }

# The path of a Python 3.13, by the uv given. Where pyenv has one that is not selected, neither PATH nor uv can run it.
find_python() {
    local uv=$1 candidate
    for candidate in "$("$uv" python find --no-python-downloads "$WANTED" 2>/dev/null || true)" \
        ~/.pyenv/versions/"$WANTED"*/bin/python "$(type -P "python$WANTED" || true)"; do
        if [[ -n $candidate ]] && is_wanted "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "Python $WANTED"
    "$uv" python install --quiet "$WANTED" 2>/dev/null ||
        fail "Python $WANTED is missing and could not be downloaded; install it and try again"
    "$uv" python find "$WANTED"
}

case ${1-} in
python)
    uv=$(find_uv)
    UV_PYTHON=$(find_python "$uv")
    export UV_PYTHON
    say "Python packages"
    "$uv" sync --frozen --quiet
    ;;
tool)
    # A tool has an environment of its own, so that its pins never meet those of the service.
    uv=$(find_uv)
    interpreter=$(find_python "$uv")
    say "$2"
    "$uv" venv --quiet --clear --python "$interpreter" ".tools/$2"
    "$uv" pip install --quiet --python ".tools/$2/bin/python" --require-hashes --requirement "infra/tools/$2.txt"
    ;;
browser)
    if { type -P chromium || type -P chromium-browser || type -P google-chrome; } >/dev/null && [[ -e $FONT ]]; then
        exit
    fi
    if [[ $EUID -ne 0 ]] || ! type -P apt-get >/dev/null; then
        fail "the browser tests need Chromium and the DejaVu fonts (Debian: apt-get install chromium fonts-dejavu-core)"
    fi
    say "Chromium"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } \
        >/dev/null </dev/null || fail "Chromium could not be installed; see above"
    ;;
fuzz | bench | load)
    # What only this needs, beside everything else.
    uv=$(find_uv)
    "$uv" sync --frozen --quiet --inexact --group "$1"
    ;;
audit)
    # 0: nothing known; 1: something is, and what to update is listed; 2: nobody could be asked.
    uv=$(find_uv)
    code=0
    "$uv" audit --locked --preview-features audit-command 2>&1 || code=$?
    [[ $code -lt 2 ]] || { printf 'nothing was checked: the database of known vulnerabilities (api.osv.dev) did not answer\n' >&2; exit 2; }
    exit "$code"
    ;;
*)
    fail "usage: $0 {python|tool NAME|browser|fuzz|bench|load|audit}"
    ;;
esac
