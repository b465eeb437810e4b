package org.vitalroutes.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.Person;

/**
 * Ends the accounts and erases the people of the erasure list that a restored database has brought
 * back. Their grants were revoked and their data withdrawn before, so neither is done again.
 */
public final class ErasureReplay {

  private static final Logger log = LoggerFactory.getLogger(ErasureReplay.class);

  private final JdbcClient jdbc;
  private final Accounts accounts;
  private final PersonalData data;
  private final ErasureList list;

  public ErasureReplay(JdbcClient jdbc, Accounts accounts, PersonalData data, ErasureList list) {
    this.jdbc = jdbc;
    this.accounts = accounts;
    this.data = data;
    this.list = list;
  }

  private record Restored(UUID id, String subject, boolean ended, Instant connectedAt) {}

  /** Replays the list; changes nothing in a database that was not restored. */
  public void run() {
    ErasureList.Entries entries = list.read();
    if (entries.isEmpty()) {
      return;
    }
    List<Restored> restored =
        jdbc.sql("select id, subject, status = 'disconnected', connected_at from connected_account")
            .query(
                (row, i) ->
                    new Restored(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getTimestamp(4).toInstant()))
            .list();
    int ended = 0;
    for (Restored each : restored) {
      if (!each.ended()
          && (entries.isDisconnected(each.id(), each.connectedAt())
              || entries.isErased(each.subject(), each.connectedAt()))) {
        accounts.end(each.id(), Actor.of(Audit.SYSTEM), false, OnDisconnect.KEEP);
        ended++;
      }
    }
    List<String> erased =
        restored.stream()
            .filter(each -> entries.isErased(each.subject(), each.connectedAt()))
            .map(Restored::subject)
            .distinct()
            .toList();
    int left = 0;
    for (String subject : erased) {
      try {
        data.erase(new Person(subject, Actor.of(Audit.SYSTEM), "erasure list"));
      } catch (ApiException e) {
        left++;
      }
    }
    if (ended + erased.size() > 0) {
      log.warn(
          "erasure list: {} accounts that a restored database had brought back are disconnected"
              + " again, {} people are erased again, {} must wait for a revocation",
          ended,
          erased.size() - left,
          left);
    }
  }
}
