#!/bin/sh
# Install one pinned set into .venv: install.sh requirements.txt
set -u
echo "Installing the packages of $1 into .venv; the first time needs the internet and some minutes."
.venv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off -r "$1" </dev/null || {
    echo "The packages of $1 could not be installed; look at the lines above, check the internet connection and run the same command again." >&2
    exit 1
}
