package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** A PgBouncer of this machine in transaction mode, older than 1.21, before PostgreSQL. */
@Tag("faults")
class PgBouncerFaultIT {

  @TempDir Path folder;

  private final int port = RunningVitalroutes.freePort();
  private final String direct = LocalPostgres.shared().newDatabase();
  private final String pooled = direct.replaceFirst(":\\d+/", ":" + port + "/");
  private Process bouncer;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/pgbouncer")), "there is no PgBouncer");
    Path settings = Files.createTempFile("pgbouncer", ".ini");
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
    Files.writeString(
        settings,
        """
        [databases]
        * = host=localhost port=%d user=postgres password=postgres
        [pgbouncer]
        listen_addr = localhost
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 10
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(LocalPostgres.shared().port(), port));
    bouncer =
        new ProcessBuilder("/usr/sbin/pgbouncer", "-q", "-u", "nobody", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await().until(() -> isListening());
  }

  private boolean isListening() {
    try (var socket = new java.net.Socket("localhost", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void stop() {
    if (bouncer != null) {
      bouncer.destroy();
    }
  }

  @Test
  void with_prepared_statements_the_start_is_refused_with_the_reason() {
    assertThatThrownBy(() -> RunningVitalroutes.start(settings(pooled)).close())
        .rootCause()
        .hasMessageContaining("prepareThreshold=0");
  }

  @Test
  void without_them_ten_connections_of_postgresql_serve_two_replicas() throws Exception {
    String url = pooled + "?prepareThreshold=0";
    try (RunningVitalroutes one = RunningVitalroutes.start(settings(url));
        RunningVitalroutes other = RunningVitalroutes.start(settings(url))) {
      ExecutorService senders = Executors.newFixedThreadPool(16);
      List<Future<Integer>> statuses =
          senders.invokeAll(
              IntStream.range(0, 2_000)
                  .<Callable<Integer>>mapToObj(i -> () -> told(i % 2 == 0 ? one : other, i))
                  .toList());
      senders.shutdown();
      assertThat(statuses).allSatisfy(status -> assertThat(status.get()).isEqualTo(200));

      JdbcClient database = one.bean(JdbcClient.class);
      await()
          .until(
              () ->
                  database
                          .sql("select count(*) from notification where dispatched_at is null")
                          .query(Long.class)
                          .single()
                      == 0);
      long stored = database.sql("select count(*) from notification").query(Long.class).single();
      long connections =
          database
              .sql("select count(*) from pg_stat_activity where datname = current_database()")
              .query(Long.class)
              .single();
      Report.add(
          "PgBouncer, transaction mode", stored + " stored, " + connections + " connections");
      assertThat(stored).isEqualTo(2_000);
      assertThat(connections).isLessThanOrEqualTo(10);
    }
  }

  private TestSettings settings(String url) {
    return new TestSettings()
        .set("SPRING_DATASOURCE_URL", url)
        .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
        .set("WITHINGS_API_URL", "http://localhost:1")
        .set(
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
            new UserTokens().writePublicKey(folder.resolve("key.pem")).toUri().toString());
  }

  private static int told(RunningVitalroutes vitalroutes, int number) {
    return RunningVitalroutes.send(
            vitalroutes
                .request(World.signedPath(4711))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("userid=4711&appli=1&deviceid=" + number)))
        .statusCode();
  }
}
