#!/bin/sh
# Runs inside the unpacked self-extracting file: installs for this user, and says how to remove it.
set -e
data=${XDG_DATA_HOME:-$HOME/.local/share}
program=$data/pentimento-app
rm -rf "$program"
mkdir -p "$program" "$data/applications" "$data/icons" "$HOME/.local/bin"
cp -a pentimento/. "$program/"
cp pentimento.png "$data/icons/pentimento.png"
sed -e "s|^Exec=.*|Exec=\"$program/pentimento\" %F|" -e "s|^Icon=.*|Icon=$data/icons/pentimento.png|" \
    io.github.pentimento.Pentimento.desktop > "$data/applications/io.github.pentimento.Pentimento.desktop"
ln -sf "$program/pentimento" "$HOME/.local/bin/pentimento"
echo "Pentimento is installed in $program. Start it from the menu, or with ~/.local/bin/pentimento."
echo "To remove it: rm -r \"$program\" \"$HOME/.local/bin/pentimento\" \\"
echo "  \"$data/applications/io.github.pentimento.Pentimento.desktop\" \"$data/icons/pentimento.png\""
