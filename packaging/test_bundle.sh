#!/bin/sh
# make package-test: runs the built bundle where no Python and no build machine is.
#
# A bare Debian root gets only the libraries that the .deb declares. The archive is unpacked there by
# another user, under a path with a space and non-ASCII letters, and `pentimento --selftest` runs
# without a network interface: offscreen, and under a virtual X screen. Needs root (chroot, unshare).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
root=${BARE_ROOT:-$here/build/bare-root}
archive=$(ls "$here"/dist/pentimento-[0-9]*.tar.zst)
deb=$(ls "$here"/dist/pentimento-[0-9]*.deb)
folder="/home/påinter/Bilder & Töpfe 图"
run="chroot '$root' runuser -u painter -- env HOME=/home/påinter LANG=C.UTF-8"

[ -e "$root/etc/debian_version" ] || debootstrap --variant=minbase bookworm "$root"
depends=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/,/ /g')
chroot "$root" apt-get install -y -qq --no-install-recommends $depends >/dev/null
if chroot "$root" sh -c 'command -v python3' >/dev/null; then
    echo "The bare root has a Python: it proves nothing." >&2
    exit 1
fi
id=$(chroot "$root" id -u painter 2>/dev/null) \
    || chroot "$root" useradd -d /home/påinter -m painter
rm -rf "$root$folder"
mkdir -p "$root$folder"
zstd -dc "$archive" | tar -xf - -C "$root$folder"
chroot "$root" chown -R painter /home/påinter

echo "offscreen, no network:"
unshare -n sh -c "$run QT_QPA_PLATFORM=offscreen '$folder/pentimento/pentimento' --selftest"

echo "virtual X screen, no network:"
Xvfb :97 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
x=$!
mkdir -p "$root/tmp/.X11-unix" /tmp/.X11-unix
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
trap 'umount "$root/tmp/.X11-unix"; kill $x' EXIT
tries=0
while [ ! -S /tmp/.X11-unix/X97 ] && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
unshare -n sh -c "$run DISPLAY=:97 QT_QPA_PLATFORM=xcb '$folder/pentimento/pentimento' --selftest"
