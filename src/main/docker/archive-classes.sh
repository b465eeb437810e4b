#!/bin/sh
# Makes vitalroutes.jsa in the working folder, where vitalroutes.jar lies: class data that the JVM maps instead of
# parsing it at each start. What is needed is learned from a start: a whole one with the settings of the environment
# when SPRING_DATASOURCE_URL is among them, and else one that ends when it finds no database.
# With the jar of the build and a new folder as arguments, takes the jar apart into the folder first, and puts
# jvm.options beside it.
set -eu

if [ $# -eq 2 ]; then
    java -Djarmode=tools -jar "$1" extract --destination "$2" --application-filename vitalroutes.jar
    cp "$(dirname "$0")/jvm.options" "$2"
    cd "$2"
fi

fail() {
    cat /tmp/start.log
    echo "the start did not come as far as $1" >&2
    exit 1
}

learn="java -XX:DumpLoadedClassList=/tmp/loaded.classes -jar vitalroutes.jar"
if [ -n "${SPRING_DATASOURCE_URL:-}" ]; then
    $learn > /tmp/start.log 2>&1 &
    until grep -q 'Started Application' /tmp/start.log; do
        kill -0 $! 2> /dev/null || fail "its end"
        sleep 1
    done
    kill $!
    wait $! || true
else
    TOKEN_ENCRYPTION_KEYSET='{"primaryKeyId":1,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.AesGcmKey","value":"GiAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==","keyMaterialType":"SYMMETRIC"},"status":"ENABLED","keyId":1,"outputPrefixType":"TINK"}]}'
    export TOKEN_ENCRYPTION_KEYSET
    export WITHINGS_CLIENT_ID=none WITHINGS_CLIENT_SECRET=none WITHINGS_WEBHOOK_SECRETS=only-for-a-start-without-a-database
    export CONNECT_REDIRECT_URIS=https://app.invalid/ FHIR_SERVER_URL=https://fhir.invalid/
    export SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI=https://issuer.invalid/
    export SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES=vitalroutes
    export SPRING_DATASOURCE_URL=jdbc:postgresql://localhost:1/none SPRING_DATASOURCE_USERNAME=none SPRING_DATASOURCE_PASSWORD=none
    $learn > /tmp/start.log || true
    grep -q org/flywaydb/ /tmp/loaded.classes || fail "the database"
fi
# Without the classes that a jar has for some versions of Java only: the JVM looks for their files in the wrong place as
# soon as a flight recording or an agent wants to see them, and dies.
grep -aohs 'META-INF/versions/[0-9]*/[A-Za-z0-9_/$]*\.class' lib/*.jar | sed 's|META-INF/versions/[0-9]*/||;s|\.class$||' |
    sort -u > /tmp/versioned.classes
# Of proxies of lambdas those of Java's own interfaces alone: the JVM dies of one whose interface is in an old class
# file (JDK-8274944, not mended in 17).
grep -vFf /tmp/versioned.classes /tmp/loaded.classes |
    grep -E '^([^@]|@lambda-form|@lambda-proxy [^ ]+ [^ ]+ \([^)]*\)Ljava/)' > /tmp/archived.classes
java -Xshare:dump -Xlog:cds=error:stderr -XX:SharedClassListFile=/tmp/archived.classes \
    -XX:SharedArchiveFile=vitalroutes.jsa -cp vitalroutes.jar > /tmp/dump.log
chmod 444 vitalroutes.jsa
rm /tmp/loaded.classes /tmp/versioned.classes /tmp/archived.classes /tmp/start.log /tmp/dump.log
