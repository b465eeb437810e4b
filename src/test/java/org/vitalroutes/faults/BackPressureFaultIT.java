package org.vitalroutes.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vitalroutes.faults.Rig.Replica;

/** A million sync requests wait, a million notifications too, and the FHIR server is slow. */
@Tag("faults")
class BackPressureFaultIT {

  private static final int MINUTES = Integer.getInteger("vitalroutes.faults.minutes", 4);
  private static final int ROWS = Integer.getInteger("vitalroutes.faults.rows", 1_000_000);

  @Test
  void memory_stays_flat_and_no_poll_reads_all_rows() throws Exception {
    try (Rig rig = new Rig(1)) {
      Replica replica = rig.start(0);
      rig.connect(replica, 1, 5);
      rig.fhir.answerMillis(1_000);
      backlog(rig);
      List<Long> resident = new ArrayList<>();
      for (int i = 0; i < MINUTES * 4; i++) {
        TimeUnit.SECONDS.sleep(15);
        resident.add(residentMegabytes(replica.process().pid()));
      }
      String statements =
          String.join(
              "\n    ",
              rig.sql()
                  .sql(
                      """
                      select format('%s: %s seq scans, %s index scans', relname, seq_scan, idx_scan)
                      from pg_stat_user_tables
                      where relname in ('sync_request', 'notification') order by 1
                      """)
                  .query(String.class)
                  .list());
      List<Double> claims = claimMillis(rig);
      Report.add(
          ROWS + " sync requests and " + ROWS + " notifications waiting, -Xmx256m, FHIR at 1/s",
          "resident MB every 15 s "
              + resident
              + "; a claim takes ms "
              + claims
              + "\n    "
              + statements);

      assertThat(replica.process().isRunning()).isTrue();
      long early = resident.get(resident.size() / 2);
      assertThat(resident.get(resident.size() - 1)).isLessThan(early + early / 10);
    }
  }

  /** Many accounts with a request each, half of them waiting for another try. */
  private static void backlog(Rig rig) {
    rig.sql()
        .sql(
            """
            insert into connected_account (provider, subject, external_user_id, status, scopes,
              patient_id, access_token, refresh_token, access_token_expires_at)
            select provider, 'copy-' || n, 'copy-' || n, 'connected', scopes, 'p' || n,
              access_token, refresh_token, access_token_expires_at
            from (select * from connected_account limit 1) one, generate_series(1, :rows) n
            """)
        .param("rows", ROWS)
        .update();
    rig.sql()
        .sql(
            """
            insert into sync_request (account_id, kind, priority, window_from, window_to, not_before)
            select id, 'measures', (array['live', 'connection'])[1 + row_number() over () % 2]::priority, now() - interval '1 day', now(),
              case when row_number() over () % 4 < 2 then now() + interval '1 hour' else now() end
            from connected_account where subject like 'copy-%'
            """)
        .update();
    rig.sql()
        .sql(
            """
            insert into notification (received_at, user_id, appli, body, oddities)
            select now(), 'copy-' || n, 1,
              convert_to('userid=copy-' || n || '&appli=1&startdate=1767225600&enddate=1767229200',
                'UTF8'), '{}'
            from generate_series(1, :rows) n
            """)
        .param("rows", ROWS)
        .update();
    rig.sql().sql("analyze").update();
  }

  /** PostgreSQL's time for the claim, which is rolled back. */
  private static List<Double> claimMillis(Rig rig) throws IOException {
    String claim =
        Files.readString(Path.of("src/main/resources/sql/claim-sync-requests.sql"))
            .replace(":worker", "'00000000-0000-0000-0000-000000000000'::uuid")
            .replace(":lowest", "'withdrawal'")
            .replaceAll(":(inHand|everywhere|laterEverywhere|later)\\b", "8");
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String last =
          rig
              .sql()
              .sql("explain (analyze, costs off, timing off) " + claim)
              .query(String.class)
              .list()
              .stream()
              .filter(line -> line.startsWith("Execution Time"))
              .findFirst()
              .orElseThrow();
      millis.add(Double.valueOf(last.replaceAll("[^0-9.]", "")));
    }
    rig.sql()
        .sql(
            """
            update sync_request set leased_by = null, leased_until = null
            where leased_by = '00000000-0000-0000-0000-000000000000'
            """)
        .update();
    return millis;
  }

  private static long residentMegabytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
