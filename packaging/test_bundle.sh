#!/bin/sh
# make package-test: runs the built bundle where no Python and no build machine is.
#
# A bare Debian root gets the .deb and with it only the libraries that it declares. Then, as another
# user and without any network interface, `pentimento --selftest` goes through the program: as
# installed, and from the archive under a path with a space and non-ASCII letters; offscreen, and
# under a virtual X screen. Last the self-extracting file is installed, run and removed again.
# Needs root (chroot, unshare, mount), debootstrap and Xvfb. A bare root once made is used again, or
# the one that BARE_ROOT names; FLAVOR=pentimento-gpu takes the other flavor.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
root=${BARE_ROOT:-$here/build/bare-root}
flavor=${FLAVOR:-pentimento}
home=/home/påinter
folder="$home/Bilder & Töpfe 图"
screen=:97

archive=$(echo "$here"/dist/"$flavor"-[0-9]*.tar.zst)
deb=$(echo "$here"/dist/"$flavor"-[0-9]*.deb)
run=$(echo "$here"/dist/"$flavor"-[0-9]*.run)
for file in "$archive" "$deb" "$run"; do
    [ -f "$file" ] || { echo "$file is missing: make package" >&2; exit 1; }
done

# as COMMAND...: by the other user, in the root, with nothing of this environment and no network.
as() {
    unshare --net --pid --fork --mount-proc="$root/proc" chroot "$root" runuser -u painter -- \
        env -i HOME="$home" LANG=C.UTF-8 PATH=/usr/bin:/bin "$@"
}

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root"
cp "$deb" "$root/tmp/pentimento.deb"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive sh -euc '
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends --reinstall /tmp/pentimento.deb >/dev/null
    id -u painter >/dev/null 2>&1 || useradd -d '"$home"' -m painter
'
for python in python3 python; do
    if chroot "$root" sh -c "command -v $python" >/dev/null; then
        echo "The bare root has a Python: it proves nothing." >&2
        exit 1
    fi
done
rm -rf "$root$folder"
mkdir -p "$root$folder"
zstd -dcq "$archive" | tar -xf - -C "$root$folder"
cp "$run" "$root$folder/pentimento.run"
chroot "$root" chown -R painter "$home"
unshare --net sh -c 'test "$(tail -n +3 /proc/net/dev | grep -cv "lo:")" = 0' \
    || { echo "There is still a network interface." >&2; exit 1; }

echo "Installed from the .deb, offscreen:"
as QT_QPA_PLATFORM=offscreen pentimento --selftest

echo "Unpacked from the archive, offscreen:"
as QT_QPA_PLATFORM=offscreen "$folder/pentimento/pentimento" --selftest

echo "Unpacked from the archive, on a virtual X screen:"
Xvfb $screen -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
x=$!
sockets=/tmp/.X11-unix
mkdir -p "$root$sockets" $sockets
mount --bind $sockets "$root$sockets"
trap 'umount "$root$sockets"; kill $x' EXIT
tries=0
while [ ! -S "$sockets/X${screen#:}" ] && [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
as DISPLAY=$screen QT_QPA_PLATFORM=xcb "$folder/pentimento/pentimento" --selftest

echo "From the self-extracting file:"
data="$folder/data"
as XDG_DATA_HOME="$data" sh "$folder/pentimento.run" --nox11 --quiet
as "$home/.local/bin/pentimento" --version
grep -F "Exec=\"$data/pentimento-app/pentimento\" %F" \
    "$root$data/applications/io.github.pentimento.Pentimento.desktop"
as sh "$data/pentimento-app/uninstall.sh"
left=$(find "$root$data" "$root$home/.local/bin" -not -type d)
[ -z "$left" ] || { echo "Left behind: $left" >&2; exit 1; }
echo "The bundle is sound."
