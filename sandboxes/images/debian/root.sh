#!/bin/sh
# Makes an archive that an engine imports as the base of workspaces, where no registry of images can be reached: Debian with the packages of
# workspaces, from a mirror of Debian, and Node 24 from here. Needs debootstrap, and to be root.
#   sh sandboxes/images/debian/root.sh root.tar && docker import root.tar parley-root && npx parley sandbox build --base parley-root
set -eu
archive=$1
here=$(cd "$(dirname "$0")" && pwd)
# The one that npm ci has put there goes before that of the machine, which may be older.
node=$here/../../../node_modules/node/bin/node
[ -x "$node" ] || node=node
if [ "$("$node" -p 'parseInt(process.versions.node)')" -lt 24 ]; then
  echo 'Workspaces need Node 24. Run npm ci in the folder of Parley, which puts it there, and then this again.' >&2
  exit 1
fi
packages=$(paste -sd, "$here/../workspace/packages.txt")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include="$packages" bookworm "$root"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
cp "$("$node" -p process.execPath)" "$root/usr/local/bin/node"
tar -C "$root" -cf "$archive" .
