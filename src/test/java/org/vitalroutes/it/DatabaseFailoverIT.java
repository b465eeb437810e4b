package org.vitalroutes.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.testsupport.ReplicatedPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;
import org.vitalroutes.testsupport.World;

/** The primary dies under load and the standby takes over; the application is not restarted. */
class DatabaseFailoverIT {

  private static final String SIGNED = World.signedPath(4711);

  @TempDir Path folder;

  @Test
  void what_was_answered_200_is_there_after_the_failover() throws Exception {
    try (ReplicatedPostgres postgres = new ReplicatedPostgres(folder);
        RunningVitalroutes vitalroutes = RunningVitalroutes.start(settings(postgres))) {
      Set<Integer> answered = ConcurrentHashMap.newKeySet();
      AtomicInteger refused = new AtomicInteger();
      AtomicReference<Instant> lastAnswered = new AtomicReference<>(Instant.now());
      AtomicBoolean ended = new AtomicBoolean();
      AtomicInteger next = new AtomicInteger();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread client =
            new Thread(
                () -> {
                  while (!ended.get()) {
                    int number = next.incrementAndGet();
                    if (notify(vitalroutes, number) == 200) {
                      answered.add(number);
                      lastAnswered.set(Instant.now());
                    } else {
                      refused.incrementAndGet();
                    }
                  }
                });
        client.start();
        clients.add(client);
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > 300);

      postgres.killPrimary();
      Instant killed = Instant.now();
      await().atMost(Duration.ofSeconds(10)).until(() -> refused.get() > 0);
      postgres.promoteStandby();
      int before = answered.size();
      await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > before);
      Duration gap = Duration.between(killed, lastAnswered.get());
      await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > before + 300);
      ended.set(true);
      for (Thread client : clients) {
        client.join();
      }

      Set<Integer> lost = new HashSet<>(answered);
      vitalroutes
          .bean(JdbcClient.class)
          .sql("select body from notification")
          .query((row, i) -> new String(row.getBytes(1), UTF_8))
          .list()
          .forEach(body -> lost.remove(Integer.valueOf(body.replaceAll(".*deviceid=", ""))));
      System.out.printf(
          "failover: %d answered 200, %d refused, %d ms without an answer of 200, lost %d%n",
          answered.size(), refused.get(), gap.toMillis(), lost.size());
      assertThat(lost).isEmpty();
    }
  }

  private TestSettings settings(ReplicatedPostgres postgres) {
    return new TestSettings()
        .set("SPRING_DATASOURCE_URL", postgres.url())
        .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
        .set("WITHINGS_API_URL", "http://localhost:1")
        .set(
            "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
            new UserTokens().writePublicKey(folder.resolve("key.pem")).toUri().toString());
  }

  private static int notify(RunningVitalroutes vitalroutes, int number) {
    HttpResponse<String> answer =
        RunningVitalroutes.send(
            vitalroutes
                .request(SIGNED)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("userid=4711&appli=1&deviceid=" + number)));
    return answer.statusCode();
  }
}
