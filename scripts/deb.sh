#!/usr/bin/env bash
# Makes a Debian package of what scripts/dist.sh has put together, and proves it: deb.sh
# It depends on the libraries of the system instead of bringing them along.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shopt -s nullglob
tarballs=(dist/obs-tui-*-linux-"$(uname -m)".tar.gz)
[[ ${#tarballs[@]} -gt 0 ]] || { echo "deb: there is no tarball in dist/; make dist makes it" >&2; exit 2; }
tarball=$(ls -t "${tarballs[@]}" | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$tarball" -C "$work"
source=$(echo "$work"/obs-tui-*)
version=$(basename "$source" | sed 's/obs-tui-\(.*\)-linux-.*/\1/')
architecture=$(dpkg --print-architecture)
root=$work/root
doc=$root/usr/share/doc/obs-tui
mkdir -p "$root/usr/bin" "$root/usr/share" "$root/DEBIAN" "$work/debian"
install -m 755 "$source/bin/obs-tui" "$root/usr/bin/obs-tui"
cp -r "$source/share/." "$root/usr/share/"
# ncurses-base has these; zsh and fish look in other places here.
rm -rf "$root/usr/share/obs-tui/terminfo"
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_obs-tui" "$root/usr/share/zsh/vendor-completions/_obs-tui"
rmdir "$root/usr/share/zsh/site-functions"

rm -f "$doc/deploy/.gitignore"
find "$doc/deploy" -name .gitkeep -delete

# Licences: one file, as Debian has it.
{
  echo "obs-tui, and what is linked into it: the Swift runtime and these Swift packages."
  echo "The full text of the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0 on Debian systems."
  for file in "$doc"/licences/*.*; do
    printf '\n\n==== %s\n\n' "$(basename "$file")"
    if grep -q 'Apache License' "$file" && [[ $file == *LICENSE* ]]; then
      echo "Apache License 2.0."
      # Swift's exception, where there is one, stands behind the licence.
      sed -n '/Runtime Library Exception/,$p' "$file"
    else
      cat "$file"
    fi
  done
} >"$doc/copyright"
rm -rf "$doc/licences"
stamp=$(stat -c %Y "$source/bin/obs-tui")
printf 'obs-tui (%s) stable; urgency=medium\n\n  * See the repository for what has changed.\n\n -- The obs-tui developers <obs-tui@example.org>  %s\n' \
  "$version" "$(date -u -R -d "@$stamp")" | gzip -9n >"$doc/changelog.gz"

printf 'Source: obs-tui\n\nPackage: obs-tui\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/obs-tui 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || { echo "deb: dpkg-shlibdeps finds no dependencies" >&2; exit 1; }
cat >"$root/DEBIAN/control" <<CONTROL
Package: obs-tui
Version: $version
Architecture: $architecture
Maintainer: The obs-tui developers <obs-tui@example.org>
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Depends: $depends
Recommends: ca-certificates, tzdata
Suggests: tmux
Section: utils
Priority: optional
Description: live logs, traces and metrics on one terminal screen
 A dashboard for the engineer who is on call and has nothing but an ssh session:
 the tail of Elasticsearch's logs, Jaeger's waterfalls, Prometheus's metrics and
 Alertmanager's alerts, over the HTTP APIs of the stores that are there already.
CONTROL
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -path '*/usr/bin/*' ! -name '*.sh' -exec chmod 644 {} +
package=dist/obs-tui_${version}_$architecture.deb
SOURCE_DATE_EPOCH=$stamp dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
(cd dist && sha256sum "$(basename "$package")" >"$(basename "$package").sha256")
scripts/prove-deb.sh "$package"
echo "$package: $(du -h "$package" | cut -f 1)"
