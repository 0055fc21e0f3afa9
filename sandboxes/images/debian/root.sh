#!/bin/sh
# Makes an archive that an engine imports as the base of workspaces, where no registry of images can be reached: Debian with the packages of
# workspaces, from a mirror of Debian, and the Node that runs here. Needs debootstrap, and to be root.
#   sh sandboxes/images/debian/root.sh root.tar && docker import root.tar parley-root && npx parley sandbox build --base parley-root
set -eu
archive=$1
here=$(cd "$(dirname "$0")" && pwd)
packages=$(paste -sd, "$here/../workspace/packages.txt")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include="$packages" bookworm "$root"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
cp "$(node -p process.execPath)" "$root/usr/local/bin/node"
tar -C "$root" -cf "$archive" .
