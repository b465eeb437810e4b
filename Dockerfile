# The image of Vitalroutes. Needs BuildKit, which docker build and docker compose use by default.

# The jar, taken apart so that a change of code does not send the dependencies again.
FROM eclipse-temurin:17.0.20_8-jdk-noble@sha256:1acf864adb20be14ffa9039e44ba4c8e120e78a14492e67d67eafc6d5b52219a AS build
WORKDIR /source
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY routes routes
COPY src/main src/main
# Formatting and tests are CI's; here only the jar is made.
RUN --mount=type=cache,target=/var/cache/maven \
    ./mvnw -Dmaven.repo.local=/var/cache/maven -B -ntp -DskipChecks -Dmaven.test.skip=true package
RUN java -Djarmode=tools -jar target/vitalroutes-*.jar \
    extract --layers --destination /layers --application-filename vitalroutes.jar

FROM eclipse-temurin:17.0.20_8-jre-noble@sha256:76bf6d763e84e4d286d5ee3df61e4adeca214977f83c7d8d2327b93db582dd9d
WORKDIR /app
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./
COPY src/main/docker/jvm.options ./
# A fifth less processor time at each start. Made here, as it fits one Java and one place of the jars only.
RUN --mount=type=bind,source=src/main/docker/archive-classes.sh,target=/mnt/archive-classes.sh \
    sh /mnt/archive-classes.sh

# The C library's heaps: two instead of eight for each core, as they are never given back.
ENV MALLOC_ARENA_MAX=2

# A number, so that Kubernetes sees that it is not root. Nothing in the image belongs to it;
# the only place it writes to is /tmp, so the root file system may be read-only.
USER 10001:10001
EXPOSE 8080 8081

# Liveness on the management port, asked by bash itself: what else the base image brings may change.
HEALTHCHECK --interval=10s --timeout=4s --start-period=120s --retries=3 \
    CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-8081} && printf 'GET /actuator/health/liveness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 3 _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["java", "@jvm.options", "-jar", "vitalroutes.jar"]
