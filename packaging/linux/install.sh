#!/bin/sh
# Runs inside the unpacked self-extracting file: installs for this user, without root.
set -eu
id=io.github.pentimento.Pentimento
data=${XDG_DATA_HOME:-$HOME/.local/share}
program=$data/pentimento-app
mkdir -p "$data/applications" "$data/icons/hicolor/256x256/apps" "$data/mime/packages" "$HOME/.local/bin"
rm -rf "$program"
cp -a pentimento "$program"
cp uninstall.sh "$program/"
cp "$id.png" "$data/icons/hicolor/256x256/apps/"
cp pentimento-mime.xml "$data/mime/packages/pentimento.xml"

# In a desktop entry a quoted path escapes \ " ` $, and % doubles.
quoted=$(printf '%s' "$program/pentimento" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
while IFS= read -r line; do
    case $line in
    Exec=*) printf 'Exec="%s" %%F\n' "$quoted" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$id.desktop" >"$data/applications/$id.desktop"

ln -sf "$program/pentimento" "$HOME/.local/bin/pentimento"
update-desktop-database "$data/applications" 2>/dev/null || true
update-mime-database "$data/mime" 2>/dev/null || true
echo "Pentimento is installed for you. Start it from the menu, or with ~/.local/bin/pentimento."
echo "To remove it: sh \"$program/uninstall.sh\""
