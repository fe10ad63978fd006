#!/usr/bin/env bash
# Makes dist/obs-tui-VERSION-linux-ARCH.tar.gz of a static build and proves it in an empty root: dist.sh PROGRAM
# The tarball runs on any Linux of that architecture with glibc 2.36 or later: the libraries that are not glibc's lie beside the
# program, which finds them from where it lies itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=$1
version=$("$program" --version | cut -d ' ' -f 1)
date=$("$program" --version | sed -n 's/.*built \(.*\))/\1/p')
arch=$(uname -m)
name=obs-tui-$version-linux-$arch
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/$name
share=$root/share
doc=$share/doc/obs-tui
mkdir -p "$root"/{bin,lib/obs-tui} "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d} \
  "$share/obs-tui/terminfo" "$doc/licences" dist

install -m 755 -s "$program" "$root/bin/obs-tui"
# glibc's own stay the system's: they belong to its loader and its name services.
ldd "$program" | awk '$2 == "=>" { print $1, $3 }' | while read -r library path; do
  case $library in
    libc.so.*|libm.so.*|libpthread.so.*|libdl.so.*|librt.so.*|libresolv.so.*|libutil.so.*|ld-linux*) ;;
    libswift*|libFoundation*|libdispatch*) echo "dist: $library is not linked in: this is no static build" >&2; exit 2 ;;
    *)
      install -m 644 "$(readlink -f "$path")" "$root/lib/obs-tui/$library"
      package=$(dpkg-query -S "$(readlink -f "$path")" 2>/dev/null | cut -d : -f 1 || true)
      [[ -z $package ]] || cp -L "/usr/share/doc/$package/copyright" "$doc/licences/$package" ;;
  esac
done
# What is linked in: the Swift packages, and the Swift runtime, whose licence is that of its packages.
for checkout in "$(dirname "$program")"/../../checkouts/*/; do
  for file in LICENSE LICENSE.txt LICENSE.md NOTICE.txt; do
    [[ ! -f $checkout$file ]] || cp "$checkout$file" "$doc/licences/$(basename "$checkout").$file"
  done
done

"$program" --experimental-dump-help | scripts/manual.py "$version" "${date/unknown/}" README.md | gzip -9n >"$share/man/man1/obs-tui.1.gz"
"$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$share/bash-completion/completions/obs-tui"
"$program" --generate-completion-script zsh >"$share/zsh/site-functions/_obs-tui"
"$program" --generate-completion-script fish >"$share/fish/vendor_completions.d/obs-tui.fish"
# For machines without a terminfo database.
for terminal in xterm xterm-256color screen screen-256color tmux tmux-256color linux vt100 vt220 rxvt-unicode-256color \
  alacritty foot xterm-kitty; do
  for base in /etc/terminfo /lib/terminfo /usr/share/terminfo; do
    if [[ -e $base/${terminal:0:1}/$terminal ]]; then
      install -D -m 644 "$base/${terminal:0:1}/$terminal" "$share/obs-tui/terminfo/${terminal:0:1}/$terminal"
      break
    fi
  done
done
# What the repository has: a deploy/.env with somebody's passwords stays at home.
git ls-files -z README.md docs examples deploy | xargs -0 cp --parents -t "$doc"
git ls-files -z themes | xargs -0 cp --parents -t "$share/obs-tui"
find "$root" -type d -exec chmod 755 {} + && find "$doc" "$share/obs-tui" -type f -exec chmod a+r,go-w {} +
(cd "$root" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS)

# The same source on the same day makes the same bytes.
tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@$(date -u -d "${date/unknown/now} 00:00" +%s)" "$name" | gzip -9n >"dist/$name.tar.gz"
(cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
scripts/prove-dist.sh "dist/$name.tar.gz"
echo "dist/$name.tar.gz: $(du -h "dist/$name.tar.gz" | cut -f 1)"
