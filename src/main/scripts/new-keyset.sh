#!/bin/sh
# Prints a new Tink keyset with one AES-256-GCM key, for TOKEN_ENCRYPTION_KEYSET.
set -eu

id=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
# The key as a protocol buffer: field 3, 32 bytes, then the bytes.
key=$({ printf '\032\040'; head -c 32 /dev/urandom; } | base64)

printf '{"primaryKeyId":%s,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesGcmKey",' "$id"
printf '"value":"%s","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":%s,"outputPrefixType":"TINK"}]}\n' "$key" "$id"
