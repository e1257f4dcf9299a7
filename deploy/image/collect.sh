#!/bin/sh
# Gathers what the image holds: Node, the program, what both link to, and what names users, hosts and certificates.
#   sh collect.sh ROOTFS
set -eu
root=$1
app=/opt/otelrows
node=$(command -v node)
mkdir -p "$root/opt" "$root/usr/local/bin" "$root/etc/ssl/certs" "$root/etc/otelrows" "$root/var/lib/dpkg/status.d" "$root/tmp"
chmod 1777 "$root/tmp"

cp -a $app "$root/opt/"
rm -rf "$root$app/deploy"
cp $app/deploy/image/healthcheck.mjs "$root$app/"
cp -L "$node" "$root/usr/local/bin/node"
strip --strip-unneeded "$root/usr/local/bin/node" 2>/dev/null || true

# Shared libraries, by what the loader finds for each binary, at the path where it found them.
binaries="$node /usr/bin/tini $(find $app/node_modules -name '*.node' -o -name '*.so.1')"
for binary in $binaries; do ldd "$binary" 2>/dev/null || true; done |
  sed -n 's/^\t\(.* => \)\?\(\/[^ ]*\) (0x.*/\2/p' | grep -v "^$app/" | sort -u > /tmp/libraries
while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done < /tmp/libraries
cp -L /usr/bin/tini "$root/usr/local/bin/tini"

# Scanners learn from these which package, in which version, a library is of; the licences come along.
{ cat /tmp/libraries; echo /usr/bin/tini; echo /etc/ssl/certs; } | while read -r path; do
  dpkg -S "$path" 2>/dev/null || dpkg -S "$(readlink -f "$path")" 2>/dev/null || true
done | sed 's/:.*//' | sort -u | while read -r package; do
  case $package in *,*|diversion*) continue ;; esac
  dpkg -s "$package" > "$root/var/lib/dpkg/status.d/$package"
  if [ -f "/usr/share/doc/$package/copyright" ]; then
    mkdir -p "$root/usr/share/doc/$package"
    cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
  fi
done
dpkg -s ca-certificates > "$root/var/lib/dpkg/status.d/ca-certificates"
cp -L /etc/os-release "$root/etc/os-release"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"

printf 'root:x:0:0:root:/root:/sbin/nologin\notelrows:x:65532:65532:otelrows:/tmp:/sbin/nologin\n' > "$root/etc/passwd"
printf 'root:x:0:\notelrows:x:65532:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
