#!/bin/sh
# Makes sure that the system libraries which Qt needs are there: installs them through apt when it
# may, else prints the one command that does. Exits 1 if they are still missing.
libraries="libEGL.so.1 libGL.so.1 libxkbcommon.so.0 libdbus-1.so.3 libfontconfig.so.1
libglib-2.0.so.0 libxcb-cursor.so.0 libxkbcommon-x11.so.0 libxcb-icccm.so.4 libxcb-keysyms.so.1
libxcb-shape.so.0 libxcb-image.so.0 libxcb-render-util.so.0 libxcb-randr.so.0 libxcb-xkb.so.1"
packages="libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0
libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0 libxcb-render-util0
libxcb-randr0 libxcb-xkb1 fonts-dejavu-core"

missing() {
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    for library in $libraries; do
        case "$known" in
        *"$library "*) ;;
        *) echo "$library" ;;
        esac
    done
}

[ -z "$(missing)" ] && exit 0
command=$(echo apt-get install -y --no-install-recommends $packages)
if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then
        as=""
    elif sudo -n true 2>/dev/null; then
        as="sudo"
    else
        as="none"
    fi
    if [ "$as" != none ]; then
        $as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as $command -qq >/dev/null
    fi
fi
left=$(missing)
[ -z "$left" ] && exit 0
echo "Qt needs system libraries that are missing:" $left >&2
echo "Install them with: sudo $command" >&2
exit 1
