package org.vitalroutes.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;

/**
 * The OCI archive of {@code ./mvnw verify -Pimage}: its layers, unpacked, run as its user on a
 * read-only root file system. Needs root, for the mounts.
 */
@Tag("image")
class ImageIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Jib notes when a file was made, which tar does not know. */
  private static final String QUIET = "--warning=no-unknown-keyword";

  @TempDir static Path folder;

  private static JsonNode config;
  private static List<String> layers;
  private static Path root;

  @BeforeAll
  static void unpack() throws Exception {
    Path archive;
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      archive =
          files.filter(file -> file.toString().endsWith("-oci.tar")).findFirst().orElseThrow();
    }
    Path oci = Files.createDirectory(folder.resolve("oci"));
    root = Files.createDirectory(folder.resolve("root"));
    run("tar", "-xf", archive.toString(), "-C", oci.toString());
    JsonNode index = JSON.readTree(oci.resolve("index.json").toFile());
    JsonNode manifest = JSON.readTree(blob(oci, index.at("/manifests/0/digest")).toFile());
    config = JSON.readTree(blob(oci, manifest.at("/config/digest")).toFile());
    layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      Path blob = blob(oci, layer.path("digest"));
      run("tar", QUIET, "-xpzf", blob.toString(), "-C", root.toString());
      layers.add(run("tar", QUIET, "-tzf", blob.toString()));
    }
  }

  private static Path blob(Path oci, JsonNode digest) {
    return oci.resolve("blobs").resolve(digest.asText().replace(':', '/'));
  }

  @Test
  void a_change_of_code_changes_the_last_two_layers_only() {
    assertThat(layers).hasSize(5);
    assertThat(layers.get(1)).contains("java/bin/java");
    assertThat(layers.get(2)).contains("app/lib/spring-core-").doesNotContain("vitalroutes.jar");
    assertThat(layers.get(3).lines().filter(name -> !name.endsWith("/")))
        .containsExactlyInAnyOrder("app/jvm.options", "app/vitalroutes.jar");
    assertThat(layers.get(4).lines().filter(name -> !name.endsWith("/")))
        .containsExactly("app/vitalroutes.jsa");
  }

  @Test
  void it_starts_as_the_image_of_the_dockerfile_does() throws Exception {
    String dockerfile = Files.readString(Path.of("Dockerfile"));
    String entrypoint =
        dockerfile.lines().filter(line -> line.startsWith("ENTRYPOINT ")).findFirst().orElseThrow();

    assertThat(config.at("/config/Entrypoint"))
        .isEqualTo(JSON.readTree(entrypoint.substring("ENTRYPOINT ".length())));
    assertThat(dockerfile).contains("USER " + config.at("/config/User").asText());
    assertThat(config.at("/config/ExposedPorts").has("8081/tcp")).isTrue();
    assertThat(config.path("created").asText()).isEqualTo("2026-11-22T00:00:00Z");
  }

  @Test
  void without_settings_it_names_those_that_are_missing_and_ends() throws Exception {
    Process process = start(Map.of());

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(log()).contains("WITHINGS_CLIENT_ID is missing");
  }

  @Test
  void it_runs_as_its_user_with_its_class_data_on_a_read_only_root() throws Exception {
    int management = RunningVitalroutes.freePort();
    TestSettings settings =
        new TestSettings()
            .set("SERVER_PORT", Integer.toString(RunningVitalroutes.freePort()))
            .set("MANAGEMENT_SERVER_PORT", Integer.toString(management))
            .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
            .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
            .set("WITHINGS_API_URL", "http://localhost:1")
            .set("SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION", key())
            // Ends the start where the archive does not fit the jars; a recording sees each class,
            // as an agent does.
            .set("JAVA_TOOL_OPTIONS", "-Xshare:on -XX:StartFlightRecording=disk=false");
    Process process = start(settings.variables());
    try {
      URI health = URI.create("http://localhost:" + management + "/actuator/health/readiness");
      await()
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                assertThat(process.isAlive()).as(log()).isTrue();
                return status(health) == 200;
              });
      String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
      assertThat(status).containsPattern("(?m)^Uid:\\s+10001\\s+10001");
      assertThat(status).containsPattern("(?m)^CapEff:\\s+0+$");
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("ends by itself on SIGTERM").isEqualTo(143);
  }

  private static String key() throws Exception {
    Path key =
        new UserTokens()
            .writePublicKey(Files.createDirectories(root.resolve("keys")).resolve("key.pem"));
    return "file:/" + root.relativize(key);
  }

  private static int status(URI uri) {
    try {
      return RunningVitalroutes.send(HttpRequest.newBuilder(uri)).statusCode();
    } catch (RuntimeException e) {
      return 0;
    }
  }

  /** What a container runtime does: mounts of its own, the root read-only, the image's user. */
  private static Process start(Map<String, String> settings) throws Exception {
    assumeTrue(run("id", "-u").strip().equals("0"), "mounts need root");
    for (String mountPoint : List.of("proc", "dev")) {
      Files.createDirectories(root.resolve(mountPoint));
    }
    Files.copy(
        Path.of("/etc/hosts"), root.resolve("etc/hosts"), StandardCopyOption.REPLACE_EXISTING);
    String[] user = config.at("/config/User").asText().split(":");
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind $0 $0 && mount --rbind /proc $0/proc && mount --rbind /dev $0/dev"
                    + " && mount -t tmpfs tmpfs $0/tmp && mount -o remount,bind,ro $0"
                    + " && exec \"$@\"",
                root.toString(),
                "/usr/bin/env",
                "-i"));
    Map<String, String> variables = new TreeMap<>(settings);
    config
        .at("/config/Env")
        .forEach(
            variable -> {
              String[] parts = variable.asText().split("=", 2);
              variables.put(parts[0], parts[1]);
            });
    variables.forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(
        List.of(
            "/usr/bin/unshare",
            "--root=" + root,
            "--wd=" + config.at("/config/WorkingDir").asText(),
            "--setgid=" + user[1],
            "--setuid=" + user[0]));
    config.at("/config/Entrypoint").forEach(word -> command.add(word.asText()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File(folder + "/log.txt"))
        .start();
  }

  private static String log() throws Exception {
    return Files.readString(folder.resolve("log.txt"));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
