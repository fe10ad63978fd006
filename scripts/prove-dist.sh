#!/usr/bin/env bash
# Unpacks the tarball in a root that has nothing but glibc, and tries it there: prove-dist.sh TARBALL
# Root may change the root by itself; anybody else does it in a namespace of his own, where the kernel lets him.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
tarball=$(realpath "$1")
chroot=$(command -v chroot)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
say() { echo "prove-dist: $*"; }
fail() { echo "prove-dist: $*" >&2; exit 1; }
mkdir -p "$root"/{opt,proc,dev,tmp,etc,lib64,lib/x86_64-linux-gnu}
tar -xzf "$tarball" -C "$root/opt"
# glibc and its loader, file by file: no shell, no terminfo, no time zones, no certificates, no /etc.
for file in $(dpkg-query -L libc6 | grep -E '/(ld-linux|lib(c|m|pthread|dl|rt|resolv|util|nss_files|nss_dns))[-.].*so'); do
  if [[ -f $file ]]; then install -D "$(readlink -f "$file")" "$root$file"; fi
done
install -D "$(readlink -f /lib64/ld-linux-x86-64.so.2)" "$root/lib64/ld-linux-x86-64.so.2"
program=$(cd "$root" && echo opt/obs-tui-*/bin/obs-tui)
enter=(unshare --mount --pid --fork --kill-child)
[[ $(id -u) -eq 0 ]] || enter=(unshare --user --map-root-user --mount --pid --fork --kill-child)
# As a file, so that `script` can start it on a terminal.
cat >"$root.inside" <<INSIDE
exec ${enter[*]} bash -c 'mount -t proc proc "\$0/proc" && touch "\$0/dev/null" && mount --bind /dev/null "\$0/dev/null" &&
  exec env -i LC_ALL=C.UTF-8 TERM=xterm-256color HOME=/tmp $chroot "\$0" "\$@"' "$root" "/$program" "\$@"
INSIDE
trap 'rm -rf "$root" "$root.inside"' EXIT
inside() { bash "$root.inside" "$@"; }
(cd "$root/opt"/*/ && sha256sum --quiet -c SHA256SUMS) || fail "the checksums are wrong"
version=$(inside --version) || fail "it does not start"
say "it starts with glibc alone: $version"
inside snapshot --demo --size 100x30 --deadline 60s >"$root/tmp/frame" || fail "no snapshot of the demo"
grep -q 'Traces' "$root/tmp/frame" || fail "the snapshot is empty"
inside config check >"$root/tmp/check" || fail "config check fails"
# The dashboard, on a terminal that only the tarball's terminfo describes.
{ sleep 8; printf q; } | SHELL=/bin/sh script -q -e -c "bash $root.inside demo" "$root/tmp/typescript" >"$root/tmp/screen" ||
  fail "it does not run on a terminal: $(tail -n 3 "$root/tmp/screen")"
grep -q 'Traces' "$root/tmp/screen" || fail "the dashboard shows nothing"
say "the demo is drawn there, on paper and on a terminal"
for shell in bash zsh fish; do
  case $shell in
    bash) file=share/bash-completion/completions/obs-tui ;;
    zsh) file=share/zsh/site-functions/_obs-tui ;;
    fish) file=share/fish/vendor_completions.d/obs-tui.fish ;;
  esac
  [[ -s $(echo "$root"/opt/*/)$file ]] || fail "no completion for $shell"
  ! command -v "$shell" >/dev/null || "$shell" -n "$(echo "$root"/opt/*/)$file" || fail "$shell does not read its completion"
done
if command -v man >/dev/null; then
  man -l "$(echo "$root"/opt/*/)share/man/man1/obs-tui.1.gz" >"$root/tmp/page" 2>"$root/tmp/complaints" || fail "man does not read its page"
  [[ ! -s $root/tmp/complaints ]] || fail "man says: $(head -n 3 "$root/tmp/complaints")"
fi
say "checksums, completions and manual page are read"
