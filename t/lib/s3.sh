# s3.sh — a bucket in tests: a server on the loopback that believes no wrong signature (t/lib/s3d.pl).
#
#     . t/lib/larder.sh
#     . t/lib/s3.sh
#     s3_start                    # leaves $S3 (its folder), $S3_URL and $S3_CONFIG (of a provider)
#     s3_setup                    # and makes it the provider of the system's storage, $STORE its id
#
# s3_mode WORD     from now on: ok, 403, 500, hang, cut, moved, elsewhere, endless
# s3_keys          what is in the bucket, one key a line
s3_pid=''
s3_start() {
    S3=$W/s3
    mkdir -p "$S3/buckets/larder"
    perl t/lib/s3d.pl "$S3" >>"$W/log" 2>&1 &
    s3_pid=$!
    trap 'code=$?; kill $s3_pid 2>/dev/null; wait $s3_pid 2>/dev/null; (exit $code); clean_up' EXIT
    waited=0
    until [ -s "$S3/port" ]; do
        waited=$((waited + 1)); [ $waited -lt 300 ] || { diag 'the bucket does not start'; exit 1; }
        sleep 0.1
    done
    S3_URL=http://127.0.0.1:$(cat "$S3/port")
    S3_CONFIG="{\"bucket\":\"larder\",\"region\":\"eu-west-9\",\"access_key_id\":\"AKIDEXAMPLE\",\"secret_access_key\":\"Hush-Secret-1\",\"endpoint_url\":\"$S3_URL\"}"
}
s3_mode() { echo "$1" >"$S3/mode.new"; mv "$S3/mode.new" "$S3/mode"; }
s3_keys() { find "$S3/buckets/larder" -type f -printf '%f\n' | sed 's|%2F|/|g' | sort; }
s3_setup() {
    as_superadmin POST /api/v1/admin/configuration \
        "{\"category\":\"storage_providers\",\"provider_name\":\"s3\",\"display_name\":\"S3\",\"config\":$S3_CONFIG}"
    [ "$STATUS" = 200 ] || { diag "cannot set the storage: $STATUS $(body)"; exit 1; }
    STORE=$(value .id)
    as_superadmin POST "/api/v1/admin/configuration/$STORE/set-default"
}
