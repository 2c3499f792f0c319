#!/bin/sh
# Takes away what the self-extracting file installed; settings and pictures stay.
set -eu
id=io.github.pentimento.Pentimento
program=$(cd "$(dirname "$0")" && pwd)
data=$(dirname "$program")
rm -f "$HOME/.local/bin/pentimento" "$data/applications/$id.desktop" \
    "$data/icons/hicolor/256x256/apps/$id.png" "$data/mime/packages/pentimento.xml"
rm -rf "$program"
update-desktop-database "$data/applications" 2>/dev/null || true
update-mime-database "$data/mime" 2>/dev/null || true
echo "Pentimento is removed."
