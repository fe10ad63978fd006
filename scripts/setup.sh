#!/usr/bin/env bash
# Installs what obs-tui needs on Debian, and says so first: setup.sh build|test|dist
# Nothing is done, and nothing printed, when everything is there.
set -euo pipefail

if ! command -v swift >/dev/null 2>&1; then
  echo "obs-tui is built with Swift 6.2 or later, and no 'swift' is on the PATH." >&2
  echo "Get it from https://www.swift.org/install/linux/ (Debian 12: swiftly, or the tar file), then run this again." >&2
  exit 2
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if (( major < 6 || (major == 6 && minor < 2) )); then
  echo "obs-tui is built with Swift 6.2 or later; 'swift --version' says ${major}.${minor}." >&2
  echo "Get a newer one from https://www.swift.org/install/linux/, then run this again." >&2
  exit 2
fi

packages=(libncursesw5-dev libsimdjson-dev libpcre2-dev g++ zlib1g-dev ca-certificates git)
if [[ ${1:-build} == test ]]; then
  packages+=(tmux ncurses-term prometheus prometheus-alertmanager nginx-light openssh-server openssl unzip
    procps python3 python3-pip docker-compose python3-yaml ruby apache2-utils curl)
  command -v javac >/dev/null 2>&1 || packages+=(default-jdk-headless)
fi
if [[ ${1:-build} == dist ]]; then packages+=(python3 dpkg-dev debootstrap lintian ncurses-term bsdutils man-db); fi

missing=()
for package in "${packages[@]}"; do
  # libncursesw5-dev is a transitional name that other releases provide by libncurses-dev.
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "obs-tui needs these Debian packages, or what your system calls them: ${missing[*]}" >&2
  exit 2
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "obs-tui needs these Debian packages; install them as root, then run this again:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 2
  fi
  as_root=(sudo)
fi
echo "Installing Debian packages${as_root[0]:+ through sudo}: ${missing[*]}"
# Packages of servers would start them; tests start their own, on loopback.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
