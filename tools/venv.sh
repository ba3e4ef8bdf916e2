#!/bin/sh
# Make .venv with Python 3.11, 3.12 or 3.13, or keep the one that works. PYTHON names the interpreter to use.
set -u

supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' </dev/null >/dev/null 2>&1
}

has_modules() {
    "$1" -c "import $2" </dev/null >/dev/null 2>&1
}

refuse() {
    echo "$1" >&2
    exit 1
}

if supported .venv/bin/python && has_modules .venv/bin/python pip; then
    exit 0
fi

if [ -n "${PYTHON:-}" ] && ! supported "$PYTHON"; then
    refuse "PYTHON=$PYTHON is not Python 3.11, 3.12 or 3.13; name one that is, such as make app PYTHON=python3.12."
fi

without_venv=
for python in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    supported "$python" || continue
    if has_modules "$python" venv,ensurepip; then
        echo "Making .venv with $("$python" --version)."
        "$python" -m venv --clear .venv </dev/null || refuse "$python could not make .venv; the lines above say why."
        exit 0
    fi
    without_venv=${without_venv:-$python}
done

if [ -n "$without_venv" ]; then
    refuse "$without_venv lacks its venv module; install it (on Debian and Ubuntu: apt-get install python3-venv) and try again."
fi
refuse "Python 3.11, 3.12 or 3.13 was not found; install one, or name it: make app PYTHON=/path/to/python3.12."
