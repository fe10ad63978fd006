#!/usr/bin/env bash
# Installs the package on a clean Debian 12, with its dependencies only, and tries it there: prove-deb.sh PACKAGE
# debootstrap makes that Debian once and keeps it; it takes root. OBS_TUI_DEBIAN_ROOT says where.
set -euo pipefail
package=$(realpath "$1")
say() { echo "prove-deb: $*"; }
fail() { echo "prove-deb: $*" >&2; exit 1; }
dpkg-deb --info "$package" | sed -n '/^ Package/,/^ Section/p'
if command -v lintian >/dev/null; then
  # Swift's and BoringSSL's parts are linked in, and no bug is closed by a first upload.
  lintian --fail-on error --suppress-tags embedded-library,initial-upload-closes-no-bugs "$package" || fail "lintian finds errors"
fi
if [[ $(id -u) -ne 0 ]] || ! command -v debootstrap >/dev/null; then
  say "not installed anywhere: that takes root and debootstrap"
  exit 0
fi
base=${OBS_TUI_DEBIAN_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/obs-tui-debian-12}
if [[ ! -e $base/.complete ]]; then
  rm -rf "$base"
  mkdir -p "$(dirname "$base")"
  say "debootstrap makes a Debian 12 in $base"
  debootstrap --variant=minbase bookworm "$base" >"$base.log" 2>&1 || { tail -n 5 "$base.log" >&2; fail "debootstrap failed"; }
  # The proxy and the mirror of this machine, where it has some.
  cp -r /etc/apt/apt.conf.d/. "$base/etc/apt/apt.conf.d/" 2>/dev/null || true
  cp /etc/apt/sources.list "$base/etc/apt/" 2>/dev/null || true
  cp -r /etc/apt/sources.list.d/. "$base/etc/apt/sources.list.d/" 2>/dev/null || true
  touch "$base/.complete"
fi
root=$(mktemp -d)
trap 'umount -l "$root/proc" "$root/dev/null" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
cp -a "$base/." "$root/"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$root/proc"
cp "$package" "$root/tmp/obs-tui.deb"
inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
inside apt-get update -qq >/dev/null
inside apt-get install -y -qq --no-install-recommends /tmp/obs-tui.deb >"$root/tmp/apt.log" 2>&1 || {
  tail -n 5 "$root/tmp/apt.log" >&2
  fail "it cannot be installed"
}
say "installed on a clean Debian $(cat "$root/etc/debian_version"): $(inside obs-tui --version)"
inside obs-tui snapshot --demo --size 100x30 --deadline 60s | grep -q 'Traces' || fail "no snapshot of the demo"
inside apt-get purge -y -qq obs-tui >/dev/null 2>&1 || fail "it cannot be removed"
[[ ! -e $root/usr/bin/obs-tui && ! -e $root/usr/share/doc/obs-tui ]] || fail "it leaves something behind"
say "the demo is drawn there, and purging leaves nothing"
